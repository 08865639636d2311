using Npgsql;
using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;

namespace OcopMarket.Data.Sync;

/// <summary>What it reads, and the facts that the rules want.</summary>
public sealed partial class ListingReconciler
{
    private sealed record FactsRow
    {
        public long Id { get; init; }
        public long ProducerId { get; init; }
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
        public string? SeenHow { get; init; }
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
        public bool ShopLeaves { get; init; }
        public bool ShopLeft { get; init; }
        public DateTimeOffset LookedAt { get; init; }

        /// <summary>What the call did that ended just now; null: none did.</summary>
        public LandedItem? Landed { get; init; }

        /// <summary>It landed before the look, and not before the call began: a read that began in between may have seen the state before it.</summary>
        public FactsRow With(LandedItem? item) => item is not null
            ? this with
            {
                Landed = item,
                SubmittedAt = LookedAt,
                SubmitMayHide = SubmitMayHide || item.MayHide,
                ExternalId = ExternalId ?? item.ExternalId,
            }
            : this;
    }

    /// <summary>Listings as they stand, without a lock: for who shows what would happen, in his own transaction and of what he may see.</summary>
    internal static async Task<IReadOnlyList<ListingLook>> LookAsync(
        NpgsqlTransaction transaction, long[] ids, DateOnly today, CancellationToken cancellationToken)
    {
        await using var read = await new StatementBatch(transaction)
            .Add(ReconcileSql.Look, new { ids, today }).Add(ReconcileSql.Issues, new { ids }).Add(ReconcileSql.Tasks, new { ids })
            .Add(ReconcileSql.Holds, new { ids }).ReadAsync(cancellationToken);
        var rows = await read.NextAsync<FactsRow>(cancellationToken);
        var issues = (await read.NextAsync<IssueRow>(cancellationToken)).ToLookup(i => i.ListingId);
        var tasks = (await read.NextAsync<TaskRow>(cancellationToken)).ToLookup(t => t.ListingId);
        var holds = (await read.NextAsync<HoldRow>(cancellationToken)).ToLookup(h => h.ListingId, h => h.ToFacts());
        return
        [
            .. rows.Select(r => new ListingLook(
                r.Id, Loaded.From(r, [.. issues[r.Id]], tasks[r.Id], [.. holds[r.Id]], _noTiming).Facts, Loaded.ShopOf(r), r.ShopLeaves, r.AccountId)),
        ];
    }

    // What is planned does not depend on how a platform behaves in time; only the standing does, which nobody asks for here.
    private static readonly ListingTiming _noTiming = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

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
        public long? CarriedContent { get; init; }
        public long? CarriedPrice { get; init; }
        public long? CarriedStock { get; init; }
        public long? CarriedVisibility { get; init; }

        /// <summary>What a create carried, lane by lane.</summary>
        public IEnumerable<(Lane Lane, long Revision)> Carried =>
            new (Lane Lane, long? Revision)[]
            {
                (Core.Sync.Lane.Stop, CarriedVisibility), (Core.Sync.Lane.Stock, CarriedStock), (Core.Sync.Lane.Price, CarriedPrice),
                (Core.Sync.Lane.Content, CarriedContent),
            }.Where(c => c.Revision is not null).Select(c => (c.Lane, c.Revision!.Value));
    }

    private sealed class Loaded(HashSet<string> open)
    {
        public required FactsRow Row { get; init; }
        public required ListingFacts Facts { get; set; }
        public required IReadOnlyList<IssueFinding> ShopFindings { get; init; }

        /// <summary>Whether what an origin says now may be other than what stands open of it.</summary>
        public bool MayDiffer(string origin, IReadOnlyList<IssueFinding> findings) => findings.Count > 0 || open.Contains(origin);

        public static Loaded From(
            FactsRow row, IReadOnlyList<IssueRow> issues, IEnumerable<TaskRow> tasks, IReadOnlyList<HoldFacts> holds, ListingTiming timing) =>
            From(row, [.. issues.Select(i => i.Origin)], [.. issues.Where(i => i.Origin is not (Account or Engine)).Select(ToIssue)], tasks, holds, timing);

        /// <summary>One that is about to be written: wanted on sale, nothing sent and nothing seen.</summary>
        public static Loaded From(NewListing listing, ListingTiming timing, DateTimeOffset now) => From(
            new FactsRow
            {
                Id = listing.Id,
                ProducerId = listing.Composed.Item.ProducerId,
                Marketplace = listing.Composed.Marketplace.Value,
                AccountId = listing.Shop?.AccountId,
                Desired = Words.Of(Core.Sync.Desired.OnSale),
                ContentRevision = 1,
                PriceRevision = 1,
                StockRevision = 1,
                VisibilityRevision = 1,
                DesiredPrice = listing.Composed.Draft.PriceVnd,
                DesiredStock = listing.Composed.Draft.StockUnits,
                State = Words.Of(ListingState.Off),
                Owner = Words.Of(Party.Nobody),
                StateSince = now,
                NextReadAt = DateTimeOffset.MaxValue,
                AccountState = listing.Shop?.AccountState,
                ProblemCode = listing.Shop?.ProblemCode,
                ProblemRaw = listing.Shop?.ProblemRaw,
                CredentialRefused = listing.Shop?.CredentialRefused,
                HasMandate = listing.Shop?.HasMandate ?? false,
            },
            [], [.. listing.Composed.Findings.Select(f => new IssueFacts(f.Code, f.Severity, f.Owner, f.Severity == Severity.Blocking))],
            [], [], timing);

        private static Loaded From(
            FactsRow row, HashSet<string> open, IReadOnlyList<IssueFacts> issues, IEnumerable<TaskRow> tasks, IReadOnlyList<HoldFacts> holds,
            ListingTiming timing)
        {
            var shop = ShopOf(row);

            // A listing that nobody wants on sale needs no shop; of one that leaves it matters what still stands there.
            var isWanted = row.Desired == Words.Of(Core.Sync.Desired.OnSale);
            var findings = row.ShopLeaves ? (isWanted || MayStand(row) ? ShopIssues.OfLeaving() : [])
                : isWanted || row.ExternalId is not null ? ShopIssues.Of(shop) : [];
            return new(open)
            {
                Row = row,
                ShopFindings = findings,
                Facts = ToFacts(row, timing, shop) with
                {
                    Issues =
                    [
                        .. issues,
                        .. findings.Select(f => new IssueFacts(f.Code, f.Severity, f.Owner, f.Severity == Severity.Blocking)),
                    ],
                    Holds = holds,
                    Tasks = ToTasks([.. tasks]),
                },
            };
        }

        /// <returns>Null also for a shop that whoever asks may not see, as a listing's shop may lie in another place.</returns>
        public static ShopFacts? ShopOf(FactsRow row) => row.AccountId is null || row.AccountState is null or ""
            ? null
            : new ShopFacts(
                Words.Parse<AccountState>(row.AccountState), row.HasMandate, row.CredentialRefused ?? false, row.ProblemCode, row.ProblemRaw);

        private static bool MayStand(FactsRow row) =>
            row.ExternalId is not null && row.Seen != Words.Of(SeenStatus.Hidden) && row.Seen != Words.Of(SeenStatus.Removed);

        private static IssueFacts ToIssue(IssueRow row)
        {
            var severity = Words.Parse<Severity>(row.Severity);
            return new(row.Code, severity, Words.Parse<Party>(row.Owner), severity == Severity.Blocking && row.Origin == "composed");
        }

        // A lane without a row of its own was sent as the create carried it.
        private static Dictionary<Lane, TaskFacts> ToTasks(List<TaskRow> rows)
        {
            var tasks = rows.ToDictionary(t => Words.Parse<Lane>(t.Lane), ToTask);
            foreach (var (row, lane, revision) in rows.SelectMany(t => t.Carried.Select(c => (t, c.Lane, c.Revision))))
            {
                tasks.TryAdd(lane, new(TaskState.Idle, revision, revision, TaskOutcome.Accepted, row.DueAt));
            }

            return tasks;
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
            ShopIsLeft = row.ShopLeft,
            ToldForLeave = row.ShopLeaves && row.SeenHow == Words.Of(KnownBy.StaffCheck),
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
}

/// <summary>A listing as it stands, with what is known of its shop.</summary>
internal sealed record ListingLook(long Id, ListingFacts Facts, ShopFacts? Shop, bool ShopLeaves, long? AccountId);
