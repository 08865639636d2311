using System.Buffers.Binary;

namespace OcopMarket.Core.Catalog.Pictures;

/// <summary>Which way is up: the one camera's note without which a telephone's picture lies on its side. Place, time, owner and device are
/// never read.</summary>
internal static class ExifOrientation
{
    public const ushort Upright = 1;
    private const ushort Tag = 0x0112;
    private const ushort Short = 3;

    /// <param name="data">Of an APP1 segment, without marker and length.</param>
    /// <param name="otherwise">When it says nothing that makes sense.</param>
    public static ushort Of(ReadOnlySpan<byte> data, ushort otherwise)
    {
        if (!data.StartsWith("Exif\0\0"u8) || data.Length < 14)
        {
            return otherwise;
        }

        var tiff = data[6..];
        var isLittle = tiff[0] == (byte)'I';
        var at = U32(tiff, 4, isLittle);
        if (at > tiff.Length - 2)
        {
            return otherwise;
        }

        var entries = U16(tiff, (int)at, isLittle);
        for (var entry = (int)at + 2; entries > 0 && entry + 12 <= tiff.Length; entries--, entry += 12)
        {
            if (U16(tiff, entry, isLittle) == Tag && U16(tiff, entry + 2, isLittle) == Short)
            {
                var value = U16(tiff, entry + 8, isLittle);
                return value is >= 1 and <= 8 ? value : otherwise;
            }
        }

        return otherwise;
    }

    /// <summary>A whole APP1 segment that says this and nothing else.</summary>
    public static byte[] Segment(ushort orientation) =>
    [
        0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, Tag >> 8, Tag & 0xFF, 0, (byte)Short, 0, 0, 0, 1,
        0, (byte)orientation, 0, 0, 0, 0, 0, 0,
    ];

    private static ushort U16(ReadOnlySpan<byte> bytes, int at, bool isLittle) => isLittle
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at, bool isLittle) => isLittle
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
