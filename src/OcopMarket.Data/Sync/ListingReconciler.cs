using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;

namespace OcopMarket.Data.Sync;

/// <summary>What a call that ended did to an item, or may have done: the platform's id and page, where its answer named them.</summary>
/// <param name="MayHide">It may have taken the item off sale.</param>
internal sealed record LandedItem(string? ExternalId, string? Url, bool MayHide);

/// <summary>The one planner, over rows. Whoever changes desired, sent or seen calls it in the same transaction: it locks the listings, looks,
/// opens or rests their tasks, wakes the account queues and stores the standing. Running it again changes nothing.</summary>
/// <param name="drift">Answers to differences, per platform; null: a person decides always.</param>
public sealed partial class ListingReconciler(
    IReadOnlyDictionary<string, ListingTiming> timings, TimeProvider time, IReadOnlyDictionary<string, DriftPolicy>? drift = null)
{
    private const string Account = "account";
    private const string Engine = "engine";

    /// <summary>By which mandates hold or do not.</summary>
    internal DateOnly Today => VietnamDay.Of(time.GetUtcNow());

    /// <summary>Locks the listings in key order. Call before any write to them, their tasks or their queues.</summary>
    public static Task LockAsync(NpgsqlTransaction transaction, long[] ids, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(
            new CommandDefinition(ReconcileSql.Lock, new { ids }, transaction, cancellationToken: cancellationToken));

    /// <summary>Adds what follows from differences that were just seen: what should be away is stopped again, the rest as the platforms'
    /// policies say.</summary>
    internal void AnswerDrift(StatementBatch batch, long[] ids)
    {
        if (ids.Length == 0)
        {
            return;
        }

        batch.Add(DriftSql.StopDone, new { ids }).Add(DriftSql.StopAgain, new
        {
            ids,
            marketplaces = timings.Keys.ToArray(),
            settlings = timings.Values.Select(t => t.Settling).ToArray(),
        });
        var answers = (drift ?? new Dictionary<string, DriftPolicy>())
            .SelectMany(d => new[] { ("price", d.Value.Price), ("stock", d.Value.Stock), ("stop", d.Value.Hidden) }
                .Select(f => (Marketplace: d.Key, Field: f.Item1, Way: f.Item2)))
            .Where(a => a.Way != DriftAnswer.Ask).ToList();
        if (answers.Count > 0)
        {
            batch.Add(DriftSql.Apply, new
            {
                ids,
                marketplaces = answers.Select(a => a.Marketplace).ToArray(),
                fields = answers.Select(a => a.Field).ToArray(),
                ways = answers.Select(a => Words.Of(a.Way)).ToArray(),
                settlings = answers.Select(a => timings[a.Marketplace].Settling).ToArray(),
            });
        }
    }

    /// <summary>Brings tasks and standing of these listings in line with desired, sent and seen: one round trip to look, one to write.</summary>
    /// <param name="first">Statements of the caller that go before the look in the same round trip; none of them returns rows.</param>
    /// <param name="added">Listings to write for the first time, in the standing and with the tasks that the same rules give them.</param>
    /// <param name="last">Adds statements of the caller that go with the writing.</param>
    /// <param name="landed">What calls did to some of the listings, by the listing's id; written with their standing.</param>
    internal async Task ReconcileAsync(
        NpgsqlTransaction transaction, long[] ids, CancellationToken cancellationToken, StatementBatch? first = null,
        IReadOnlyList<NewListing>? added = null, Action<StatementBatch>? last = null, IReadOnlyDictionary<long, LandedItem>? landed = null)
    {
        var look = first ?? new StatementBatch(transaction);
        var now = Microseconds(time.GetUtcNow());
        List<Loaded> facts = [];
        if (ids.Length == 0)
        {
            await look.ExecuteAsync(cancellationToken);
        }
        else
        {
            facts = await LoadAsync(look, ids, landed, now, cancellationToken);
        }

        var born = (added ?? []).Select(a => Loaded.From(a, timings[a.Composed.Marketplace.Value], now)).ToList();
        List<Loaded> all = [.. facts, .. born];
        var (wishes, rests) = Plan(all);
        var write = new StatementBatch(transaction);
        var standings = facts.Select(l => StandOf(l, now)).ToList();
        var begun = born.Select(l => StandOf(l, now)).ToList();
        write.AddListings(added ?? [], begun, now)
            .SyncIssues("composed", [.. (added ?? []).Where(a => a.Composed.Findings.Count > 0).Select(a => new ListingFindings(a.Id, a.Composed.Findings))])
            .SyncIssues(Account, [.. all.Where(f => f.MayDiffer(Account, f.ShopFindings)).Select(f => new ListingFindings(f.Row.Id, f.ShopFindings))]);
        WriteStandings(write, all, standings, begun, now);
        last?.Invoke(write);
        WriteTasks(write, all, wishes, rests);
        await write.ExecuteAsync(cancellationToken);
    }

    // The database keeps microseconds: a finer instant would never equal itself again.
    private static DateTimeOffset Microseconds(DateTimeOffset instant) => new(instant.Ticks - (instant.Ticks % 10), TimeSpan.Zero);

    private async Task<List<Loaded>> LoadAsync(
        StatementBatch look, long[] ids, IReadOnlyDictionary<long, LandedItem>? landed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        look.Add(ReconcileSql.Lock, new { ids }).Add(ReconcileSql.HoldShops, new { ids })
            .Add(ReconcileSql.Facts, new { ids, today = VietnamDay.Of(now) }).Add(ReconcileSql.Issues, new { ids })
            .Add(ReconcileSql.Tasks, new { ids }).Add(ReconcileSql.Holds, new { ids });
        await using var read = await look.ReadAsync(cancellationToken);
        await read.NextAsync<long>(cancellationToken);
        await read.NextAsync<long>(cancellationToken);
        var rows = await read.NextAsync<FactsRow>(cancellationToken);
        var issues = (await read.NextAsync<IssueRow>(cancellationToken)).ToLookup(i => i.ListingId);
        var tasks = (await read.NextAsync<TaskRow>(cancellationToken)).ToLookup(t => t.ListingId);
        var holds = (await read.NextAsync<HoldRow>(cancellationToken)).ToLookup(h => h.ListingId, h => h.ToFacts());
        return [.. rows.Select(r => r.With(landed?.GetValueOrDefault(r.Id))).Select(r => Loaded.From(r, [.. issues[r.Id]], tasks[r.Id], [.. holds[r.Id]], timings[r.Marketplace]))];
    }

    private static (List<(long Listing, string Lane, long Revision)> Wishes, List<(long Listing, string Lane)> Rests) Plan(List<Loaded> loaded)
    {
        var wishes = new List<(long Listing, string Lane, long Revision)>();
        var rests = new List<(long Listing, string Lane)>();
        foreach (var item in loaded)
        {
            var plan = ListingPlanner.Plan(item.Facts);
            wishes.AddRange(plan.Where(w => NeedsWrite(item.Facts.Task(w.Key), w.Value))
                .Select(w => (item.Row.Id, Words.Of(w.Key), w.Value)));
            rests.AddRange(item.Facts.Tasks.Where(t => t.Value.State == TaskState.Due && !plan.ContainsKey(t.Key))
                .Select(t => (item.Row.Id, Words.Of(t.Key))));
            item.Facts = ListingPlanner.Wished(item.Facts, plan); // the standing sees the tasks that are open now
        }

        return (wishes, rests);
    }

    // The queues come last: whoever else has tasks for the same shops waits from here on, until we commit.
    private static void WriteTasks(
        StatementBatch write, List<Loaded> loaded, List<(long Listing, string Lane, long Revision)> wishes,
        List<(long Listing, string Lane)> rests)
    {
        if (rests.Count > 0)
        {
            write.Add(ReconcileSql.Rest, new
            {
                listings = rests.Select(r => r.Listing).ToArray(),
                lanes = rests.Select(r => r.Lane).ToArray(),
            });
        }

        if (wishes.Count > 0)
        {
            write.Add(ReconcileSql.Wish, new
            {
                listings = wishes.Select(w => w.Listing).ToArray(),
                lanes = wishes.Select(w => w.Lane).ToArray(),
                revisions = wishes.Select(w => w.Revision).ToArray(),
            });
        }

        var open = loaded.Where(l => l.Facts.Tasks.Values.Any(t => t.IsOpen)).Select(l => l.Row.Id).ToArray();
        if (open.Length > 0)
        {
            write.Add(ReconcileSql.Wake, new { listings = open }).Add(ReconcileSql.Notify);
        }
    }

    private static bool NeedsWrite(TaskFacts? task, long revision) =>
        task is null || task.State == TaskState.Idle || task.WantedRevision < revision;

    private static void WriteStandings(
        StatementBatch write, List<Loaded> loaded, List<Stand> standings, List<Stand> begun, DateTimeOffset now)
    {
        write.SyncIssues(
            Engine,
            [.. loaded.Select(l => (Item: l, Findings: StandingIssues.Of(l.Facts, ListingStates.Of(l.Facts, now))))
                .Where(l => l.Item.MayDiffer(Engine, l.Findings)).Select(l => new ListingFindings(l.Item.Row.Id, l.Findings))]);
        var written = standings.Where(s => s.Moved || s.Landed is not null).ToList();
        if (written.Count > 0)
        {
            write.Add(ReconcileSql.Stand, new
            {
                now,
                ids = written.Select(s => s.Id).ToArray(),
                states = written.Select(s => s.State).ToArray(),
                owners = written.Select(s => s.Owner).ToArray(),
                dues = written.Select(s => s.DueAt).ToArray(),
                landings = written.Select(s => s.LandedAt).ToArray(),
                externals = written.Select(s => s.Landed?.ExternalId).ToArray(),
                urls = written.Select(s => s.Landed?.Url).ToArray(),
                mayHides = written.Select(s => s.Landed?.MayHide ?? false).ToArray(),
            });
        }

        var turns = standings.Concat(begun).Where(s => s.Turns).ToList();
        if (turns.Count > 0)
        {
            write.Add(ReconcileSql.Turns, new
            {
                ids = turns.Select(s => s.Id).ToArray(),
                untils = turns.Select(s => s.Until).ToArray(),
                reads = turns.Select(s => s.ReadAt).ToArray(),
            });
        }

        var moved = standings.Concat(begun).Where(s => s.Moved).ToList();
        if (moved.Count > 0)
        {
            write.Add(ReconcileSql.StateEvents, new
            {
                now,
                ids = moved.Select(s => s.Id).ToArray(),
                producers = moved.Select(s => s.ProducerId).ToArray(),
                states = moved.Select(s => s.State).ToArray(),
                owners = moved.Select(s => s.Owner).ToArray(),
            });
        }
    }

    private static Stand StandOf(Loaded item, DateTimeOffset now)
    {
        var standing = ListingStates.Of(item.Facts, now);
        var read = ListingStates.NextRead(item.Facts, standing.State, now) ?? DateTimeOffset.MaxValue;
        var (state, owner) = (Words.Of(standing.State), Words.Of(standing.Owner));
        return new(
            item.Row.Id, item.Row.ProducerId, state, owner, now + standing.DueAfter, standing.Until, read,
            Moved: item.Row.State != state || item.Row.Owner != owner, Turns: item.Row.StateUntil != standing.Until || item.Row.NextReadAt != read)
        {
            Landed = item.Row.Landed,
            LandedAt = item.Row.Landed is null ? null : item.Row.SubmittedAt,
        };
    }
}
