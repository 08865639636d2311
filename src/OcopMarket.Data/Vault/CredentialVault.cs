using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Vault;

/// <summary>What a secret belongs to: the sealed bytes open for nothing else.</summary>
/// <param name="Field">password, access or refresh.</param>
public sealed record SecretPlace(long Credential, string Marketplace, string Login, string Field)
{
    internal string Text => FormattableString.Invariant($"credential/{Credential}/{Field}");

    /// <summary>As the version before bound it.</summary>
    internal string Former => $"{Marketplace}/{Login}/{Field}";
}

/// <param name="Key">Null: sealed as by the version before, directly under the first key of the key file.</param>
public sealed record SealedSecret(byte[] Bytes, long? Key);

/// <summary>Seals secrets for the database and opens them for one use: AES-256-GCM under the data key of the login's group.</summary>
public sealed class CredentialVault(NpgsqlDataSource dataSource, DataKeys keys, KeyWrappers wrappers)
{
    /// <summary>Below this length four characters would tell too much of it.</summary>
    private const int LeastTailed = 16;

    /// <summary>Last four characters, to recognise it by; null when it is too short for that.</summary>
    public static string? TailOf(Secret secret) => secret.Reveal() is { Length: >= LeastTailed } text ? text[^4..] : null;

    /// <exception cref="VaultException">The key-encryption key cannot be reached, or is another one.</exception>
    public async Task<SealedSecret> SealAsync(Secret secret, SecretPlace place, CancellationToken cancellationToken)
    {
        var plain = Encoding.UTF8.GetBytes(secret.Reveal());
        return await keys.NewestAsync(place.Credential, cancellationToken) is { } key
            ? new(await keys.SealAsync(key, plain, place.Text, cancellationToken), key.Id)
            : new(Aead.Seal(wrappers.File.First(), plain, place.Former), null);
    }

    /// <exception cref="RetiredKeyException">It was sealed anew since the row was read.</exception>
    /// <exception cref="CryptographicException">Another key, another owner, or the bytes were changed.</exception>
    public async Task<Secret> OpenAsync(SealedSecret secret, SecretPlace place, CancellationToken cancellationToken) =>
        new(Encoding.UTF8.GetString(secret.Key is { } key
            ? await keys.OpenAsync(key, secret.Bytes, place.Text, cancellationToken)
            : Aead.Open(wrappers.File.First(), secret.Bytes, place.Former)));

    /// <summary>Whether what was sealed may be written down in this transaction: its key is still the one that seals, and stays so until the
    /// transaction ends.</summary>
    public static async Task<bool> HoldAsync(NpgsqlTransaction transaction, SealedSecret secret, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        if (secret.Key is { } key)
        {
            return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(VaultSql.Hold, new { key }, transaction, cancellationToken: cancellationToken)) is not null;
        }

        await connection.ExecuteAsync(new CommandDefinition(VaultSql.SealAsBefore, transaction: transaction, cancellationToken: cancellationToken));
        return !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(VaultSql.HasKeys, transaction: transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Tries the key-encryption key on what is stored, before anything is started with it. A key file is made only where nothing is
    /// sealed yet.</summary>
    /// <exception cref="VaultException">Missing, unreachable, open to others, or another one; says what to do.</exception>
    public async Task RequireKeyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var former = await connection.QuerySingleOrDefaultAsync<FormerSecret>(new CommandDefinition(VaultSql.Former, cancellationToken: cancellationToken));
        var live = (await connection.QueryAsync<DataKey>(new CommandDefinition(VaultSql.Live, cancellationToken: cancellationToken))).AsList();
        if (former is not null || wrappers.Current == wrappers.File || live.Any(k => k.Wrapper == wrappers.File.Name))
        {
            wrappers.File.File.Ensure(mayCreate: former is null && live.Count == 0);
        }

        if (former is not null)
        {
            RequireFirst(former);
        }

        foreach (var key in live.DistinctBy(k => (k.Wrapper, k.Kek)))
        {
            CryptographicOperations.ZeroMemory(await keys.UnwrapAsync(key, cancellationToken));
        }
    }

    private void RequireFirst(FormerSecret former)
    {
        try
        {
            Aead.Open(wrappers.File.First(), former.Bytes, new SecretPlace(former.Id, former.Marketplace, former.Login, former.Field).Former);
        }
        catch (CryptographicException e)
        {
            throw new VaultException(
                $"The key file {wrappers.File.File.Path} is another one than the stored logins are sealed with. Put the one there that belongs to the database.", e);
        }
    }

    private sealed record FormerSecret
    {
        public long Id { get; init; }
        public string Marketplace { get; init; } = "";
        public string Login { get; init; } = "";
        public string Field { get; init; } = "";
        public byte[] Bytes { get; init; } = [];
    }
}
