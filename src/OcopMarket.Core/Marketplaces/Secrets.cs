using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Core.Marketplaces;

/// <summary>The only place that compares secrets and makes them.</summary>
public static class Secrets
{
    private const int LeastBytes = 16;

    /// <summary>Takes as long whatever differs, also with different lengths.</summary>
    public static bool AreEqual(string given, string expected) => AreEqual(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    /// <inheritdoc cref="AreEqual(string, string)"/>
    public static bool AreEqual(ReadOnlySpan<byte> given, ReadOnlySpan<byte> expected) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(given), SHA256.HashData(expected));

    /// <summary>Random, lower-case hexadecimal.</summary>
    /// <param name="bytes">At least 16: 128 bits.</param>
    public static string NewHex(int bytes = 32) => bytes >= LeastBytes
        ? RandomNumberGenerator.GetHexString(2 * bytes, lowercase: true)
        : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A secret has at least 128 bits.");
}
