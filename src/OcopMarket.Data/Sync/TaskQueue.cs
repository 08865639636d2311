using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;

namespace OcopMarket.Data.Sync;

/// <summary>The right to work on one shop until the lease ends. <paramref name="Fence"/> grows with every claim: an older one writes nothing.</summary>
/// <param name="Abandoned">The last holder died: its open calls must be recovered first.</param>
public sealed record QueueLease(long AccountId, long Fence, bool Abandoned);

/// <summary>One task with what its call needs, as it stood when it was loaded.</summary>
public sealed record TaskWork
{
    public long TaskId { get; init; }
    public long ListingId { get; init; }
    public string Lane { get; init; } = "";
    public bool Unknown { get; init; }
    public long Revision { get; init; }
    public int Crashes { get; init; }
    public int Failures { get; init; }
    public string Desired { get; init; } = "";
    public string SellerSku { get; init; } = "";
    public string? ExternalId { get; init; }
    public string Content { get; init; } = "";
    public long ContentRevision { get; init; }
    public long PriceRevision { get; init; }
    public long StockRevision { get; init; }
    public long VisibilityRevision { get; init; }
    public ChangeKind Kind => ListingPlanner.KindOf(Words.Parse<Lane>(Lane), Words.Parse<Desired>(Desired));
}

/// <summary>How one change of a call ended, as it is written down.</summary>
/// <param name="Wait">Until the task is tried or looked up again; zero when it ended.</param>
/// <param name="Refusal">What the producer or staff must do, when the platform refused.</param>
public sealed record TaskEnd(
    TaskWork Work, long AttemptId, TaskOutcome Outcome, string? ExternalId, string? Url, string? Code, string? Detail, TimeSpan Wait,
    IssueFinding? Refusal);

/// <summary>What a look-up said of one doubtful task.</summary>
/// <param name="Found">The item that is adopted; null: there is none.</param>
/// <param name="Others">Ids of further items with the same seller's code.</param>
/// <param name="Wait">Until an item that is not there is created again.</param>
public sealed record LookUpAnswer(TaskWork Work, SeenItem? Found, IReadOnlyList<string> Others, TimeSpan Wait)
{
    internal IssueFinding Several() => new(
        StandingIssues.SeveralItems, Severity.Blocking, Party.Staff, ["sku"], [], string.Join(", ", Others.Prepend(Found!.ExternalId)));
}

/// <summary>Account queues and listing tasks: claim, begin, end, finish. Every write checks the fence; a lost lease writes nothing.</summary>
/// <param name="lease">Null: <see cref="DefaultLease"/>.</param>
public sealed class TaskQueue(NpgsqlDataSource dataSource, ListingReconciler reconciler, TimeSpan? lease = null)
{
    public static TimeSpan DefaultLease { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Every so many claims go by age alone: however many stocks and prices change, the rest is sent too.</summary>
    private const int FairTurn = 4;
    private int _claims;

    /// <summary>A lease covers one call with its deadline and some; it is renewed before each call.</summary>
    public TimeSpan Lease { get; } = lease ?? DefaultLease;

    /// <summary>Shops of one platform whose turn has come, the longest waiting first.</summary>
    public async Task<IReadOnlyList<QueueLease>> ClaimAsync(string marketplace, int queues, CancellationToken cancellationToken)
    {
        var hurry = Interlocked.Increment(ref _claims) % FairTurn != 0;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<QueueLease>(new CommandDefinition(
            TaskQueueSql.Claim, new { marketplace, queues, lease = Lease, hurry }, cancellationToken: cancellationToken))];
    }

    /// <summary>Decides what became of the calls that a dead process left open.</summary>
    public async Task RecoverAsync(QueueLease lease, TimeSpan settling, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new { account = lease.AccountId, fence = lease.Fence, settling };
        var listings = (await connection.QueryAsync<long>(
            new CommandDefinition(TaskQueueSql.AbandonedListings, parameters, transaction, cancellationToken: cancellationToken))).ToArray();
        await ListingReconciler.LockAsync(transaction, listings, cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(TaskQueueSql.Recover, parameters, transaction, cancellationToken: cancellationToken));
        await LandedAsync(transaction, listings, mayHide: true, cancellationToken); // of what nobody ended, the worst is assumed
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        KillPoint.Reach(KillPoint.InsideRecover);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<TaskWork>> WorkAsync(long account, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<TaskWork>(
            new CommandDefinition(TaskQueueSql.Work, new { account, limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>Writes the intent of one call down and commits it.</summary>
    /// <returns>Attempt id by task id, for the tasks that are still due; null when the lease is lost.</returns>
    public async Task<IReadOnlyDictionary<long, long>?> BeginAsync(
        QueueLease lease, IReadOnlyList<TaskWork> work, bool mayHide, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ListingReconciler.LockAsync(transaction, [.. work.Select(w => w.ListingId)], cancellationToken);
        var attempts = await connection.QueryAsync<(long AttemptId, long TaskId)>(new CommandDefinition(TaskQueueSql.Begin, new
        {
            account = lease.AccountId,
            fence = lease.Fence,
            lease = Lease,
            mayHide,
            kind = Words.Of(work[0].Kind),
            alone = work.Count == 1,
            tasks = work.Select(w => w.TaskId).ToArray(),
            revisions = work.Select(w => w.Revision).ToArray(),
            contents = work.Select(w => w.ContentRevision).ToArray(),
            prices = work.Select(w => w.PriceRevision).ToArray(),
            stocks = work.Select(w => w.StockRevision).ToArray(),
            visibilities = work.Select(w => w.VisibilityRevision).ToArray(),
        }, transaction, cancellationToken: cancellationToken));
        if (!Sabotage.Lease && !await RenewAsync(lease, transaction, cancellationToken))
        {
            return null;
        }

        await transaction.CommitAsync(cancellationToken);
        return attempts.ToDictionary(a => a.TaskId, a => a.AttemptId);
    }

    /// <summary>Records how the changes of one call ended. Ids are kept whoever holds the lease; the rest only where the fence matches.</summary>
    /// <param name="mayHide">As at the beginning of the call.</param>
    public async Task EndAsync(QueueLease lease, IReadOnlyList<TaskEnd> ends, bool mayHide, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = ends.Select(e => e.Work.ListingId).ToArray();
        await ListingReconciler.LockAsync(transaction, listings, cancellationToken);
        await KeepIdsAsync(transaction, ends, cancellationToken);
        var mine = await EndTasksAsync(lease, transaction, ends, cancellationToken);
        var kept = ends.Where(e => mine.Contains(e.Work.TaskId)).ToList();
        await LandedAsync(
            transaction, [.. ends.Where(e => e.Outcome is TaskOutcome.Accepted or TaskOutcome.Unknown).Select(e => e.Work.ListingId)], mayHide,
            cancellationToken);
        await TellAsync(transaction, kept, cancellationToken);
        await SentWithCreateAsync(
            transaction, [.. kept.Where(e => e is { Outcome: TaskOutcome.Accepted, Work.Lane: "create" }).Select(e => e.Work)], cancellationToken);
        await IssuesAsync(transaction, kept, cancellationToken);
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Ends the doubt about unknown tasks after a look-up: found items are adopted, the others may be created. Several items of one
    /// code are a matter for staff.</summary>
    public async Task ResolveAsync(
        QueueLease lease, IReadOnlyList<LookUpAnswer> answers, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = answers.Select(a => a.Work.ListingId).ToArray();
        await ListingReconciler.LockAsync(transaction, listings, cancellationToken);
        var found = answers.Where(a => a.Found is not null).ToList();
        await ExecuteAsync(transaction, TaskQueueSql.KeepIds, new
        {
            listings = found.Select(f => f.Work.ListingId).ToArray(),
            externals = found.Select(f => f.Found!.ExternalId).ToArray(),
            urls = found.Select(f => f.Found!.Url).ToArray(),
        }, cancellationToken);
        var mine = await transaction.Connection!.QueryAsync<long>(new CommandDefinition(TaskQueueSql.ResolveUnknown, new
        {
            fence = lease.Fence,
            tasks = answers.Select(a => a.Work.TaskId).ToArray(),
            revisions = answers.Select(a => a.Work.Revision).ToArray(),
            founds = answers.Select(a => a.Found is not null).ToArray(),
            waits = answers.Select(a => a.Wait).ToArray(),
        }, transaction, cancellationToken: cancellationToken));
        var kept = mine.ToHashSet();
        await SentWithCreateAsync(transaction, [.. found.Select(f => f.Work).Where(w => kept.Contains(w.TaskId))], cancellationToken);
        await new IssueWriter(transaction).OpenRefusalsAsync(
            [.. found.Where(f => f.Others.Count > 0).Select(f => (f.Work.ListingId, (string?)f.Work.Lane, f.Several()))], cancellationToken);
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Puts tasks off without counting an attempt: no rate token, a picture that could not be uploaded yet.</summary>
    public async Task PostponeAsync(IReadOnlyList<TaskWork> work, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var tasks = work.Select(w => w.TaskId).ToArray();
        await connection.ExecuteAsync(
            new CommandDefinition(TaskQueueSql.Postpone, new { tasks, wait }, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(TaskQueueSql.PostponeUnknown, new { tasks, wait }, cancellationToken: cancellationToken));
    }

    /// <summary>Makes the lease longer for one more call that needs no intent: a look-up.</summary>
    /// <returns>False: the lease is lost.</returns>
    public async Task<bool> RenewAsync(QueueLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ours = await RenewAsync(lease, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ours;
    }

    private async Task<bool> RenewAsync(QueueLease lease, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            TaskQueueSql.Renew, new { account = lease.AccountId, fence = lease.Fence, lease = Lease }, transaction,
            cancellationToken: cancellationToken)) == 1;

    /// <summary>Gives the queue back; its next turn is its earliest open task, not before the hold ends.</summary>
    public async Task FinishAsync(QueueLease lease, TimeSpan hold, string? reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new { account = lease.AccountId, fence = lease.Fence, hold, reason };
        await ExecuteAsync(transaction, Sabotage.LockBeforeLook ? "SELECT 1" : TaskQueueSql.LockQueue, parameters, cancellationToken);
        await ExecuteAsync(transaction, TaskQueueSql.Finish, parameters, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(TaskQueueSql.SweepQueues, cancellationToken: cancellationToken));
    }

    private static Task KeepIdsAsync(NpgsqlTransaction transaction, IReadOnlyList<TaskEnd> ends, CancellationToken cancellationToken)
    {
        var known = ends.Where(e => e.ExternalId is not null && e.Outcome == TaskOutcome.Accepted).ToList();
        return ExecuteAsync(transaction, TaskQueueSql.KeepIds, new
        {
            listings = known.Select(e => e.Work.ListingId).ToArray(),
            externals = known.Select(e => e.ExternalId).ToArray(),
            urls = known.Select(e => e.Url).ToArray(),
        }, cancellationToken);
    }

    private static string EndSql =>
        Sabotage.Fence ? TaskQueueSql.EndTasks.Replace("AND t.fence = @fence AND t.state = 'leased'", "", StringComparison.Ordinal)
        : Sabotage.LookUp ? TaskQueueSql.EndTasks.Replace("THEN 'unknown'", "THEN 'due'", StringComparison.Ordinal)
        : TaskQueueSql.EndTasks;

    private static async Task<HashSet<long>> EndTasksAsync(
        QueueLease lease, NpgsqlTransaction transaction, IReadOnlyList<TaskEnd> ends, CancellationToken cancellationToken) =>
        [.. await transaction.Connection!.QueryAsync<long>(new CommandDefinition(EndSql, new
        {
            fence = lease.Fence,
            tasks = ends.Select(e => e.Work.TaskId).ToArray(),
            revisions = ends.Select(e => e.Work.Revision).ToArray(),
            outcomes = ends.Select(e => Words.Of(e.Outcome)).ToArray(),
            codes = ends.Select(e => e.Code).ToArray(),
            waits = ends.Select(e => e.Wait).ToArray(),
        }, transaction, cancellationToken: cancellationToken))];

    /// <summary>Closes the attempts of the tasks that were still ours. Another's stay open until they are recovered: an unknown create is
    /// adopted as what its open attempts carried.</summary>
    private static async Task TellAsync(
        NpgsqlTransaction transaction, List<TaskEnd> kept, CancellationToken cancellationToken)
    {
        if (kept.Count == 0)
        {
            return;
        }

        var outcomes = kept.Select(e => Words.Of(e.Outcome)).ToArray();
        var codes = kept.Select(e => e.Code).ToArray();
        var details = kept.Select(e => e.Detail).ToArray();
        await ExecuteAsync(transaction, TaskQueueSql.EndAttempts, new
        {
            attempts = kept.Select(e => e.AttemptId).ToArray(),
            outcomes,
            codes,
            details,
        }, cancellationToken);
        await ExecuteAsync(transaction, TaskQueueSql.SentEvents, new
        {
            kind = Words.Of(kept[0].Work.Kind),
            listings = kept.Select(e => e.Work.ListingId).ToArray(),
            outcomes,
            codes,
            details,
        }, cancellationToken);
    }

    /// <summary>A call may have reached the platform until this moment, whoever holds the lease by now: no earlier read vouches for it.</summary>
    private static Task LandedAsync(NpgsqlTransaction transaction, long[] listings, bool mayHide, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, TaskQueueSql.Landed, new { mayHide, listings }, cancellationToken);

    private static Task SentWithCreateAsync(
        NpgsqlTransaction transaction, IReadOnlyList<TaskWork> created, CancellationToken cancellationToken) =>
        created.Count == 0
            ? Task.CompletedTask
            : ExecuteAsync(transaction, TaskQueueSql.SentWithCreate, new
            {
                listings = created.Select(w => w.ListingId).ToArray(),
                contents = created.Select(w => w.ContentRevision).ToArray(),
                prices = created.Select(w => w.PriceRevision).ToArray(),
                stocks = created.Select(w => w.StockRevision).ToArray(),
                visibilities = created.Select(w => w.VisibilityRevision).ToArray(),
            }, cancellationToken);

    private static async Task IssuesAsync(NpgsqlTransaction transaction, List<TaskEnd> kept, CancellationToken cancellationToken)
    {
        var writer = new IssueWriter(transaction);
        var accepted = kept.Where(e => e.Outcome == TaskOutcome.Accepted).SelectMany(Lanes).ToList();
        await writer.CloseRefusalsAsync(accepted, cancellationToken);
        var refused = kept.Where(e => e.Refusal is not null)
            .Select(e => (e.Work.ListingId, (string?)e.Work.Lane, e.Refusal!)).ToList();
        await writer.OpenRefusalsAsync(refused, cancellationToken);
    }

    // A create carries what every lane carries: whatever an earlier item was refused for is over.
    private static IEnumerable<(long, string)> Lanes(TaskEnd end) =>
        end.Work.Kind == ChangeKind.Create
            ? Enum.GetValues<Lane>().Select(l => (end.Work.ListingId, Words.Of(l)))
            : [(end.Work.ListingId, end.Work.Lane)];

    private static Task ExecuteAsync(
        NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
}
