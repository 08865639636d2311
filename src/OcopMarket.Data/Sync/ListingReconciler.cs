using Dapper;
using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;

namespace OcopMarket.Data.Sync;

/// <summary>The one planner, over rows. Whoever changes desired, sent or seen calls it in the same transaction: it locks the listings, looks,
/// opens or rests their tasks, wakes the account queues and stores the standing. Running it again changes nothing.</summary>
/// <param name="drift">Answers to differences, per platform; null: a person decides always.</param>
public sealed class ListingReconciler(
    IReadOnlyDictionary<string, ListingTiming> timings, TimeProvider time, IReadOnlyDictionary<string, DriftPolicy>? drift = null)
{
    private const string Account = "account";
    private const string Engine = "engine";

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
    internal async Task ReconcileAsync(
        NpgsqlTransaction transaction, long[] ids, CancellationToken cancellationToken, StatementBatch? first = null)
    {
        var look = first ?? new StatementBatch(transaction);
        if (ids.Length == 0)
        {
            await look.ExecuteAsync(cancellationToken);
            return;
        }

        var now = Microseconds(time.GetUtcNow());
        var facts = await LoadAsync(look, ids, now, cancellationToken);
        var write = new StatementBatch(transaction).SyncIssues(
            Account, [.. facts.Where(f => f.MayDiffer(Account, f.ShopFindings)).Select(f => new ListingFindings(f.Row.Id, f.ShopFindings))]);
        WriteTasks(write, facts);
        WriteStandings(write, facts, now);
        await write.ExecuteAsync(cancellationToken);
    }

    // The database keeps microseconds: a finer instant would never equal itself again.
    private static DateTimeOffset Microseconds(DateTimeOffset instant) => new(instant.Ticks - (instant.Ticks % 10), TimeSpan.Zero);

    private async Task<List<Loaded>> LoadAsync(StatementBatch look, long[] ids, DateTimeOffset now, CancellationToken cancellationToken)
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
        return [.. rows.Select(r => Loaded.From(r, [.. issues[r.Id]], tasks[r.Id], [.. holds[r.Id]], timings[r.Marketplace]))];
    }

    private static void WriteTasks(StatementBatch write, List<Loaded> loaded)
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

    private static void WriteStandings(StatementBatch write, List<Loaded> loaded, DateTimeOffset now)
    {
        write.SyncIssues(
            Engine,
            [.. loaded.Select(l => (Item: l, Findings: StandingIssues.Of(l.Facts, ListingStates.Of(l.Facts, now))))
                .Where(l => l.Item.MayDiffer(Engine, l.Findings)).Select(l => new ListingFindings(l.Item.Row.Id, l.Findings))]);
        var standings = loaded.Select(l => Stand.Of(l, now)).Where(s => s.Differs).ToList();
        if (standings.Count > 0)
        {
            write.Add(ReconcileSql.Stand, new
            {
                now,
                ids = standings.Select(s => s.Id).ToArray(),
                states = standings.Select(s => s.State).ToArray(),
                owners = standings.Select(s => s.Owner).ToArray(),
                dues = standings.Select(s => s.DueAt).ToArray(),
                untils = standings.Select(s => s.Until).ToArray(),
                reads = standings.Select(s => s.ReadAt).ToArray(),
            });
        }

        var moved = standings.Where(s => s.Moved).ToList();
        if (moved.Count > 0)
        {
            write.Add(ReconcileSql.StateEvents, new
            {
                now,
                ids = moved.Select(s => s.Id).ToArray(),
                states = moved.Select(s => s.State).ToArray(),
                owners = moved.Select(s => s.Owner).ToArray(),
            });
        }
    }

    private sealed record FactsRow
    {
        public long Id { get; init; }
        public string Marketplace { get; init; } = "";
        public long? AccountId { get; init; }
        public string Desired { get; init; } = "";
        public bool DeleteDue { get; init; }
        public long ContentRevision { get; init; }
        public long PriceRevision { get; init; }
        public long StockRevision { get; init; }
        public long VisibilityRevision { get; init; }
        public decimal? DesiredPrice { get; init; }
        public int? DesiredStock { get; init; }
        public DateTimeOffset? SubmittedAt { get; init; }
        public bool SubmitMayHide { get; init; }
        public string? ExternalId { get; init; }
        public string? Seen { get; init; }
        public DateTimeOffset? SeenAt { get; init; }
        public bool SeenChangePending { get; init; }
        public decimal? SeenPrice { get; init; }
        public decimal? AcceptedPrice { get; init; }
        public int? SeenStock { get; init; }
        public string State { get; init; } = "";
        public string Owner { get; init; } = "";
        public DateTimeOffset StateSince { get; init; }
        public DateTimeOffset? StateUntil { get; init; }
        public DateTimeOffset NextReadAt { get; init; }
        public string? AccountState { get; init; }
        public string? ProblemCode { get; init; }
        public string? ProblemRaw { get; init; }
        public bool? CredentialRefused { get; init; }
        public bool HasMandate { get; init; }
    }

    private sealed record IssueRow(long ListingId, string Code, string Origin, string Severity, string Owner);

    private sealed record HoldRow(long ListingId, string Kind, decimal? Was, decimal? Becomes)
    {
        public HoldFacts ToFacts() => new(Words.Parse<HoldKind>(Kind), Was, Becomes);
    }

    private sealed record TaskRow
    {
        public long ListingId { get; init; }
        public string Lane { get; init; } = "";
        public string State { get; init; } = "";
        public long WantedRevision { get; init; }
        public long SentRevision { get; init; }
        public string? LastOutcome { get; init; }
        public DateTimeOffset DueAt { get; init; }
    }

    private sealed class Loaded(HashSet<string> open)
    {
        public required FactsRow Row { get; init; }
        public required ListingFacts Facts { get; set; }
        public required IReadOnlyList<IssueFinding> ShopFindings { get; init; }

        /// <summary>Whether what an origin says now may be other than what stands open of it.</summary>
        public bool MayDiffer(string origin, IReadOnlyList<IssueFinding> findings) => findings.Count > 0 || open.Contains(origin);

        public static Loaded From(
            FactsRow row, IReadOnlyList<IssueRow> issues, IEnumerable<TaskRow> tasks, IReadOnlyList<HoldFacts> holds, ListingTiming timing)
        {
            var shop = row.AccountId is null
                ? null
                : new ShopFacts(
                    Words.Parse<AccountState>(row.AccountState!), row.HasMandate, row.CredentialRefused ?? false, row.ProblemCode, row.ProblemRaw);

            // A listing that nobody wants on sale needs no shop.
            var findings = row.Desired == Words.Of(Core.Sync.Desired.OnSale) || row.ExternalId is not null ? ShopIssues.Of(shop) : [];
            return new([.. issues.Select(i => i.Origin)])
            {
                Row = row,
                ShopFindings = findings,
                Facts = ToFacts(row, timing, shop) with
                {
                    Issues =
                    [
                        .. issues.Where(i => i.Origin is not (Account or Engine))
                            .Select(ToIssue),
                        .. findings.Select(f => new IssueFacts(f.Code, f.Severity, f.Owner, f.Severity == Severity.Blocking)),
                    ],
                    Holds = holds,
                    Tasks = tasks.ToDictionary(t => Words.Parse<Lane>(t.Lane), ToTask),
                },
            };
        }

        private static IssueFacts ToIssue(IssueRow row)
        {
            var severity = Words.Parse<Severity>(row.Severity);
            return new(row.Code, severity, Words.Parse<Party>(row.Owner), severity == Severity.Blocking && row.Origin == "composed");
        }

        private static TaskFacts ToTask(TaskRow t) => new(
            Words.Parse<TaskState>(t.State), t.WantedRevision, t.SentRevision,
            t.LastOutcome is null ? null : Words.Parse<TaskOutcome>(t.LastOutcome), t.DueAt);

        private static ListingFacts ToFacts(FactsRow row, ListingTiming timing, ShopFacts? shop) => new()
        {
            Desired = Words.Parse<Desired>(row.Desired),
            DeleteDue = row.DeleteDue,
            HasShop = shop is not null,
            ShopIsOpen = ShopIssues.IsOpen(shop),
            ShopIsLocked = shop?.State is AccountState.Suspended,
            ContentRevision = row.ContentRevision,
            PriceRevision = row.PriceRevision,
            StockRevision = row.StockRevision,
            VisibilityRevision = row.VisibilityRevision,
            DesiredPrice = row.DesiredPrice,
            DesiredStock = row.DesiredStock,
            SubmittedAt = row.SubmittedAt,
            SubmitMayHide = row.SubmitMayHide,
            ExternalId = row.ExternalId,
            Seen = row.Seen is null ? null : Words.Parse<SeenStatus>(row.Seen),
            SeenAt = row.SeenAt,
            SeenChangePending = row.SeenChangePending,
            SeenPrice = row.SeenPrice,
            AcceptedPrice = row.AcceptedPrice,
            SeenStock = row.SeenStock,
            State = Words.Parse<ListingState>(row.State),
            Owner = Words.Parse<Party>(row.Owner),
            StateSince = row.StateSince,
            Timing = timing,
        };
    }

    private sealed record Stand(
        long Id, string State, string Owner, DateTimeOffset? DueAt, DateTimeOffset? Until, DateTimeOffset ReadAt, bool Moved, bool Differs)
    {
        public static Stand Of(Loaded item, DateTimeOffset now)
        {
            var standing = ListingStates.Of(item.Facts, now);
            var read = ListingStates.NextRead(item.Facts, standing.State, now) ?? DateTimeOffset.MaxValue;
            var (state, owner) = (Words.Of(standing.State), Words.Of(standing.Owner));
            var moved = item.Row.State != state || item.Row.Owner != owner;
            return new(
                item.Row.Id, state, owner, now + standing.DueAfter, standing.Until, read, moved,
                moved || item.Row.StateUntil != standing.Until || item.Row.NextReadAt != read);
        }
    }
}
