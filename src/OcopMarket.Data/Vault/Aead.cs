using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Data.Vault;

/// <summary>AES-256-GCM: nonce (12 bytes, fresh each time), tag (16 bytes), cipher text.</summary>
public static class Aead
{
    public const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, string boundTo)
    {
        var result = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            result.AsSpan(0, NonceBytes), plain, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(boundTo));
        return result;
    }

    /// <exception cref="CryptographicException">Another key, another owner, or the bytes were changed.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, string boundTo)
    {
        if (sealedBytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("Too short to have been sealed.");
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(
            sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), plain,
            Encoding.UTF8.GetBytes(boundTo));
        return plain;
    }
}
