using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Sellers;

/// <summary>A shop that is to leave, or has left.</summary>
public sealed record LeavingShop
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string? ExternalId { get; init; }
    public long? ProducerId { get; init; }
    public long? CredentialId { get; init; }
    public DateTime? LeavingAt { get; init; }
    public DateTime? LeftAt { get; init; }

    /// <summary>We may act there: it is ours to take its items off sale, and to see that they are.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>What may still be on sale in a shop that leaves.</summary>
public sealed record StandingItem
{
    public long Listing { get; init; }
    public string? ExternalId { get; init; }
    public string SellerSku { get; init; } = "";
    public string Product { get; init; } = "";
    public string? Url { get; init; }
    public string State { get; init; } = "";
    public string? Seen { get; init; }
    public DateTime? SeenAt { get; init; }
}

/// <summary>Shops that are taken out of use. Their items are hidden first, which their owner can undo, and only when a reading later than the last
/// call says of each that it is away does our right to act there go. Where we have no such right any more, the items are named for a person, and
/// the shop leaves when he says that he took them off sale.</summary>
public sealed class ShopLeaves(
    NpgsqlDataSource dataSource, ListingReconciler reconciler, ListingObservation observation, AccountStore accounts, TimeProvider time)
{
    private const int PageSize = 500;

    /// <summary>Of a marketplace out of use nothing is sent any more but what takes items off sale; what a plan wrote meanwhile, or a reading told, is
    /// found by the next walk.</summary>
    private static readonly TimeSpan _betweenWalks = TimeSpan.FromMinutes(1);

    private Walk _walk = new(default, 0, DateTimeOffset.MinValue);

    private sealed record Stops(long Marketplaces, DateTime? Newest);

    /// <summary>How far the walk over the listings of marketplaces out of use has come, and when it goes on.</summary>
    private sealed record Walk(Stops? Stops, long After, DateTimeOffset GoesOn);

    public async Task<LeavingShop?> FindAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<LeavingShop>(new CommandDefinition(
            LeaveSql.Find, new { account, today = VietnamDay.Of(time.GetUtcNow()) }, cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<StandingItem>> ItemsAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<StandingItem>(new CommandDefinition(
            LeaveSql.Items, new { account }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>From now on nothing of it is wanted on sale. Whoever looks at its listings holds the shop's row, so that none of them goes out after
    /// this has come back.</summary>
    /// <returns>False: it leaves already.</returns>
    public Task<bool> BeginAsync(LeavingShop shop, Actor by, string reason, CancellationToken cancellationToken) =>
        DecideAsync(LeaveSql.Begin, "shop.leave", shop, by, reason, cancellationToken);

    /// <summary>It stays after all: what is wanted there is composed again.</summary>
    /// <returns>False: it does not leave, or has left.</returns>
    public async Task<bool> KeepAsync(LeavingShop shop, Actor by, string reason, CancellationToken cancellationToken)
    {
        if (!await DecideAsync(LeaveSql.Keep, "shop.stay", shop, by, reason, cancellationToken))
        {
            return false;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var producers = (await connection.QueryAsync<long>(new CommandDefinition(
            LeaveSql.Producers, new { account = shop.Id }, cancellationToken: cancellationToken))).AsList();
        await accounts.FollowAsync([shop.Id], producers, cancellationToken);
        return true;
    }

    /// <summary>A person looked and saw nothing of ours on sale there any more. It is kept as what he said, not as what the platform did, and in a
    /// shop that we may not act for it also ends what nobody can look up.</summary>
    /// <returns>Items of which it was said.</returns>
    public async Task<int> SeenAwayAsync(LeavingShop shop, Actor by, CancellationToken cancellationToken)
    {
        await EndDoubtAsync(shop.Id, cancellationToken);
        var items = await ItemsAsync(shop.Id, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var at = await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("SELECT clock_timestamp()", cancellationToken: cancellationToken));
        var sightings = items.Where(i => i.ExternalId is not null).Select(i => new Sighting(
            i.Listing,
            new SeenItem { ExternalId = i.ExternalId!, SellerSku = i.SellerSku, Status = SeenStatus.Hidden, StatusRaw = by.Name, Url = i.Url }, []));
        var told = 0;
        foreach (var page in sightings.Chunk(PageSize))
        {
            told += await observation.RecordAsync(page, KnownBy.StaffCheck, at, cancellationToken);
        }

        return told;
    }

    /// <summary>One round over all that leaves.</summary>
    /// <returns>Listings and shops that came a step further.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken) =>
        await TakeDownAsync(await DueAsync(LeaveSql.Due, 0, cancellationToken), cancellationToken)
        + await WalkAsync(cancellationToken)
        + await EndAsync(cancellationToken);

    private async Task<bool> DecideAsync(
        string sql, string action, LeavingShop shop, Actor by, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RunAsync(transaction, sql, new { account = shop.Id, by = by.Name, reason }, cancellationToken) == 0)
        {
            return false;
        }

        await AuditLog.WriteAsync(
            transaction, new(by, action) { ProducerId = shop.ProducerId, After = new { account = shop.Id, shop.Marketplace, shop = shop.ExternalId } },
            cancellationToken);
        await RunAsync(transaction, ReconcileSql.Notify, new { }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task EndDoubtAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(
            LeaveSql.InDoubt, new { account }, cancellationToken: cancellationToken))).ToArray();
        foreach (var page in ids.Chunk(PageSize))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ListingReconciler.LockAsync(transaction, page, cancellationToken);
            await RunAsync(transaction, ReconcileSql.HoldShops, new { ids = page }, cancellationToken);
            await RunAsync(transaction, LeaveSql.EndDoubt, new { ids = page, account, today = VietnamDay.Of(time.GetUtcNow()) }, cancellationToken);
            await reconciler.ReconcileAsync(transaction, page, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private async Task<long[]> DueAsync(string due, long after, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<long>(new CommandDefinition(due, new { after, limit = PageSize }, cancellationToken: cancellationToken))];
    }

    /// <summary>One page of the walk over marketplaces out of use. It begins anew when another one is stopped.</summary>
    private async Task<int> WalkAsync(CancellationToken cancellationToken)
    {
        Stops stops;
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            stops = await connection.QuerySingleAsync<Stops>(new CommandDefinition(LeaveSql.Stopped, cancellationToken: cancellationToken));
        }

        var (walk, now) = (_walk, time.GetUtcNow());
        var after = walk.Stops == stops ? walk.After : 0;
        if (stops.Marketplaces == 0 || (walk.Stops == stops && now < walk.GoesOn))
        {
            return 0;
        }

        var ids = await DueAsync(LeaveSql.DueOfStopped, after, cancellationToken);
        var changed = await TakeDownAsync(ids, cancellationToken);
        var next = ids.Length == PageSize ? new Walk(stops, ids[^1], now) : new Walk(stops, 0, now + _betweenWalks);
        Interlocked.CompareExchange(ref _walk, next, walk); // another round beside this one goes by its own
        return changed;
    }

    /// <summary>What is due was looked for before it is locked; the statements that change it look again.</summary>
    /// <returns>Listings that were changed.</returns>
    private async Task<int> TakeDownAsync(long[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return 0;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ListingReconciler.LockAsync(transaction, ids, cancellationToken);
        long[] changed =
        [
            .. (await IdsAsync(transaction, LeaveSql.TakeDown, ids, cancellationToken))
                .Union(await IdsAsync(transaction, LeaveSql.Delete, ids, cancellationToken)),
        ];
        if (changed.Length > 0)
        {
            await RunAsync(transaction, LeaveSql.EndHolds, new { ids = changed }, cancellationToken);
            await reconciler.ReconcileAsync(transaction, changed, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return changed.Length;
    }

    private static Task<IEnumerable<long>> IdsAsync(NpgsqlTransaction transaction, string sql, long[] ids, CancellationToken cancellationToken) =>
        transaction.Connection!.QueryAsync<long>(new CommandDefinition(sql, new { ids }, transaction, cancellationToken: cancellationToken));

    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var over = await OverAsync(connection, null, null, cancellationToken);
        if (over.Count == 0)
        {
            return 0;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var locked = await IdsAsync(transaction, LeaveSql.LockShops, [.. over.Select(s => s.Id)], cancellationToken);
        var shops = await OverAsync(connection, transaction, [.. locked], cancellationToken);
        foreach (var shop in shops) // a hundred at most, and each has a proof of its own
        {
            await LeaveAsync(transaction, shop, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        if (shops.Count > 0)
        {
            await accounts.FollowAsync([.. shops.Select(s => s.Id)], [], cancellationToken);
        }

        return shops.Count;
    }

    private static async Task<List<LeavingShop>> OverAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, long[]? ids, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<LeavingShop>(new CommandDefinition(
            LeaveSql.Over, new { ids }, transaction, cancellationToken: cancellationToken))).AsList();

    private static async Task LeaveAsync(NpgsqlTransaction transaction, LeavingShop shop, CancellationToken cancellationToken)
    {
        await RunAsync(transaction, ConnectSql.Overtake, new { account = shop.Id, id = long.MaxValue }, cancellationToken);
        var erased = shop.CredentialId is { } credential && !await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
                LeaveSql.IsShared, new { credential, account = shop.Id }, transaction, cancellationToken: cancellationToken))
            && await RunAsync(transaction, ConnectSql.Erase, new { credential }, cancellationToken) == 1;
        await RunAsync(transaction, LeaveSql.Leave, new { account = shop.Id, erased }, cancellationToken);
        await AuditLog.WriteAsync(
            transaction,
            new(new("worker", "worker"), "shop.left")
            {
                ProducerId = shop.ProducerId,
                Before = new { account = shop.Id, shop = shop.ExternalId, credential = shop.CredentialId },
                After = new { erased },
            },
            cancellationToken);
    }

    private static Task<int> RunAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
}
