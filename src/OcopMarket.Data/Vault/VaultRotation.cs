using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Vault;

/// <param name="Resumed">A rotation that had been broken off was brought to its end.</param>
/// <param name="Kek">Version of the key-encryption key that holds now.</param>
/// <param name="Wrapped">Data keys wrapped anew.</param>
/// <param name="Sealed">Logins sealed anew.</param>
/// <param name="Retired">Data keys that open nothing any more.</param>
public sealed record VaultRotated(bool Resumed, string Wrapper, int Kek, int Wrapped, int Sealed, int Retired);

/// <summary>New keys while everything works: a new version of the key-encryption key and all data keys wrapped with it; on demand new data keys
/// and all logins sealed with them, in batches. Killed at any moment, the same call goes on. Who seals meanwhile takes the newest key, and an old
/// one is refused only when nothing is sealed with it.</summary>
/// <param name="batch">Logins sealed anew in one transaction.</param>
public sealed class VaultRotation(NpgsqlDataSource dataSource, DataKeys keys, KeyWrappers wrappers, CredentialVault vault, int batch = 500)
{
    /// <param name="data">New data keys too. Logins that are sealed as by the version before are sealed anew in any case.</param>
    /// <exception cref="VaultException">Somebody else rotates, or the key-encryption key cannot be reached.</exception>
    public async Task<VaultRotated> RunAsync(bool data, Actor by, CancellationToken cancellationToken)
    {
        await using var alone = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await alone.ExecuteScalarAsync<bool>(new CommandDefinition(VaultSql.RotateAlone, cancellationToken: cancellationToken)))
        {
            throw new VaultException("Somebody else is rotating the keys at this moment. Wait until that has ended; ./run vault status shows how far it is.");
        }

        try
        {
            await AuditLog.WriteAsync(dataSource, new(by, "vault.rotate.begin") { After = new { dataKeys = data } }, cancellationToken);
            var done = await RunAloneAsync(data, cancellationToken);
            await AuditLog.WriteAsync(dataSource, new(by, "vault.rotate.end") { After = done }, cancellationToken);
            return done;
        }
        finally
        {
            await alone.ExecuteAsync(new CommandDefinition(VaultSql.RotateEnd, cancellationToken: CancellationToken.None));
        }
    }

    private async Task<VaultRotated> RunAloneAsync(bool data, CancellationToken cancellationToken)
    {
        await keys.MakeFirstAsync(evenBesideFormer: true, cancellationToken);
        var former = await HasFormerAsync(cancellationToken);
        var latest = await wrappers.Current.LatestAsync(cancellationToken);
        var live = await LiveAsync(cancellationToken);
        var halfWrapped = live.Any(k => (k.Wrapper, k.Kek) != (wrappers.Current.Name, latest));
        var halfSealed = live.Count > DataKeys.Groups;
        if (!halfWrapped && !halfSealed)
        {
            await wrappers.Current.RotateAsync(cancellationToken);
            latest = await wrappers.Current.LatestAsync(cancellationToken);
        }

        if (data && !halfSealed)
        {
            await AddNewKeysAsync(live, cancellationToken);
        }

        var wrapped = await RewrapAsync(latest, cancellationToken);
        var (resealed, retired) = data || former || halfSealed ? await ResealAsync(cancellationToken) : (0, 0);
        await DropIntakeAsync(latest, cancellationToken);
        await wrappers.Current.RetireAsync(keepFirst: await HasFormerAsync(cancellationToken), cancellationToken);
        return new(halfWrapped || halfSealed, wrappers.Current.Name, latest, wrapped, resealed, retired);
    }

    /// <summary>One more version in every group, all or none.</summary>
    private async Task AddNewKeysAsync(List<DataKey> live, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await keys.AddAsync(transaction, live.Select(k => (k.Group, k.Version + 1)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<int> RewrapAsync(int latest, CancellationToken cancellationToken)
    {
        var wrapped = 0;
        foreach (var row in (await LiveAsync(cancellationToken)).Where(k => (k.Wrapper, k.Kek) != (wrappers.Current.Name, latest)))
        {
            var key = await keys.UnwrapAsync(row, cancellationToken);
            var anew = await wrappers.Current.WrapAsync(key, row.Place, cancellationToken);
            CryptographicOperations.ZeroMemory(key);
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            wrapped += await connection.ExecuteAsync(new CommandDefinition(
                VaultSql.Rewrap, new { row.Id, anew.Bytes, anew.Wrapper, anew.Version }, cancellationToken: cancellationToken));
            KillPoint.Reach(KillPoint.InRewrap);
        }

        return wrapped;
    }

    private async Task DropIntakeAsync(int latest, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            IntakeKeys.DropFormer, new { wrapper = wrappers.Current.Name, version = latest }, cancellationToken: cancellationToken));
    }

    /// <summary>Again from the start until nothing is sealed with a former key: somebody may just have been writing with one.</summary>
    private async Task<(int Sealed, int Retired)> ResealAsync(CancellationToken cancellationToken)
    {
        var (resealed, retired) = (0, 0);
        while (true)
        {
            var live = await LiveAsync(cancellationToken);
            var newest = live.GroupBy(k => k.Group).Select(g => g.MaxBy(k => k.Version)!.Id).ToArray();
            long? after = 0;
            while (after is { } from)
            {
                (after, var done) = await ResealBatchAsync(from, newest, cancellationToken);
                resealed += done;
            }

            var old = live.Select(k => k.Id).Except(newest).ToArray();
            retired += await RetireAsync(old, cancellationToken);
            if (!await HasFormerAsync(cancellationToken) && (await LiveAsync(cancellationToken)).Count == newest.Length)
            {
                return (resealed, retired);
            }
        }
    }

    /// <returns>The last login looked at; null: there are no more.</returns>
    private async Task<(long? Last, int Done)> ResealBatchAsync(long after, long[] newest, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<SealedRow>(new CommandDefinition(
            VaultSql.ToReseal, new { after, newest, limit = batch }, cancellationToken: cancellationToken))).AsList();
        if (rows.Count == 0)
        {
            return (null, 0);
        }

        var anew = new List<(SealedRow Row, SealedSecret? Password, SealedSecret? Access, SealedSecret? Refresh)>();
        foreach (var row in rows)
        {
            anew.Add((
                row, await ResealAsync(row, row.SealedPassword, row.PasswordKey, "password", cancellationToken),
                await ResealAsync(row, row.SealedAccess, row.AccessKey, "access", cancellationToken),
                await ResealAsync(row, row.SealedRefresh, row.RefreshKey, "refresh", cancellationToken)));
        }

        var done = await connection.ExecuteAsync(new CommandDefinition(
            VaultSql.Reseal,
            new
            {
                ids = anew.Select(a => a.Row.Id).ToArray(),
                seals = anew.Select(a => a.Row.SealNo).ToArray(),
                passwords = anew.Select(a => a.Password?.Bytes).ToArray(),
                passwordKeys = anew.Select(a => a.Password?.Key).ToArray(),
                accesses = anew.Select(a => a.Access?.Bytes).ToArray(),
                accessKeys = anew.Select(a => a.Access?.Key).ToArray(),
                refreshes = anew.Select(a => a.Refresh?.Bytes).ToArray(),
                refreshKeys = anew.Select(a => a.Refresh?.Key).ToArray(),
            },
            cancellationToken: cancellationToken));
        KillPoint.Reach(KillPoint.InReseal);
        return (rows[^1].Id, done);
    }

    private async Task<SealedSecret?> ResealAsync(SealedRow row, byte[]? bytes, long? key, string field, CancellationToken cancellationToken)
    {
        if (bytes is null)
        {
            return null;
        }

        var place = new SecretPlace(row.Id, row.Marketplace, row.Login, field);
        try
        {
            return await vault.SealAsync(await vault.OpenAsync(new(bytes, key), place, cancellationToken), place, cancellationToken);
        }
        catch (CryptographicException e)
        {
            throw new VaultException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {field} of the {row.Marketplace} login {row.Id} cannot be opened: it was changed, or sealed with another key. Enter that login anew, then rotate again; nothing was retired."),
                e);
        }
    }

    private async Task<int> RetireAsync(long[] old, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(VaultSql.LockKeys, new { keys = old }, transaction, cancellationToken: cancellationToken));
        var retired = await connection.ExecuteAsync(new CommandDefinition(VaultSql.Retire, new { keys = old }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return retired;
    }

    private async Task<List<DataKey>> LiveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DataKey>(new CommandDefinition(VaultSql.Live, cancellationToken: cancellationToken))).AsList();
    }

    private async Task<bool> HasFormerAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(VaultSql.HasFormer, cancellationToken: cancellationToken));
    }

    private sealed record SealedRow
    {
        public long Id { get; init; }
        public string Marketplace { get; init; } = "";
        public string Login { get; init; } = "";
        public byte[]? SealedPassword { get; init; }
        public long? PasswordKey { get; init; }
        public byte[]? SealedAccess { get; init; }
        public long? AccessKey { get; init; }
        public byte[]? SealedRefresh { get; init; }
        public long? RefreshKey { get; init; }
        public long SealNo { get; init; }
    }
}
