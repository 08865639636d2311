using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Sandbox.Common;

/// <summary>Draws that depend on what is drawn for and on the seed, never on the order of arrival.</summary>
internal static class Chance
{
    /// <returns>In [0, 1).</returns>
    public static double Of(long seed, params ReadOnlySpan<string> parts) => (Bits(seed, parts) >> 11) * (1.0 / (1L << 53));

    /// <returns>A number of exactly <paramref name="digits"/> digits that does not begin with 0.</returns>
    public static long Digits(int digits, string text)
    {
        var low = (ulong)Math.Pow(10, digits - 1);
        return (long)(low + (Bits(0, text) % (low * 9)));
    }

    public static string Fingerprint(params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))));

    private static ulong Bits(long seed, params ReadOnlySpan<string> parts)
    {
        var bytes = Encoding.UTF8.GetBytes($"{seed:D}\u001f{string.Join('\u001f', parts)}");
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes));
    }
}
