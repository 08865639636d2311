using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Data.Sync;

/// <summary>A shop whose whole reading has a turn.</summary>
public sealed record SweepTurn
{
    public required ShopRow Shop { get; init; }

    /// <summary>Nothing is sent to it before the reading is over.</summary>
    public required bool Gated { get; init; }
    public required DateTimeOffset Began { get; init; }

    /// <summary>Items changed since then come next; null: from the first.</summary>
    public DateTimeOffset? Since { get; init; }
    public string? Page { get; init; }

    /// <summary>Failed turns in a row.</summary>
    public int Failures { get; init; }
}

/// <summary>Whole readings of shops. A reading goes on where it was, whoever continues it; its end opens the shop's queue, and every create
/// whose code stands in the shop already is looked up instead of sent.</summary>
public sealed class ShopSweeps(NpgsqlDataSource dataSource, ListingReconciler reconciler, TaskQueue queue)
{
    /// <summary>How long a turn, or its next page, belongs to whoever took it; then anybody goes on with it.</summary>
    private readonly TimeSpan _lease = queue.Lease;

    public async Task<IReadOnlyList<SweepTurn>> TakeAsync(IReadOnlyList<string> marketplaces, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<TurnRow>(new CommandDefinition(
            ShopSweepSql.Take, new { marketplaces = marketplaces.ToArray(), limit, lease = _lease }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.ToTurn())];
    }

    /// <summary>Keeps one page and where to go on.</summary>
    /// <param name="at">Start of the read, by the database's clock.</param>
    /// <returns>Listing by platform id, for the items that are ours.</returns>
    public async Task<IReadOnlyDictionary<string, long>> KeepAsync(
        SweepTurn turn, IReadOnlyList<SeenItem> items, DateTimeOffset at, DateTimeOffset? since, string? page, CancellationToken cancellationToken)
    {
        var standing = items.Where(i => i.Status != SeenStatus.Removed && !Sabotage.Sweep).DistinctBy(i => i.ExternalId, StringComparer.Ordinal).ToList();
        var account = turn.Shop.Id;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(transaction, ShopSweepSql.Keep, new
        {
            account,
            at,
            ids = standing.Select(i => i.ExternalId).ToArray(),
            skus = standing.Select(i => i.SellerSku).ToArray(),
            seens = standing.Select(i => Words.Of(i.Status)).ToArray(),
            titles = standing.Select(i => i.Title).ToArray(),
            prices = standing.Select(i => i.PriceVnd).ToArray(),
            stocks = standing.Select(i => i.StockUnits).ToArray(),
            urls = standing.Select(i => i.Url).ToArray(),
        }, cancellationToken);
        await ExecuteAsync(transaction, ShopSweepSql.Advance, new { account, turn.Began, since, page, lease = _lease }, cancellationToken);
        var ours = await connection.QueryAsync<(long Id, string ExternalId)>(new CommandDefinition(
            ShopSweepSql.Ours, new { account, ids = items.Select(i => i.ExternalId).ToArray() }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return ours.ToDictionary(o => o.ExternalId, o => o.Id, StringComparer.Ordinal);
    }

    /// <summary>The shop was read to its end: what stands there under a code of ours is looked up and adopted, the rest may be created, and
    /// the queue is open.</summary>
    /// <param name="again">Until it is read whole again.</param>
    public async Task CompleteAsync(SweepTurn turn, TimeSpan again, CancellationToken cancellationToken)
    {
        var account = turn.Shop.Id;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var waiting = await WaitingAsync(transaction, account, cancellationToken);
        await ListingReconciler.LockAsync(transaction, waiting, cancellationToken);
        if (await ExecuteAsync(transaction, ShopSweepSql.Close, new { account, turn.Began, again }, cancellationToken) == 0)
        {
            return; // begun anew meanwhile
        }

        // Whoever planned a create while we waited for the shop's row still saw it closed: his are asked for once more.
        var listings = await WaitingAsync(transaction, account, cancellationToken);
        await ExecuteAsync(transaction, ShopSweepSql.Forget, new { account, turn.Began }, cancellationToken);
        await ExecuteAsync(transaction, ShopSweepSql.Doubt, new { listings }, cancellationToken);
        await reconciler.ReconcileAsync(transaction, waiting, cancellationToken);
        await ExecuteAsync(transaction, ShopSweepSql.Open, new { account }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The reading goes on after a while: no rate token, or the platform was away.</summary>
    public async Task LaterAsync(SweepTurn turn, TimeSpan wait, bool failed, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            ShopSweepSql.Later, new { account = turn.Shop.Id, turn.Began, wait, failed = failed ? 1 : 0 }, cancellationToken: cancellationToken));
    }

    /// <summary>Closes every queue until its shop was read whole: the database may have forgotten what stands in the shops.</summary>
    /// <param name="settling">Per platform, how long after the last call a reading can be trusted.</param>
    public static Task GateAsync(
        NpgsqlTransaction transaction, IReadOnlyDictionary<string, TimeSpan> settling, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, ShopSweepSql.Gate, new
        {
            marketplaces = settling.Keys.ToArray(),
            waits = settling.Values.ToArray(),
            longest = settling.Values.DefaultIfEmpty(TimeSpan.FromMinutes(10)).Max(),
        }, cancellationToken);

    private static async Task<long[]> WaitingAsync(NpgsqlTransaction transaction, long account, CancellationToken cancellationToken) =>
        [.. await transaction.Connection!.QueryAsync<long>(new CommandDefinition(
            ShopSweepSql.Waiting, new { account }, transaction, cancellationToken: cancellationToken))];

    private static Task<int> ExecuteAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    private sealed record TurnRow
    {
        public long Id { get; init; }
        public string Marketplace { get; init; } = "";
        public string? ExternalId { get; init; }
        public long? ProducerId { get; init; }
        public long? CredentialId { get; init; }
        public string State { get; init; } = "";
        public bool Gated { get; init; }
        public DateTimeOffset Began { get; init; }
        public DateTimeOffset? Since { get; init; }
        public string? Page { get; init; }
        public int Failures { get; init; }

        public SweepTurn ToTurn() => new()
        {
            Shop = new()
            {
                Id = Id,
                Marketplace = Marketplace,
                ExternalId = ExternalId,
                ProducerId = ProducerId,
                CredentialId = CredentialId,
                State = State,
            },
            Gated = Gated,
            Began = Began,
            Since = Since,
            Page = Page,
            Failures = Failures,
        };
    }
}
