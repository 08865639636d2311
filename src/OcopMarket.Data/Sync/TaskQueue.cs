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
/// <param name="Failures">Turns in a row, before this one, in which the platform gave no usable answer for this shop.</param>
public sealed record QueueLease(long AccountId, long Fence, bool Abandoned, int Failures);

/// <summary>How a turn of a shop ended.</summary>
/// <param name="Hold">No turn begins before.</param>
/// <param name="Answered">Whether the platform gave usable answers; null: it was not asked.</param>
public sealed record TurnEnd(TimeSpan Hold, string? Reason, bool? Answered = null);

/// <summary>One task with what its call needs, as it stood when it was loaded.</summary>
public sealed record TaskWork
{
    public long AccountId { get; init; }
    public long TaskId { get; init; }
    public long ListingId { get; init; }
    public string Lane { get; init; } = "";
    public bool Unknown { get; init; }
    public long Revision { get; init; }
    public int Crashes { get; init; }
    public int Failures { get; init; }
    public string Desired { get; init; } = "";
    public bool DeleteDue { get; init; }
    public string SellerSku { get; init; } = "";
    public string? ExternalId { get; init; }
    public string Content { get; init; } = "";
    public long ContentRevision { get; init; }
    public long PriceRevision { get; init; }
    public long StockRevision { get; init; }
    public long VisibilityRevision { get; init; }
    public ChangeKind Kind => ListingPlanner.KindOf(Words.Parse<Lane>(Lane), Words.Parse<Desired>(Desired), DeleteDue);
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

/// <summary>Account queues and listing tasks: claim, begin, end, finish. Every write checks the fence; a lost lease writes nothing. Shops that are
/// worked on by one process at once share their reads and writes.</summary>
public sealed partial class TaskQueue
{
    public static TimeSpan DefaultLease { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Every so many claims go by age alone: however many stocks and prices change, the rest is sent too.</summary>
    private const int FairTurn = 4;
    private int _claims;

    /// <summary>A lease covers one call with its deadline and some; it is renewed before each call.</summary>
    public TimeSpan Lease { get; }

    /// <summary>Shops of one platform whose turn has come, the longest waiting first.</summary>
    public async Task<IReadOnlyList<QueueLease>> ClaimAsync(string marketplace, int queues, CancellationToken cancellationToken)
    {
        var hurry = Interlocked.Increment(ref _claims) % FairTurn != 0;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<QueueLease>(new CommandDefinition(
            TaskQueueSql.Claim, new { marketplace, queues, lease = Lease, hurry }, cancellationToken: cancellationToken))];
    }

    /// <summary>Decides what became of the calls that a dead process left open.</summary>
    /// <returns>The lanes of their tasks.</returns>
    public async Task<IReadOnlyList<string>> RecoverAsync(QueueLease lease, TimeSpan settling, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new { account = lease.AccountId, fence = lease.Fence, settling };
        var listings = (await connection.QueryAsync<long>(
            new CommandDefinition(TaskQueueSql.AbandonedListings, parameters, transaction, cancellationToken: cancellationToken))).ToArray();
        await ListingReconciler.LockAsync(transaction, listings, cancellationToken);
        var lanes = (await connection.QueryAsync<string>(
            new CommandDefinition(TaskQueueSql.Recover, parameters, transaction, cancellationToken: cancellationToken))).AsList();
        var worst = listings.ToDictionary(l => l, _ => new LandedItem(null, null, MayHide: true)); // of what nobody ended
        await _reconciler.ReconcileAsync(transaction, listings, cancellationToken, landed: worst);
        KillPoint.Reach(KillPoint.InsideRecover);
        await transaction.CommitAsync(cancellationToken);
        return lanes;
    }

    public Task<IReadOnlyList<TaskWork>> WorkAsync(long account, int limit, CancellationToken cancellationToken) =>
        _works.AddAsync((account, limit), cancellationToken);

    /// <summary>Writes the intent of one call down and commits it.</summary>
    /// <param name="inCompany">Other calls may be open beside it in this process: its death would not tell whose fault it was.</param>
    /// <returns>Attempt id by task id, for the tasks that are still due; null when the lease is lost.</returns>
    public Task<IReadOnlyDictionary<long, long>?> BeginAsync(
        QueueLease lease, IReadOnlyList<TaskWork> work, bool mayHide, CancellationToken cancellationToken, bool inCompany = false) =>
        _begins.AddAsync(new(lease, work, mayHide, work.Count == 1 && !inCompany), cancellationToken);

    /// <summary>Records how the changes of one call ended. Ids are kept whoever holds the lease; the rest only where the fence matches.</summary>
    /// <param name="mayHide">As at the beginning of the call.</param>
    /// <returns>Those that were still ours.</returns>
    public Task<IReadOnlyList<TaskEnd>> EndAsync(
        QueueLease lease, IReadOnlyList<TaskEnd> ends, bool mayHide, CancellationToken cancellationToken) =>
        _ends.AddAsync(new(lease, ends, mayHide), cancellationToken);

    /// <summary>Ends the doubt about unknown tasks after a look-up: found items are adopted, the others may be created. Several items of one
    /// code are a matter for staff.</summary>
    /// <returns>Tasks whose item was found and adopted.</returns>
    public async Task<int> ResolveAsync(
        QueueLease lease, IReadOnlyList<LookUpAnswer> answers, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
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
            contents = answers.Select(a => a.Work.ContentRevision).ToArray(),
            prices = answers.Select(a => a.Work.PriceRevision).ToArray(),
            stocks = answers.Select(a => a.Work.StockRevision).ToArray(),
            visibilities = answers.Select(a => a.Work.VisibilityRevision).ToArray(),
        }, transaction, cancellationToken: cancellationToken));
        var kept = mine.ToHashSet();
        var adopted = found.Select(f => f.Work).Where(w => kept.Contains(w.TaskId)).ToList();
        var told = new StatementBatch(transaction);
        SentWithCreate(told, adopted);
        told.OpenRefusals([.. found.Where(f => f.Others.Count > 0).Select(f => (f.Work.ListingId, (string?)f.Work.Lane, f.Several()))]);
        await _reconciler.ReconcileAsync(transaction, listings, cancellationToken, told);
        await transaction.CommitAsync(cancellationToken);
        return adopted.Count;
    }

    /// <summary>Puts tasks off without counting an attempt: no rate token, a picture that could not be uploaded yet.</summary>
    public async Task PostponeAsync(IReadOnlyList<TaskWork> work, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
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
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new { accounts = new[] { lease.AccountId }, fences = new[] { lease.Fence }, lease = Lease };
        return await connection.ExecuteAsync(new CommandDefinition(TaskQueueSql.Renew, parameters, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Gives the queue back; its next turn is its earliest open task, not before the hold ends.</summary>
    public Task FinishAsync(QueueLease lease, TurnEnd end, CancellationToken cancellationToken) =>
        _finishes.AddAsync((lease, end), cancellationToken);

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(TaskQueueSql.SweepQueues, cancellationToken: cancellationToken));
    }

    private static string BeginSql =>
        Sabotage.Lease ? TaskQueueSql.Begin.Replace(TaskQueueSql.Held, "", StringComparison.Ordinal) : TaskQueueSql.Begin;

    private static string EndSql =>
        Sabotage.Fence ? TaskQueueSql.EndTasks.Replace("AND t.fence = r.fence AND t.state = 'leased'", "", StringComparison.Ordinal)
        : Sabotage.LookUp ? TaskQueueSql.EndTasks.Replace("THEN 'unknown'", "THEN 'due'", StringComparison.Ordinal)
        : TaskQueueSql.EndTasks;

    /// <summary>Closes the attempts of the tasks that were still ours. Another's stay open until they are recovered: an unknown create is
    /// adopted as what its open attempts carried.</summary>
    private static void Tell(StatementBatch batch, List<TaskEnd> kept)
    {
        if (kept.Count == 0)
        {
            return;
        }

        var outcomes = kept.Select(e => Words.Of(e.Outcome)).ToArray();
        var codes = kept.Select(e => e.Code).ToArray();
        var details = kept.Select(e => e.Detail).ToArray();
        batch.Add(TaskQueueSql.EndAttempts, new { attempts = kept.Select(e => e.AttemptId).ToArray(), outcomes, codes, details })
            .Add(TaskQueueSql.SentEvents, new
            {
                kinds = kept.Select(e => Words.Of(e.Work.Kind)).ToArray(),
                listings = kept.Select(e => e.Work.ListingId).ToArray(),
                outcomes,
                codes,
                details,
            });
    }

    /// <summary>What was accepted or may have landed, whoever holds the lease by now: no earlier read vouches for it.</summary>
    private static Dictionary<long, LandedItem> Landed(IEnumerable<Ended> calls) => calls
        .SelectMany(c => c.Ends, (c, e) => (c.MayHide, End: e))
        .Where(e => e.End.Outcome is TaskOutcome.Accepted or TaskOutcome.Unknown)
        .ToDictionary(e => e.End.Work.ListingId, e => e.End.Outcome == TaskOutcome.Accepted
            ? new LandedItem(e.End.ExternalId, e.End.Url, e.MayHide)
            : new LandedItem(null, null, e.MayHide));

    private static void SentWithCreate(StatementBatch batch, IReadOnlyList<TaskWork> created)
    {
        if (created.Count > 0)
        {
            batch.Add(TaskQueueSql.SentWithCreate, new
            {
                listings = created.Select(w => w.ListingId).ToArray(),
                contents = created.Select(w => w.ContentRevision).ToArray(),
                prices = created.Select(w => w.PriceRevision).ToArray(),
                stocks = created.Select(w => w.StockRevision).ToArray(),
                visibilities = created.Select(w => w.VisibilityRevision).ToArray(),
            });
        }
    }

    // A create carries what every lane carries: whatever an earlier item was refused for is over.
    private static (long Listing, string? Lane) LaneOf(TaskEnd end) =>
        (end.Work.ListingId, end.Work.Kind == ChangeKind.Create ? null : end.Work.Lane);

    private static Task ExecuteAsync(
        NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
}
