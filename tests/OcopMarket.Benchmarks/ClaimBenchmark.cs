using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;

namespace OcopMarket.Benchmarks;

/// <summary>Tasks claimed, begun and ended a second by eight workers over very many shops, with everything that the ledger keeps of them,
/// against the strong yardstick: first in, first out with SKIP LOCKED over an index of open tasks only, which keeps nothing. Nothing may be
/// ended twice, and a shop with one task may not wait longer because another has a fifth of all. Ratio: share of the yardstick's rate.</summary>
internal sealed class ClaimBenchmark : IBenchmark
{
    private const int Workers = 8;
    private const double Fair = 1.2;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(10);

    private const string Fill = """
        CREATE TEMP TABLE lane AS
        SELECT n, CASE WHEN n = 1 THEN @tasks / 5 WHEN n <= @shops / 130 THEN 50 + n % 151 ELSE 1 + n % 5 END AS tasks FROM generate_series(1, @shops) n;
        INSERT INTO producer (key, name, name_folded) SELECT 'p' || n, 'HTX ' || n, 'htx ' || n FROM lane ORDER BY n;
        INSERT INTO product (producer_id, key, name, name_folded) SELECT id, 'sp' || id, 'Mật hoa dừa', 'mat hoa dua' FROM producer ORDER BY id;
        INSERT INTO variant (product_id, producer_id, key)
        SELECT p.id, p.producer_id, 'v' || p.id || '-' || t FROM product p JOIN producer r ON r.id = p.producer_id JOIN lane ON 'p' || lane.n = r.key
        CROSS JOIN LATERAL generate_series(1, lane.tasks) t ORDER BY p.id;
        INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, state, state_evidence, opened_by, unswept_since)
        SELECT 'voso', 'S' || id, id, name, 'active', 'read', 'self', NULL FROM producer ORDER BY id;
        INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by)
        SELECT id, producer_id, DATE '2020-01-01', 'benchmark', 'benchmark' FROM seller_account;
        INSERT INTO listing (product_id, variant_id, producer_id, marketplace, account_id, seller_sku, desired, content, content_hash, desired_price,
                             desired_stock, external_id, seen, seen_at, next_read_at)
        SELECT v.product_id, v.id, v.producer_id, 'voso', a.id, 'OC-' || v.id, 'on_sale', '{}', '\x00', 1000, 5, 'P' || v.id, 'live', now(), 'infinity'
        FROM variant v JOIN seller_account a ON a.producer_id = v.producer_id ORDER BY v.id;
        INSERT INTO listing_task (listing_id, account_id, producer_id, lane, wanted_revision, state, due_at)
        SELECT id, account_id, producer_id, 'content', 1, 'due', now() FROM listing ORDER BY id;
        INSERT INTO account_queue (account_id, marketplace, next_at) SELECT id, 'voso', now() FROM seller_account ORDER BY id;
        DROP TABLE lane
        """;

    /// <summary>Filled anew for each round, so that it never runs out.</summary>
    private const string FillFifo = """
        DROP TABLE IF EXISTS fifo;
        CREATE TABLE fifo AS SELECT n AS id, 0 AS state FROM generate_series(1, 1000000) n;
        ALTER TABLE fifo ADD PRIMARY KEY (id);
        CREATE INDEX fifo_open ON fifo (id) WHERE state = 0;
        ANALYZE fifo
        """;

    private const string TakeFifo = """
        WITH t AS (SELECT id FROM fifo WHERE state = 0 ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)
        UPDATE fifo f SET state = 1 FROM t WHERE f.id = t.id RETURNING f.id
        """;

    private const string Edit = """
        UPDATE listing_task SET wanted_revision = wanted_revision + 1, state = 'due', due_at = now() WHERE listing_id = @listing;
        UPDATE account_queue SET next_at = least(next_at, now()) WHERE NOT leased AND account_id = (SELECT account_id FROM listing WHERE id = @listing)
        """;

    private readonly ConcurrentDictionary<(long Task, long Revision), int> _ended = new();
    private readonly ConcurrentDictionary<long, long> _awaited = new();
    private readonly ConcurrentBag<double> _waits = [];

    public string Name => "claim";
    public double Goal => 0.6;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var tasks = options.Rows ?? 500_000;
        await using var field = await EngineField.StartAsync("voso", null, new Dictionary<string, string?>(), cancellationToken);
        await field.ExecuteAsync(Fill, new { tasks, shops = tasks / 100 * 26 }, cancellationToken);
        await field.Database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        var queue = field.Services.GetRequiredService<TaskQueue>();
        var (ours, plain) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < (options.Pairs ?? 5); pair++)
        {
            ours.Add(await RateAsync(token => WorkAsync(queue, TimeSpan.Zero, token), cancellationToken));
            await field.ExecuteAsync(FillFifo, null, cancellationToken);
            plain.Add(await RateAsync(token => FifoAsync(field.Database.Source, token), cancellationToken));
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"ledger {ours[^1]:0} tasks/s, first in first out {plain[^1]:0} tasks/s"));
        }

        await field.ExecuteAsync(
            "UPDATE account_queue SET held_until = 'infinity', next_at = 'infinity' WHERE account_id IN (SELECT account_id FROM account_queue ORDER BY account_id DESC LIMIT @paused)",
            new { paused = tasks / 50 }, cancellationToken);
        var paused = await RateAsync(token => WorkAsync(queue, TimeSpan.Zero, token), cancellationToken);
        var flooded = await QuietAsync(field, queue, flood: true, cancellationToken);
        var alone = await QuietAsync(field, queue, flood: false, cancellationToken);
        var twice = _ended.Count(e => e.Value > 1);
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"with {tasks / 50} shops paused {paused:0} tasks/s; ended twice {twice}; a quiet shop waits {1000 * flooded:0.0} ms beside a flood, {1000 * alone:0.0} ms without (median)"));
        var (rate, yardstick) = (Figures.Median(ours), Figures.Median(plain));
        var holds = rate >= Goal * yardstick && paused >= Goal * yardstick && twice == 0 && flooded <= Fair * alone;
        return new(Name, tasks, tasks / rate, tasks / yardstick, rate / yardstick, Goal, holds, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    private static async Task<double> RateAsync(Func<CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(_round);
        var start = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => work(over.Token), cancellationToken)));
        return done.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Shops as a worker takes them, calls that are accepted at once.</summary>
    private async Task<int> WorkAsync(TaskQueue queue, TimeSpan each, CancellationToken over)
    {
        var done = 0;
        while (!over.IsCancellationRequested)
        {
            var leases = await queue.ClaimAsync("voso", 1, CancellationToken.None);
            if (leases.Count == 0)
            {
                await Task.Delay(2, CancellationToken.None);
            }

            foreach (var lease in leases)
            {
                var work = await queue.WorkAsync(lease.AccountId, 100, CancellationToken.None);
                if (work.Count > 0 && !over.IsCancellationRequested)
                {
                    done += await EndAsync(queue, lease, work, each);
                }

                await queue.FinishAsync(lease, new TurnEnd(TimeSpan.Zero, null, true), CancellationToken.None);
            }
        }

        return done;
    }

    private async Task<int> EndAsync(TaskQueue queue, QueueLease lease, IReadOnlyList<TaskWork> work, TimeSpan each)
    {
        var attempts = await queue.BeginAsync(lease, work, mayHide: false, CancellationToken.None)
            ?? throw new InvalidOperationException("A lease was lost.");
        await Task.Delay(each * work.Count, CancellationToken.None);
        var ended = await queue.EndAsync(
            lease, [.. work.Select(w => new TaskEnd(w, attempts[w.TaskId], TaskOutcome.Accepted, w.ExternalId, null, null, null, TimeSpan.Zero, null))],
            mayHide: false, CancellationToken.None);
        foreach (var end in ended)
        {
            _ended.AddOrUpdate((end.Work.TaskId, end.Work.Revision), 1, (_, n) => n + 1);
            if (_awaited.TryRemove(end.Work.ListingId, out var since))
            {
                _waits.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            }
        }

        return ended.Count;
    }

    private static async Task<int> FifoAsync(NpgsqlDataSource database, CancellationToken over)
    {
        var done = 0;
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            var ids = new List<long>();
            await using (var take = new NpgsqlCommand(TakeFifo, connection))
            await using (var rows = await take.ExecuteReaderAsync(CancellationToken.None))
            {
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    ids.Add(rows.GetInt64(0));
                }
            }

            await using var end = new NpgsqlCommand("UPDATE fifo SET state = 2 WHERE id = ANY(@ids)", connection);
            end.Parameters.AddWithValue("ids", ids.ToArray());
            done += await end.ExecuteNonQueryAsync(CancellationToken.None);
        }

        return done;
    }

    /// <returns>Median of the seconds from a quiet shop's edit to its end, while nothing else waits but one shop's flood or not even that.</returns>
    private async Task<double> QuietAsync(EngineField field, TaskQueue queue, bool flood, CancellationToken cancellationToken)
    {
        await field.ExecuteAsync(
            """
            UPDATE listing_task SET state = 'idle', sent_revision = wanted_revision WHERE state = 'due' AND (NOT @flood OR account_id <> (SELECT min(id) FROM seller_account));
            UPDATE account_queue SET held_until = '-infinity', next_at = CASE WHEN @flood AND account_id = (SELECT min(id) FROM seller_account) THEN now() ELSE 'infinity' END
            """, new { flood }, cancellationToken);
        await field.Database.ExecuteAsync("VACUUM ANALYZE", cancellationToken); // of the mass update above nothing is to be seen
        var quiet = await field.QueryAsync<long>(
            "SELECT id FROM listing WHERE account_id > (SELECT min(id) FROM seller_account) ORDER BY random() LIMIT 1000", null, cancellationToken);
        _waits.Clear();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(queue, TimeSpan.FromMilliseconds(1), over.Token), cancellationToken)));
        foreach (var listing in quiet)
        {
            _awaited[listing] = Stopwatch.GetTimestamp();
            await field.ExecuteAsync(Edit, new { listing }, cancellationToken);
            await Task.Delay(5, cancellationToken);
        }

        await Task.Delay(500, cancellationToken);
        await over.CancelAsync();
        await workers;
        return Figures.Median([.. _waits]);
    }
}
