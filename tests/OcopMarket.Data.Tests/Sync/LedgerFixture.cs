using Dapper;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>A ledger with one producer's products and open shops, and the engine's parts over it. Times are moved by moving the rows.</summary>
public sealed class LedgerFixture : PostgresFixture
{
    private static readonly ListingTiming _timing = new(
        TimeSpan.FromHours(4), TimeSpan.FromSeconds(30), TimeSpan.FromHours(6), TimeSpan.FromSeconds(20), TimeSpan.FromHours(2));

    public static TimeSpan Settling => _timing.Settling;
    public ListingReconciler Reconciler { get; } = ReconcilerWith(DriftPolicy.AskAlways);
    public TaskQueue Queue => new(DataSource, Reconciler);
    public ListingObservation Observation => new(DataSource, Reconciler);
    public StatusReads Reads => new(DataSource);
    public RateBuckets Buckets => new(DataSource);
    public ListingSweep Sweep => new(DataSource, Reconciler);
    public AccountStore Accounts => new(DataSource, Reconciler);

    /// <summary>Empties the ledger and fills it again: <paramref name="shops"/> shops with <paramref name="each"/> wanted listings each.</summary>
    public async Task<long[]> BeginAsync(int shops = 1, int each = 1)
    {
        await TruncateAsync("producer", "listing_attempt", "listing_event", "account_queue", "rate_bucket", "listing_count_move", "listing_count_sum");
        await ExecuteAsync(
            """
            INSERT INTO producer (key, name, name_folded)
            SELECT 'p' || n, 'HTX số ' || n, 'htx so ' || n FROM generate_series(1, @shops) n;
            INSERT INTO product (producer_id, key, name, name_folded)
            SELECT p.id, 'sp' || p.id || '-' || n, 'Mật hoa dừa ' || n, 'mat hoa dua ' || n FROM producer p, generate_series(1, @each) n ORDER BY 1, n;
            INSERT INTO variant (product_id, producer_id, key) SELECT id, producer_id, 'v' || id FROM product ORDER BY id;
            INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, state, state_evidence, opened_by, unswept_since)
            SELECT 'postmart', 'S' || id, id, name, 'active', 'test', 'test', NULL FROM producer ORDER BY id;
            INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by)
            SELECT id, producer_id, DATE '2020-01-01', 'test', 'test' FROM seller_account ORDER BY id;
            INSERT INTO listing (product_id, variant_id, producer_id, marketplace, account_id, seller_sku, desired, content, content_hash,
                                 desired_price, desired_stock)
            SELECT v.product_id, v.id, v.producer_id, 'postmart', a.id, 'OC-' || v.id, 'on_sale', '{}', '\x00', 1000, 5
            FROM variant v JOIN seller_account a ON a.producer_id = v.producer_id ORDER BY v.id
            """,
            new { shops, each });
        var ids = (await QueryAsync<long>("SELECT id FROM listing ORDER BY id")).ToArray();
        await ReconcileAsync(ids);
        return ids;
    }

    public static ListingReconciler ReconcilerWith(DriftPolicy drift) => new(
        new Dictionary<string, ListingTiming> { ["postmart"] = _timing, ["voso"] = _timing }, TimeProvider.System,
        new Dictionary<string, DriftPolicy> { ["postmart"] = drift });

    /// <summary>What the server counted of one table, after every connection has told its counts: it does so at its end at the latest.</summary>
    public async Task<T> CountedAsync<T>(string table, string counts)
    {
        Rest();
        while (await ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid())"))
        {
            await Task.Delay(20);
        }

        return (await QueryAsync<T>($"SELECT {counts} FROM pg_stat_user_tables WHERE relname = @table", new { table })).Single();
    }

    public async Task ReconcileAsync(params long[] ids)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Reconciler.ReconcileAsync(transaction, ids, CancellationToken.None);
        await transaction.CommitAsync();
    }

    /// <summary>An edit as the composition makes it: the lane's revision rises, and the planner runs in the same transaction.</summary>
    /// <param name="beforeCommit">Runs while the edit holds its locks.</param>
    public async Task EditAsync(long listing, Lane lane, Func<Task>? beforeCommit = null)
    {
        var column = lane switch
        {
            Lane.Content => "content_revision",
            Lane.Price => "price_revision",
            Lane.Stock => "stock_revision",
            Lane.Stop => "visibility_revision",
            _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, null),
        };
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ListingReconciler.LockAsync(transaction, [listing], CancellationToken.None);
        await connection.ExecuteAsync($"UPDATE listing SET {column} = {column} + 1 WHERE id = @listing", new { listing }, transaction);
        await Reconciler.ReconcileAsync(transaction, [listing], CancellationToken.None);
        if (beforeCommit is not null)
        {
            await beforeCommit();
        }

        await transaction.CommitAsync();
    }

    /// <summary>An edit is about to commit when the queue is given back: the giving back waits for the edit's lock, then goes on.</summary>
    public async Task EditWhileFinishingAsync(long listing, Lane lane, QueueLease lease)
    {
        Task? finishing = null;
        await EditAsync(listing, lane, async () =>
        {
            finishing = FinishAsync(lease);
            while (await ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            {
                Assert.False(finishing.IsCompleted, "The queue was given back without waiting for the edit.");
                await Task.Delay(5);
            }
        });
        await finishing!;
    }

    public async Task<QueueLease> ClaimAsync() => Assert.Single(await Queue.ClaimAsync("postmart", 1, CancellationToken.None));

    /// <summary>The lease of every queue has ended and nobody gave it back.</summary>
    public Task ExpireAsync() => ExecuteAsync("UPDATE account_queue SET next_at = now() - interval '1 s' WHERE leased");

    /// <summary>Every wait of a task and a queue is over.</summary>
    public Task HurryAsync() => ExecuteAsync(
        """
        UPDATE listing_task SET due_at = now() - interval '1 s' WHERE state IN ('due', 'unknown');
        UPDATE account_queue SET next_at = now() - interval '1 s', held_until = '-infinity'
        WHERE NOT leased AND account_id IN (SELECT account_id FROM listing_task WHERE state IN ('due', 'unknown'))
        """);

    /// <summary>One call begun: its work and attempts.</summary>
    public async Task<Call> CallAsync(QueueLease lease, int limit = 200)
    {
        var work = await Queue.WorkAsync(lease.AccountId, limit, CancellationToken.None);
        var attempts = await Queue.BeginAsync(lease, work, mayHide: true, CancellationToken.None);
        Assert.NotNull(attempts);
        return new(lease, work, attempts);
    }

    public Task EndAsync(Call call, TaskOutcome outcome = TaskOutcome.Accepted, IssueFinding? refusal = null) => Queue.EndAsync(
        call.Lease,
        [.. call.Work.Select(w => new TaskEnd(
            w, call.Attempts[w.TaskId], outcome, outcome == TaskOutcome.Accepted ? $"P{w.ListingId}" : null, null, null, null,
            outcome is TaskOutcome.Unknown ? Settling : TimeSpan.Zero, refusal))],
        mayHide: true, CancellationToken.None);

    public Task FinishAsync(QueueLease lease, TimeSpan hold = default) => Queue.FinishAsync(lease, new TurnEnd(hold, null), CancellationToken.None);

    /// <summary>Creates every wanted listing of the next queue and gives it back.</summary>
    public async Task CreateAsync()
    {
        var lease = await ClaimAsync();
        await EndAsync(await CallAsync(lease));
        await FinishAsync(lease);
    }

    public async Task SeeAsync(long listing, SeenStatus status, DateTimeOffset? at = null, params IssueFinding[] findings) =>
        await Observation.RecordAsync(
            [new(listing, Item(listing, status), findings)], KnownBy.Api, at ?? await Reads.ClockAsync(CancellationToken.None),
            CancellationToken.None);

    public static SeenItem Item(long listing, SeenStatus status) => new()
    {
        ExternalId = $"P{listing}",
        SellerSku = $"OC-{listing}",
        Status = status,
        StatusRaw = status.ToString(),
        PriceVnd = 1000,
        StockUnits = 5,
    };

    public Task<string?> StateAsync(long listing) => ScalarAsync<string>("SELECT state FROM listing WHERE id = @listing", new { listing });

    public async Task<LaneRow> TaskAsync(long listing, Lane lane) => Assert.Single(await QueryAsync<LaneRow>(
        """
        SELECT state, wanted_revision AS wanted, sent_revision AS sent, fence, crashes, crashes_alone, last_outcome AS outcome
        FROM (SELECT v.listing_id, v.lane, v.state, v.wanted_revision, v.sent_revision, coalesce(t.fence, 0) AS fence,
                     coalesce(t.crashes, 0) AS crashes, coalesce(t.crashes_alone, 0) AS crashes_alone, v.last_outcome
              FROM listing_lane v LEFT JOIN listing_task t USING (listing_id, lane)) lanes
        WHERE listing_id = @listing AND lane = @lane
        """, new { listing, lane = Words.Of(lane) }));

    /// <summary>Counters equal the rows they count.</summary>
    public async Task AssertCountersAsync() => Assert.Empty(await QueryAsync<string>(
        """
        SELECT format('%s %s %s: counted %s, there are %s', marketplace, account_id, state, c.count, l.count)
        FROM (SELECT marketplace, account_id, state, sum(count) AS count FROM listing_count GROUP BY 1, 2, 3) c
        FULL JOIN (SELECT marketplace, coalesce(account_id, 0) AS account_id, state, count(*) AS count FROM listing GROUP BY 1, 2, 3) l
            USING (marketplace, account_id, state)
        WHERE coalesce(c.count, 0) <> coalesce(l.count, 0)
        """));
}

public sealed record Call(QueueLease Lease, IReadOnlyList<TaskWork> Work, IReadOnlyDictionary<long, long> Attempts);

public sealed record LaneRow
{
    public string State { get; init; } = "";
    public long Wanted { get; init; }
    public long Sent { get; init; }
    public long Fence { get; init; }
    public int Crashes { get; init; }
    public int CrashesAlone { get; init; }
    public string? Outcome { get; init; }
}
