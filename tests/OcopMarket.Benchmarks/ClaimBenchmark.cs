using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sync;
using OcopMarket.Worker.Loops;

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
                             desired_stock, external_id, seen, seen_at)
        SELECT v.product_id, v.id, v.producer_id, 'voso', a.id, 'OC-' || v.id, 'on_sale', '{}', '\x00', 1000, 5, 'P' || v.id, 'live', now()
        FROM variant v JOIN seller_account a ON a.producer_id = v.producer_id ORDER BY v.id;
        INSERT INTO listing_task (listing_id, account_id, producer_id, lane, wanted_revision, state, due_at)
        SELECT id, account_id, producer_id, 'content', 1, 'due', now() FROM listing ORDER BY id;
        INSERT INTO listing_task (listing_id, account_id, producer_id, lane, wanted_revision, sent_revision, state, last_outcome, last_at)
        SELECT id, account_id, producer_id, lane, 1, 1, 'idle', 'accepted', now() FROM listing, unnest('{stop,stock,price,create}'::text[]) lane ORDER BY id, lane;
        INSERT INTO account_queue (account_id, marketplace, next_at)
        SELECT id, 'voso', now() - CASE WHEN id = (SELECT min(id) FROM seller_account) THEN 2 ELSE random() END * interval '1 hour' FROM seller_account ORDER BY id;
        DROP TABLE lane
        """;

    /// <summary>Filled anew for each round, so that it never runs out.</summary>
    private const string FillFifo = """
        DROP TABLE IF EXISTS fifo;
        CREATE TABLE fifo AS SELECT n AS id, 0 AS state FROM generate_series(1, 1000000) n;
        ALTER TABLE fifo ADD PRIMARY KEY (id);
        CREATE INDEX fifo_open ON fifo (id) WHERE state = 0;
        ANALYZE fifo;
        GRANT ALL ON fifo TO ocop_worker
        """;

    private const string TakeFifo = """
        WITH t AS (SELECT id FROM fifo WHERE state = 0 ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)
        UPDATE fifo f SET state = 1 FROM t WHERE f.id = t.id RETURNING f.id
        """;

    private const string Refill = """
        UPDATE listing_task SET state = 'due', wanted_revision = sent_revision + 1, due_at = now() WHERE state = 'idle' AND lane = 'content';
        UPDATE account_queue SET next_at = now() - random() * interval '1 hour' WHERE next_at = 'infinity' AND held_until <= now()
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
        var queues = Enumerable.Range(0, Workers).Select(_ => new TaskQueue(field.Database.Source, field.Services.GetRequiredService<ListingReconciler>())).ToArray();
        var (ours, plain) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < (options.Pairs ?? 5); pair++)
        {
            await RefillAsync(field, cancellationToken);
            ours.Add(await RateAsync(n => token => WorkAsync(queues[n], TimeSpan.Zero, token), cancellationToken));
            await field.Database.ExecuteAsync(FillFifo, cancellationToken);
            plain.Add(await RateAsync(_ => token => FifoAsync(field.Database.Source, token), cancellationToken));
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"ledger {ours[^1]:0} tasks/s, first in first out {plain[^1]:0} tasks/s"));
        }

        await RefillAsync(field, cancellationToken);
        await field.ExecuteAsync(
            "UPDATE account_queue SET held_until = 'infinity', next_at = 'infinity' WHERE account_id IN (SELECT account_id FROM account_queue ORDER BY account_id DESC LIMIT @paused)",
            new { paused = tasks / 50 }, cancellationToken);
        var paused = await RateAsync(n => token => WorkAsync(queues[n], TimeSpan.Zero, token), cancellationToken);
        var flooded = await QuietAsync(field, queues, flood: true, cancellationToken);
        var alone = await QuietAsync(field, queues, flood: false, cancellationToken);
        var twice = _ended.Count(e => e.Value > 1);
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"with {tasks / 50} shops paused {paused:0} tasks/s; ended twice {twice}; a quiet shop waits {1000 * flooded:0.0} ms beside a flood, {1000 * alone:0.0} ms without (median)"));
        var (rate, yardstick) = (Figures.Median(ours), Figures.Median(plain));
        var holds = rate >= Goal * yardstick && paused >= Goal * yardstick && twice == 0 && flooded <= Fair * alone;
        return new(Name, tasks, tasks / rate, tasks / yardstick, rate / yardstick, Goal, holds, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    /// <summary>Everything is due again: no round runs dry.</summary>
    private static async Task RefillAsync(EngineField field, CancellationToken cancellationToken)
    {
        await field.ExecuteAsync(Refill, null, cancellationToken);
        await field.Database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
    }

    private static async Task<double> RateAsync(Func<int, Func<CancellationToken, Task<int>>> work, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(_round);
        var start = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, Workers).Select(n => Task.Run(() => work(n)(over.Token), cancellationToken)));
        return done.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A worker process: as many shops as it has places, each in a turn of its own, calls that are accepted at once.</summary>
    private async Task<int> WorkAsync(TaskQueue queue, TimeSpan each, CancellationToken over)
    {
        var (done, turns) = (0, new List<Task<int>>());
        while (!over.IsCancellationRequested)
        {
            var leases = await queue.ClaimAsync("voso", Dispatcher.Places - turns.Count, CancellationToken.None);
            turns.AddRange(leases.Select(l => TurnAsync(queue, l, each, over)));
            await Task.WhenAny([.. turns, .. leases.Count == 0 ? [Task.Delay(2, CancellationToken.None)] : Array.Empty<Task>()]);
            done += turns.Where(t => t.IsCompleted).Sum(t => t.Result);
            turns.RemoveAll(t => t.IsCompleted);
        }

        return done + (await Task.WhenAll(turns)).Sum();
    }

    private async Task<int> TurnAsync(TaskQueue queue, QueueLease lease, TimeSpan each, CancellationToken over)
    {
        var work = await queue.WorkAsync(lease.AccountId, 100, CancellationToken.None);
        var done = work.Count > 0 && !over.IsCancellationRequested ? await EndAsync(queue, lease, work, each) : 0;
        await queue.FinishAsync(lease, new TurnEnd(TimeSpan.Zero, null, true), CancellationToken.None);
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
    private async Task<double> QuietAsync(EngineField field, TaskQueue[] queues, bool flood, CancellationToken cancellationToken)
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
        var workers = Task.WhenAll(queues.Select(q => Task.Run(() => WorkAsync(q, TimeSpan.FromMilliseconds(1), over.Token), cancellationToken)));
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
