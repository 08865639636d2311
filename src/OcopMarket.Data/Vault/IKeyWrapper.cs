namespace OcopMarket.Data.Vault;

/// <param name="Wrapper">See <see cref="IKeyWrapper.Name"/>.</param>
/// <param name="Version">Of the key-encryption key, from 1.</param>
public sealed record WrappedKey(string Wrapper, int Version, byte[] Bytes);

/// <summary>Holds the key-encryption key, which never lies in the database, and wraps data keys with it.</summary>
public interface IKeyWrapper
{
    /// <summary>As the database keeps it beside each wrapped key.</summary>
    string Name { get; }

    /// <summary>The version that wraps now.</summary>
    /// <exception cref="VaultException">The key-encryption key cannot be reached; says what to do. So for all that follow.</exception>
    Task<int> LatestAsync(CancellationToken cancellationToken);

    /// <param name="boundTo">What the key is for; it unwraps for nothing else.</param>
    Task<WrappedKey> WrapAsync(byte[] key, string boundTo, CancellationToken cancellationToken);

    /// <exception cref="VaultException">Also: this version was retired, or the key-encryption key is another one.</exception>
    Task<byte[]> UnwrapAsync(WrappedKey wrapped, string boundTo, CancellationToken cancellationToken);

    /// <summary>Makes a new version, which wraps from now on; the former ones go on unwrapping.</summary>
    Task RotateAsync(CancellationToken cancellationToken);

    /// <summary>Versions below the latest unwrap no more.</summary>
    /// <param name="keepFirst">The first version still opens what was sealed before there were data keys.</param>
    Task RetireAsync(bool keepFirst, CancellationToken cancellationToken);
}

/// <summary>Why nothing can be sealed or opened; the message says what to do and holds no secret.</summary>
public class VaultException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The data key, or the version of the key-encryption key, was replaced and refused since.</summary>
public sealed class RetiredKeyException(string message) : VaultException(message);
