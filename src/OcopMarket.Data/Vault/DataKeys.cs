using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Vault;

/// <summary>A data key as stored. <c>Wrapped</c> is null once it is retired; <c>Kek</c> is the version of the key-encryption key.</summary>
internal sealed record DataKey
{
    public long Id { get; init; }
    public int Group { get; init; }
    public int Version { get; init; }
    public byte[]? Wrapped { get; init; }
    public string Wrapper { get; init; } = "";
    public int Kek { get; init; }

    /// <summary>What the wrapped key is bound to.</summary>
    public string Place => PlaceOf(Group, Version);

    public static string PlaceOf(int group, int version) => FormattableString.Invariant($"vault_key/{group}/{version}");
}

/// <summary>The data keys: 64 groups of logins, each with a key and its former versions. A key of its own for each of 130,000 shops would ask
/// the key-encryption key that often; one for all would open everything when it leaks, and would have to seal everything anew at once. Opened
/// keys stay in memory for a bounded time.</summary>
public sealed class DataKeys : IDisposable
{
    public const int Groups = 64;
    public static readonly TimeSpan DefaultStay = TimeSpan.FromMinutes(5);

    private readonly NpgsqlDataSource _dataSource;
    private readonly KeyWrappers _wrappers;
    private readonly TimeProvider _time;
    private readonly TimeSpan _stay;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, (DataKey Row, byte[] Key, long Since)> _open = [];

    /// <param name="stay">How long an opened key stays in memory.</param>
    public DataKeys(NpgsqlDataSource dataSource, KeyWrappers wrappers, TimeProvider time, TimeSpan? stay = null)
    {
        (_dataSource, _wrappers, _time, _stay) = (dataSource, wrappers, time, stay ?? DefaultStay);
        _sweep = time.CreateTimer(_ => Forget(_time.GetTimestamp()), null, _stay / 5, _stay / 5);
    }

    internal static int GroupOf(long credential) => (int)(credential % Groups);

    /// <summary>Seals with a key of the group.</summary>
    internal async Task<byte[]> SealAsync(DataKey row, byte[] plain, string boundTo, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (Held(row.Id) is { } held)
                {
                    return Aead.Seal(held.Key, plain, $"{boundTo}/{held.Row.Group}.{held.Row.Version}");
                }
            }

            await OpenKeyAsync(row, cancellationToken);
        }
    }

    /// <exception cref="RetiredKeyException">It was sealed anew since the row was read.</exception>
    /// <exception cref="CryptographicException">Another owner, or the bytes were changed.</exception>
    internal async Task<byte[]> OpenAsync(long key, byte[] sealedBytes, string boundTo, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (Held(key) is { } held)
                {
                    return Aead.Open(held.Key, sealedBytes, $"{boundTo}/{held.Row.Group}.{held.Row.Version}");
                }
            }

            await OpenKeyAsync(await ReadAsync(VaultSql.Key, new { id = key }, cancellationToken) ?? throw Gone(), cancellationToken);
        }
    }

    /// <returns>The key that seals for this login now. Null: nothing has data keys yet, but logins are sealed as by the version before, which
    /// may still be running.</returns>
    internal async Task<DataKey?> NewestAsync(long credential, CancellationToken cancellationToken)
    {
        var parameters = new { group = GroupOf(credential) };
        return await ReadAsync(VaultSql.Newest, parameters, cancellationToken)
            ?? (await MakeFirstAsync(evenBesideFormer: false, cancellationToken) ? await ReadAsync(VaultSql.Newest, parameters, cancellationToken) : null);
    }

    /// <summary>The first key of every group, all at once, unless there are some.</summary>
    /// <param name="evenBesideFormer">Also where logins are sealed as by the version before: from then on nobody seals so any more.</param>
    /// <returns>Whether there are data keys now.</returns>
    internal async Task<bool> MakeFirstAsync(bool evenBesideFormer, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(VaultSql.MakeAlone, transaction: transaction, cancellationToken: cancellationToken));
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(VaultSql.HasKeys, transaction: transaction, cancellationToken: cancellationToken)))
        {
            return true;
        }

        if (!evenBesideFormer && await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(VaultSql.HasFormer, transaction: transaction, cancellationToken: cancellationToken)))
        {
            return false;
        }

        await AddAsync(transaction, Enumerable.Range(0, Groups).Select(g => (g, 1)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    internal async Task AddAsync(
        NpgsqlTransaction transaction, IEnumerable<(int Group, int Version)> places, CancellationToken cancellationToken)
    {
        var made = new List<(int Group, int Version, WrappedKey Key)>();
        foreach (var (group, version) in places)
        {
            var key = RandomNumberGenerator.GetBytes(Aead.KeyBytes);
            made.Add((group, version, await _wrappers.Current.WrapAsync(key, DataKey.PlaceOf(group, version), cancellationToken)));
            CryptographicOperations.ZeroMemory(key);
        }

        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            VaultSql.Add,
            new
            {
                groups = made.Select(m => m.Group).ToArray(),
                versions = made.Select(m => m.Version).ToArray(),
                wrapped = made.Select(m => m.Key.Bytes).ToArray(),
                wrappers = made.Select(m => m.Key.Wrapper).ToArray(),
                keks = made.Select(m => m.Key.Version).ToArray(),
            },
            transaction, cancellationToken: cancellationToken));
    }

    /// <exception cref="VaultException">See <see cref="IKeyWrapper.UnwrapAsync"/>.</exception>
    internal Task<byte[]> UnwrapAsync(DataKey row, CancellationToken cancellationToken) =>
        _wrappers.Of(row.Wrapper).UnwrapAsync(new(row.Wrapper, row.Kek, row.Wrapped ?? throw Gone()), row.Place, cancellationToken);

    public void Dispose()
    {
        _sweep.Dispose();
        Forget(null);
    }

    private async Task OpenKeyAsync(DataKey row, CancellationToken cancellationToken)
    {
        byte[] key;
        try
        {
            key = await UnwrapAsync(row, cancellationToken);
        }
        catch (RetiredKeyException) when (row.Wrapped is not null)
        {
            // Wrapped anew since we looked? Then the row says so, else the fault stands.
            var now = await ReadAsync(VaultSql.Key, new { id = row.Id }, cancellationToken) ?? throw Gone();
            if ((now.Wrapper, now.Kek) == (row.Wrapper, row.Kek))
            {
                throw;
            }

            key = await UnwrapAsync(now, cancellationToken);
        }

        lock (_lock)
        {
            _open.TryAdd(row.Id, (row, key, _time.GetTimestamp()));
        }
    }

    private (DataKey Row, byte[] Key, long Since)? Held(long id) =>
        _open.TryGetValue(id, out var held) && _time.GetElapsedTime(held.Since) < _stay ? held : Drop(id);

    private (DataKey Row, byte[] Key, long Since)? Drop(long id)
    {
        if (_open.Remove(id, out var held))
        {
            CryptographicOperations.ZeroMemory(held.Key);
        }

        return null;
    }

    /// <param name="now">Null: all of them.</param>
    private void Forget(long? now)
    {
        lock (_lock)
        {
            foreach (var id in _open.Where(o => now is null || _time.GetElapsedTime(o.Value.Since, now.Value) >= _stay).Select(o => o.Key).ToList())
            {
                Drop(id);
            }
        }
    }

    private async Task<DataKey?> ReadAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DataKey>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    private static RetiredKeyException Gone() => new("This login is sealed with a key that was retired since. Enter the login anew.");
}
