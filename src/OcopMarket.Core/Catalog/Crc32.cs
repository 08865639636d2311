namespace OcopMarket.Core.Catalog;

/// <summary>The check sum of zip entries and of a PNG's chunks (polynomial EDB88320): .NET 10 compares neither.</summary>
public static class Crc32
{
    public const uint Start = uint.MaxValue;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Of)];

    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    public static uint End(uint crc) => ~crc;

    private static uint Of(int index)
    {
        var value = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 1 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        }

        return value;
    }
}
