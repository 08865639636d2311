using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;

namespace OcopMarket.Data.Sync;

/// <summary>What the shops that one process works on write in one round trip: every row carries the fence of its own queue.</summary>
public sealed partial class TaskQueue
{
    /// <summary>One is written by the database while the next is put together here.</summary>
    private const int Lines = 2;

    /// <summary>Nobody waits longer than this for a row that another shop of the same write cannot get.</summary>
    private const string Patience = "SELECT length(set_config('lock_timeout', '1s', true))::bigint";

    private readonly NpgsqlDataSource _dataSource;
    private readonly ListingReconciler _reconciler;
    private readonly SharedWrites<(long Account, int Limit), IReadOnlyList<TaskWork>> _works;
    private readonly SharedWrites<Intent, IReadOnlyDictionary<long, long>?> _begins;
    private readonly SharedWrites<Ended, IReadOnlyList<TaskEnd>> _ends;
    private readonly SharedWrites<(QueueLease Lease, TurnEnd End), bool> _finishes;

    /// <param name="lease">Null: <see cref="DefaultLease"/>.</param>
    public TaskQueue(NpgsqlDataSource dataSource, ListingReconciler reconciler, TimeSpan? lease = null)
    {
        (_dataSource, _reconciler, Lease) = (dataSource, reconciler, lease ?? DefaultLease);
        _works = new(LoadTogetherAsync, _ => [], Lines);
        _begins = new(BeginTogetherAsync, i => i.Listings, Lines);
        _ends = new(EndTogetherAsync, e => e.Listings, Lines);
        _finishes = new(FinishTogetherAsync, _ => [], Lines);
    }

    private sealed record Intent(QueueLease Lease, IReadOnlyList<TaskWork> Work, bool MayHide, bool Alone)
    {
        public long[] Listings { get; } = [.. Work.Select(w => w.ListingId)];
    }

    private sealed record Ended(QueueLease Lease, IReadOnlyList<TaskEnd> Ends, bool MayHide)
    {
        public long[] Listings { get; } = [.. Ends.Select(e => e.Work.ListingId)];
    }

    private sealed record BegunRow(long AccountId, long Fence, long AttemptId, long TaskId);

    private async Task<IReadOnlyList<IReadOnlyList<TaskWork>>> LoadTogetherAsync(IReadOnlyList<(long Account, int Limit)> asked)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var rows = await new StatementBatch(connection)
            .Add(TaskQueueSql.Work, new { accounts = asked.Select(a => a.Account).ToArray(), limits = asked.Select(a => a.Limit).ToArray() })
            .ReadAsync(CancellationToken.None);
        var work = (await rows.NextAsync<TaskWork>(CancellationToken.None)).ToLookup(w => w.AccountId);
        return [.. asked.Select(a => work[a.Account].ToList())];
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<long, long>?>> BeginTogetherAsync(IReadOnlyList<Intent> intents)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        var work = intents.SelectMany(i => i.Work, (i, w) => (Intent: i, Work: w)).ToList();
        var accounts = intents.Select(i => i.Lease.AccountId).ToArray();
        var ids = work.Select(w => w.Work.ListingId).ToArray();
        var today = _reconciler.Today;
        await using var rows = await Together(new StatementBatch(connection), intents.Count)
            .Add(ReconcileSql.Lock, new { ids })
            .Add(TaskQueueSql.HoldStops)
            .Add(TaskQueueSql.HoldShops, new { accounts })
            .Add(TaskQueueSql.HoldMandates, new { accounts, ids, today })
            .Add(TaskQueueSql.LockQueues, new { accounts })
            .Add(BeginSql, new
            {
                today,
                lease = Lease,
                accounts,
                fences = intents.Select(i => i.Lease.Fence).ToArray(),
                tasks = work.Select(w => w.Work.TaskId).ToArray(),
                taskAccounts = work.Select(w => w.Intent.Lease.AccountId).ToArray(),
                taskFences = work.Select(w => w.Intent.Lease.Fence).ToArray(),
                revisions = work.Select(w => w.Work.Revision).ToArray(),
                contents = work.Select(w => w.Work.ContentRevision).ToArray(),
                prices = work.Select(w => w.Work.PriceRevision).ToArray(),
                stocks = work.Select(w => w.Work.StockRevision).ToArray(),
                visibilities = work.Select(w => w.Work.VisibilityRevision).ToArray(),
                kinds = work.Select(w => Words.Of(w.Work.Kind)).ToArray(),
                alones = work.Select(w => w.Intent.Alone).ToArray(),
                mayHides = work.Select(w => w.Intent.MayHide).ToArray(),
            })
            .ReadAsync(CancellationToken.None);
        await PassTogetherAsync(rows, intents.Count);
        for (var locks = 0; locks < 5; locks++)
        {
            await rows.NextAsync<long>(CancellationToken.None);
        }

        var begun = await rows.NextAsync<BegunRow>(CancellationToken.None);
        var ours = begun.Where(b => b.AttemptId == 0).Select(b => (b.AccountId, b.Fence)).ToHashSet();
        var attempts = begun.Where(b => b.AttemptId != 0).ToDictionary(b => b.TaskId, b => b.AttemptId);
        return [.. intents.Select(i => !ours.Contains((i.Lease.AccountId, i.Lease.Fence))
            ? null
            : i.Work.Where(w => attempts.ContainsKey(w.TaskId)).ToDictionary(w => w.TaskId, w => attempts[w.TaskId]))];
    }

    private async Task<IReadOnlyList<IReadOnlyList<TaskEnd>>> EndTogetherAsync(IReadOnlyList<Ended> calls)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var listings = calls.SelectMany(c => c.Listings).ToArray();
        var mine = await EndTasksAsync(transaction, listings, calls);
        var kept = calls.SelectMany(c => c.Ends).Where(e => mine.Contains((e.Work.TaskId, e.AttemptId))).ToList();
        var told = new StatementBatch(transaction);
        Tell(told, kept);
        SentWithCreate(told, [.. kept.Where(e => e is { Outcome: TaskOutcome.Accepted, Work.Lane: "create" }).Select(e => e.Work)]);
        told.CloseRefusals([.. kept.Where(e => e.Outcome == TaskOutcome.Accepted).Select(LaneOf)])
            .OpenRefusals([.. kept.Where(e => e.Refusal is not null).Select(e => (e.Work.ListingId, (string?)e.Work.Lane, e.Refusal!))]);
        await _reconciler.ReconcileAsync(transaction, listings, CancellationToken.None, told, landed: Landed(calls));
        await transaction.CommitAsync();
        return [.. calls.Select(c => c.Ends.Where(e => mine.Contains((e.Work.TaskId, e.AttemptId))).ToList())];
    }

    /// <returns>The tasks that were still ours, with the attempts under which they were.</returns>
    private static async Task<HashSet<(long Task, long Attempt)>> EndTasksAsync(
        NpgsqlTransaction transaction, long[] listings, IReadOnlyList<Ended> calls)
    {
        var ends = calls.SelectMany(c => c.Ends, (c, e) => (c.Lease.Fence, End: e)).ToList();
        var batch = Together(new StatementBatch(transaction), calls.Count).Add(ReconcileSql.Lock, new { ids = listings })
            .Add(EndSql, new
            {
                tasks = ends.Select(e => e.End.Work.TaskId).ToArray(),
                fences = ends.Select(e => e.Fence).ToArray(),
                revisions = ends.Select(e => e.End.Work.Revision).ToArray(),
                outcomes = ends.Select(e => Words.Of(e.End.Outcome)).ToArray(),
                codes = ends.Select(e => e.End.Code).ToArray(),
                waits = ends.Select(e => e.End.Wait).ToArray(),
                contents = ends.Select(e => e.End.Work.ContentRevision).ToArray(),
                prices = ends.Select(e => e.End.Work.PriceRevision).ToArray(),
                stocks = ends.Select(e => e.End.Work.StockRevision).ToArray(),
                visibilities = ends.Select(e => e.End.Work.VisibilityRevision).ToArray(),
            });
        await using var rows = await batch.ReadAsync(CancellationToken.None);
        await PassTogetherAsync(rows, calls.Count);
        await rows.NextAsync<long>(CancellationToken.None);
        var mine = (await rows.NextAsync<long>(CancellationToken.None)).ToHashSet();
        return [.. ends.Where(e => mine.Contains(e.End.Work.TaskId)).Select(e => (e.End.Work.TaskId, e.End.AttemptId))];
    }

    private async Task<IReadOnlyList<bool>> FinishTogetherAsync(IReadOnlyList<(QueueLease Lease, TurnEnd End)> turns)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        var accounts = turns.Select(t => t.Lease.AccountId).ToArray();
        var batch = Together(new StatementBatch(connection), turns.Count);
        if (!Sabotage.LockBeforeLook)
        {
            batch.Add(TaskQueueSql.LockQueues, new { accounts });
        }

        await batch.Add(TaskQueueSql.Finish, new
        {
            accounts,
            fences = turns.Select(t => t.Lease.Fence).ToArray(),
            holds = turns.Select(t => t.End.Hold).ToArray(),
            reasons = turns.Select(t => t.End.Reason).ToArray(),
            answers = turns.Select(t => t.End.Answered).ToArray(),
        }).ExecuteAsync(CancellationToken.None);
        return [.. turns.Select(_ => true)];
    }

    private static StatementBatch Together(StatementBatch batch, int shops) => shops > 1 ? batch.Add(Patience) : batch;

    private static async Task PassTogetherAsync(BatchRows rows, int shops)
    {
        if (shops > 1)
        {
            await rows.NextAsync<long>(CancellationToken.None);
        }
    }
}
