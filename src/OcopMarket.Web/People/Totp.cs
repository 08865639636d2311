using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Web.People;

/// <summary>Codes of authenticator apps: RFC 6238 with SHA-1, 6 digits, 30 seconds, which is what they all know.</summary>
internal static class Totp
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int StepSeconds = 30;

    /// <summary>160 random bits in base 32.</summary>
    public static string NewKey()
    {
        var bytes = RandomNumberGenerator.GetBytes(20);
        var bits = new StringBuilder();
        for (var at = 0; at < bytes.Length * 8; at += 5)
        {
            var pair = (bytes[at / 8] << 8) | (at / 8 + 1 < bytes.Length ? bytes[at / 8 + 1] : 0);
            bits.Append(Alphabet[(pair >> (11 - at % 8)) & 31]);
        }

        return bits.ToString();
    }

    /// <summary>What an app reads from a link.</summary>
    public static string Link(string key, string person) =>
        $"otpauth://totp/OcopMarket:{Uri.EscapeDataString(person)}?secret={key}&issuer=OcopMarket&digits=6&period=30";

    public static string Code(string key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // the apps' own algorithm; HMAC does not rest on collisions
        var hash = HMACSHA1.HashData(Decode(key), counter);
#pragma warning restore CA5350
        var value = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & 0x7fffffff;
        return (value % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    public static long Step(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <returns>The step whose code this is, one to either side of now; null: none.</returns>
    public static long? Match(string key, string code, DateTimeOffset now)
    {
        long? found = null;
        for (var step = Step(now) - 1; step <= Step(now) + 1; step++)
        {
            if (Secrets.AreEqual(code, Code(key, step)))
            {
                found = step;
            }
        }

        return found;
    }

    private static byte[] Decode(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var letter in key)
        {
            buffer = (buffer << 5) | Alphabet.IndexOf(letter, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(buffer >> bits);
                buffer &= (1 << bits) - 1;
            }
        }

        return bytes;
    }
}
