using System.Security.Cryptography;

namespace OcopMarket.Data.Vault;

/// <summary>Seals for a public key what only its private half opens: a fresh key pair of P-256 for each box, the agreement of both through HKDF-SHA256
/// to a key for <see cref="Aead"/>. A box is the fresh point (65 bytes) and what Aead makes.</summary>
public static class SealedBox
{
    public const int PointBytes = 65;
    private const byte Uncompressed = 4;
    private const int Coordinate = 32;

    /// <returns>The private half (scalar, 32 bytes) and the public one (point, uncompressed).</returns>
    public static (byte[] Private, byte[] Public) NewPair()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return (pair.ExportParameters(true).D!, PointOf(pair));
    }

    /// <exception cref="CryptographicException">The public half is no point of the curve.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> plain, string boundTo)
    {
        using var once = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var theirs = Of(publicKey);
        var point = PointOf(once);
        var key = Agree(once, theirs, point, publicKey);
        try
        {
            return [.. point, .. Aead.Seal(key, plain, boundTo)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <exception cref="CryptographicException">Another key, bound to something else, or the bytes were changed.</exception>
    public static byte[] Open(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> box, string boundTo)
    {
        if (box.Length < PointBytes)
        {
            throw new CryptographicException("Too short to have been sealed.");
        }

        using var own = Of(publicKey, privateKey.ToArray());
        using var theirs = Of(box[..PointBytes]);
        var key = Agree(own, theirs, box[..PointBytes], publicKey);
        try
        {
            return Aead.Open(key, box[PointBytes..], boundTo);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Both points go into the key: a box for one recipient means nothing to another.</summary>
    private static byte[] Agree(ECDiffieHellman own, ECDiffieHellman theirs, ReadOnlySpan<byte> once, ReadOnlySpan<byte> recipient)
    {
        using var other = theirs.PublicKey;
        var shared = own.DeriveRawSecretAgreement(other);
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, Aead.KeyBytes, [.. once, .. recipient], "ocop sealed box 1"u8.ToArray());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static byte[] PointOf(ECDiffieHellman pair)
    {
        var q = pair.ExportParameters(false).Q;
        return [Uncompressed, .. q.X!, .. q.Y!];
    }

    private static ECDiffieHellman Of(ReadOnlySpan<byte> point, byte[]? scalar = null) => point.Length == PointBytes && point[0] == Uncompressed
        ? ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = point.Slice(1, Coordinate).ToArray(), Y = point[(1 + Coordinate)..].ToArray() },
            D = scalar,
        })
        : throw new CryptographicException("No point of the curve.");
}
