using System.Globalization;
using System.Security.Cryptography;

namespace OcopMarket.Data.Vault;

/// <summary>Key-encryption keys in a <see cref="KeyFile"/>.</summary>
public sealed class FileKeyWrapper(KeyFile file) : IKeyWrapper
{
    public const string WrapperName = "file";

    public string Name => WrapperName;

    public KeyFile File => file;

    /// <summary>Tells the key from others that opens what was sealed before there were data keys, and says nothing of it: 16 hex digits.</summary>
    /// <exception cref="VaultException">The file has it no more.</exception>
    public string FirstMark => Convert.ToHexStringLower(HMACSHA256.HashData(First(), "key mark"u8))[..16];

    public Task<int> LatestAsync(CancellationToken cancellationToken) => Task.FromResult(file.Read().Keys.Last());

    public Task<WrappedKey> WrapAsync(byte[] key, string boundTo, CancellationToken cancellationToken)
    {
        var (version, own) = file.Read().Last();
        return Task.FromResult(new WrappedKey(Name, version, Aead.Seal(Wrapping(own), key, boundTo)));
    }

    public Task<byte[]> UnwrapAsync(WrappedKey wrapped, string boundTo, CancellationToken cancellationToken)
    {
        if (!file.Read().TryGetValue(wrapped.Version, out var own))
        {
            throw new RetiredKeyException(string.Create(
                CultureInfo.InvariantCulture,
                $"The key file {file.Path} does not hold version {wrapped.Version} of the key, with which this database is sealed. Put the key file there that belongs to the database."));
        }

        try
        {
            return Task.FromResult(Aead.Open(Wrapping(own), wrapped.Bytes, boundTo));
        }
        catch (CryptographicException e)
        {
            throw new VaultException(
                $"The key file {file.Path} is another one than the stored logins are sealed with. Put the one there that belongs to the database.", e);
        }
    }

    public Task RotateAsync(CancellationToken cancellationToken)
    {
        file.Add();
        return Task.CompletedTask;
    }

    public Task RetireAsync(bool keepFirst, CancellationToken cancellationToken)
    {
        file.Drop(keepFirst);
        return Task.CompletedTask;
    }

    /// <summary>The key that sealed secrets by itself before there were data keys.</summary>
    internal byte[] First() => file.Read().TryGetValue(1, out var key)
        ? key
        : throw new RetiredKeyException(
            $"The key file {file.Path} no longer holds the first key, with which some of these logins are sealed. Put the key file there that belongs to the database.");

    /// <summary>The first key has sealed secrets themselves; what wraps keys is derived and another one.</summary>
    private static byte[] Wrapping(byte[] own) => HKDF.DeriveKey(HashAlgorithmName.SHA256, own, Aead.KeyBytes, info: "ocop vault key encryption"u8.ToArray());
}
