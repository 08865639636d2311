using System.Globalization;
using System.Security.Cryptography;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Tenancy;

/// <summary>What the server stores of a password (SCRAM-SHA-256, RFC 5802 and 7677, in PostgreSQL's spelling). Made here, so that the password
/// itself stands in no statement and in no log of the server.</summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096;
    private const int SaltBytes = 16;

    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    /// <summary>Whether a stored verifier belongs to the password.</summary>
    public static bool Matches(string? stored, string password)
    {
        var parts = stored?.Split('$', ':');
        return parts is ["SCRAM-SHA-256", var rounds, var salt, _, _]
            && int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            && Secrets.AreEqual(Of(password, Convert.FromBase64String(salt), iterations), stored!);
    }

    private static string Of(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}");
    }
}
