using CsCheck;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;

namespace OcopMarket.Core.Tests.Sync;

/// <summary>Facts as the ledger may hold them: one open call a listing at most, only a create of unknown fate, shop issues as the shop is.</summary>
internal static class ListingFactsGen
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero);

    public static readonly ListingTiming Timing = new(
        TimeSpan.FromHours(4), TimeSpan.FromSeconds(30), TimeSpan.FromHours(6), TimeSpan.FromSeconds(20), TimeSpan.FromHours(2));

    private static readonly Gen<DateTimeOffset> _past =
        Gen.OneOf(Gen.Int[0, 7200], Gen.Int[0, 200_000]).Select(s => Now - TimeSpan.FromSeconds(s));

    private static readonly Gen<DateTimeOffset?> _maybePast = Gen.Bool.SelectMany(
        some => some ? _past.Select(p => (DateTimeOffset?)p) : Gen.Const((DateTimeOffset?)null));

    private static readonly Gen<ShopFacts?> _shop = Gen.Select(
        Gen.Int[0, 9], Gen.Enum<AccountState>(), Gen.Int[0, 5], Gen.Int[0, 9],
        (open, state, mandate, refused) => open switch
        {
            0 => null,
            < 6 => new ShopFacts(AccountState.Active, true, false, null, null),
            _ => new ShopFacts(state, mandate > 0, refused == 0, null, null),
        });

    private static readonly Gen<(long Content, long Price, long Stock, long Visibility)> _revisions = Gen.Select(
        Gen.Long[1, 3], Gen.Long[1, 3], Gen.Long[1, 3], Gen.Long[1, 3], (c, p, s, v) => (c, p, s, v));

    private static readonly Gen<IReadOnlyList<IssueFacts>> _composed = Gen.Select(
        Gen.Int[0, 3], Gen.Enum<Severity>(), Pick(Party.Producer, Party.Staff),
        (some, severity, owner) => some == 0
            ? (IReadOnlyList<IssueFacts>)[new IssueFacts("price_missing", severity, owner, severity == Severity.Blocking)]
            : []);

    private static readonly Gen<Sightings> _seen = Gen.Select(
        Gen.Bool, Gen.Enum<SeenStatus>(), _maybePast, _maybePast, Gen.Bool, Gen.Int[0, 2], Gen.Int[0, 2],
        (exists, status, at, submitted, pending, price, stock) => new Sightings(
            exists ? "P1" : null, exists && at is not null ? status : null, exists ? at : null,
            exists && at is null ? submitted ?? Now - TimeSpan.FromMinutes(5) : submitted, pending,
            price == 0 ? null : 1000m * price, stock == 0 ? null : stock - 1));

    public static readonly Gen<ListingFacts> Any =
        from desired in Pick(Desired.OnSale, Desired.OnSale, Desired.OnSale, Desired.Hidden, Desired.Gone, Desired.Off)
        from shop in _shop
        from revisions in _revisions
        from composed in _composed
        from seen in _seen
        from tasks in Tasks(revisions)
        from flags in Gen.Select(Gen.Int[0, 9], Gen.Bool, Gen.Int[0, 2])
        from leave in Gen.Int[0, 7]
        from stored in Gen.Select(Gen.Enum<ListingState>(), Gen.Bool, _past)
        select Make(desired, shop, revisions, composed, seen, tasks) with
        {
            Holds = flags.Item1 == 0 ? [new(HoldKind.Price, 100, 900)] : [],
            SubmitMayHide = flags.Item2,
            ToldForLeave = leave == 0 && seen.Status is not null,
            DesiredPrice = 1000m,
            DesiredStock = flags.Item3 == 0 ? null : (flags.Item3 - 1) * 7,
            State = stored.Item1,
            Owner = stored.Item1 switch
            {
                ListingState.InReview => stored.Item2 ? Party.Staff : Party.Platform,
                ListingState.Unheard or ListingState.Unconfirmed => stored.Item2 ? Party.Staff : Party.System,
                _ => Party.Nobody,
            },
            StateSince = stored.Item3,
        };

    /// <summary>The facts after the planner's wishes are written down, and the standing, as the reconciler stores them.</summary>
    public static (ListingFacts Facts, Standing Standing) Reconciled(ListingFacts facts, DateTimeOffset now)
    {
        var wished = ListingPlanner.Wished(facts, ListingPlanner.Plan(facts));
        return (wished, ListingStates.Of(wished, now));
    }

    /// <summary>The row as it stands after a standing was stored.</summary>
    public static ListingFacts Stored(ListingFacts facts, Standing standing, DateTimeOffset now) => facts with
    {
        State = standing.State,
        Owner = standing.Owner,
        StateSince = facts.State == standing.State && facts.Owner == standing.Owner ? facts.StateSince : now,
    };

    public static long Revision(ListingFacts facts, Lane lane) => lane switch
    {
        Lane.Stop => facts.VisibilityRevision,
        Lane.Stock => facts.StockRevision,
        Lane.Price => facts.PriceRevision,
        Lane.Content => facts.ContentRevision,
        Lane.Create => ListingPlanner.CreateRevision(facts),
        _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, null),
    };

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static ListingFacts Make(
        Desired desired, ShopFacts? shop, (long Content, long Price, long Stock, long Visibility) revisions,
        IReadOnlyList<IssueFacts> composed, Sightings seen, IReadOnlyDictionary<Lane, TaskFacts> tasks) => new()
        {
            Desired = desired,
            HasShop = shop is not null,
            ShopIsOpen = ShopIssues.IsOpen(shop),
            ShopIsLocked = shop?.State == AccountState.Suspended,
            Issues =
            [
                .. composed,
                .. (desired == Desired.OnSale || seen.ExternalId is not null ? ShopIssues.Of(shop) : [])
                    .Select(f => new IssueFacts(f.Code, f.Severity, f.Owner, true)),
            ],
            ContentRevision = revisions.Content,
            PriceRevision = revisions.Price,
            StockRevision = revisions.Stock,
            VisibilityRevision = revisions.Visibility,
            Tasks = tasks,
            SubmittedAt = seen.SubmittedAt,
            ExternalId = seen.ExternalId,
            Seen = seen.Status,
            SeenAt = seen.At,
            SeenChangePending = seen.Pending,
            SeenPrice = seen.Price,
            SeenStock = seen.Stock,
            State = ListingState.Off,
            Owner = Party.Nobody,
            StateSince = Now,
            Timing = Timing,
        };

    private static Gen<IReadOnlyDictionary<Lane, TaskFacts>> Tasks((long Content, long Price, long Stock, long Visibility) r) =>
        Gen.Select(
            Task(Lane.Stop, r.Visibility), Task(Lane.Stock, r.Stock), Task(Lane.Price, r.Price), Task(Lane.Content, r.Content),
            Task(Lane.Create, r.Content + r.Price + r.Stock + r.Visibility),
            (stop, stock, price, content, create) => OneOpen([(Lane.Create, create), (Lane.Stop, stop), (Lane.Stock, stock),
                (Lane.Price, price), (Lane.Content, content)]));

    private static Gen<TaskFacts?> Task(Lane lane, long newest) =>
        from some in Gen.Bool
        from state in Pick(
            TaskState.Idle, TaskState.Idle, TaskState.Idle, TaskState.Due, TaskState.Due, TaskState.Leased, TaskState.Unknown, TaskState.Dead)
        from rare in Gen.Int[0, 3]
        from wanted in Gen.Long[1, newest]
        from sent in Gen.Long[0, wanted]
        from outcome in Gen.Int[-1, 4]
        select some
            ? new TaskFacts(
                state switch
                {
                    TaskState.Unknown when lane != Lane.Create => TaskState.Due,
                    TaskState.Dead when rare > 0 => TaskState.Idle,
                    _ => state,
                },
                wanted, sent, outcome < 0 ? null : (TaskOutcome)outcome)
            : null;

    private static IReadOnlyDictionary<Lane, TaskFacts> OneOpen((Lane Lane, TaskFacts? Task)[] tasks)
    {
        var result = new Dictionary<Lane, TaskFacts>();
        var open = false;
        foreach (var (lane, task) in tasks)
        {
            if (task is null)
            {
                continue;
            }

            var busy = task.State is TaskState.Leased or TaskState.Unknown;
            result[lane] = busy && open ? task with { State = TaskState.Due } : task;
            open |= busy;
        }

        return result;
    }

    private sealed record Sightings(
        string? ExternalId, SeenStatus? Status, DateTimeOffset? At, DateTimeOffset? SubmittedAt, bool Pending, decimal? Price, int? Stock);
}
