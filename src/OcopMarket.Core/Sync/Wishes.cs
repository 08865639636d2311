using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Core.Sync;

/// <summary>What a person can wish of listings. Season: out of it, all shops to zero until a day; return: in season again.</summary>
public enum WishKind { Publish, Hide, Remove, Season, Return }

/// <summary>What a wish does to one listing. Note: nothing is called, because nothing stands there; the wish is kept. None: it is so already.</summary>
public enum WishAct { Create, Show, Change, Hide, Remove, Zero, Restock, Note, None, Blocked }

/// <param name="Why">Codes of what stands in the way, the first to be mended first.</param>
public sealed record WishLine(WishAct Act, IReadOnlyList<string> Why)
{
    public static WishLine Of(WishAct act) => new(act, []);

    public static WishLine Blocked(params IReadOnlyList<string> why) => new(WishAct.Blocked, why);
}

/// <summary>A listing as it stands, and what would be said of it today.</summary>
public sealed record WishCase
{
    /// <summary>Null: there is none yet.</summary>
    public ListingFacts? Facts { get; init; }
    public ShopFacts? Shop { get; init; }
    public bool ShopLeaves { get; init; }

    /// <summary>It has a shop, and whoever asks may not see that one.</summary>
    public bool ShopBeyond { get; init; }
    public bool KeptHidden { get; init; }
    public bool KeptAway { get; init; }

    /// <summary>Its list says that there is no such product any more.</summary>
    public bool Gone { get; init; }
    public bool OutOfSeason { get; init; }

    /// <summary>The day of return is already the one that is wished.</summary>
    public bool SameDay { get; init; }

    /// <summary>Stock as the list says it, whatever the season.</summary>
    public int? ListedStock { get; init; }

    /// <summary>Whether what would be sent today differs from what was composed last.</summary>
    public bool NewContent { get; init; }
    public bool NewPrice { get; init; }

    /// <summary>What the pre-flight says today.</summary>
    public IReadOnlyList<IssueFinding> Findings { get; init; } = [];

    /// <summary>Staff act under a mandate only, also where nothing is called.</summary>
    public bool NeedsMandate { get; init; }
}

/// <summary>What would become of a wish, by the planner that the workers ask. Pure: a plan shows it, and the worker asks again before it does it.</summary>
public static class WishRules
{
    public const string ProductGone = "product_gone";
    public const string OutOfSeason = "out_of_season";
    public const string NotReady = "listing_not_ready";
    public const string OutOfReach = "out_of_reach";
    public const string PriceHeld = "price_held";

    /// <summary>The platform refused what we would say again.</summary>
    public const string EditFirst = "edit_first";

    public static WishLine Of(WishKind kind, WishCase item)
    {
        if (item.Facts is not { } facts)
        {
            return WishLine.Blocked(item.Shop is null ? "shop_missing" : NotReady);
        }

        if (item.Gone)
        {
            return kind is WishKind.Hide or WishKind.Remove ? WishLine.Of(WishAct.None) : WishLine.Blocked(ProductGone);
        }

        if (item.ShopBeyond)
        {
            return WishLine.Blocked(OutOfReach);
        }

        if (item.ShopLeaves)
        {
            return WishLine.Blocked("shop_leaving");
        }

        if (item.NeedsMandate && item.Shop is not { HasMandate: true })
        {
            return WishLine.Blocked("mandate_missing");
        }

        return facts.Tasks.Values.Any(t => t.State == TaskState.Dead)
            ? WishLine.Blocked("quarantined")
            : kind switch
            {
                WishKind.Publish => Publish(item, facts),
                WishKind.Hide => Away(item, facts, Desired.Hidden, item is { KeptHidden: true, KeptAway: false }, WishAct.Hide),
                WishKind.Remove => Away(item, facts, Desired.Gone, item.KeptAway, WishAct.Remove),
                WishKind.Season => Season(item, facts),
                WishKind.Return => Return(item, facts),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            };
    }

    /// <summary>An item that somebody took down over there is made anew when a person says so by name; by itself it never is.</summary>
    public static bool StartsAnew(ListingFacts facts) => facts.Seen == SeenStatus.Removed;

    private static WishLine Publish(WishCase item, ListingFacts facts)
    {
        if (item.OutOfSeason)
        {
            return WishLine.Blocked(OutOfSeason);
        }

        if (Standing(item) is { Count: > 0 } why)
        {
            return WishLine.Blocked(why);
        }

        var after = After(item, facts, Desired.OnSale, item.ListedStock);
        var plan = ListingPlanner.Plan(after);
        return plan.Count == 0 && facts.State == ListingState.Rejected ? WishLine.Blocked(EditFirst) : WishLine.Of(
            plan.ContainsKey(Lane.Create) ? WishAct.Create
            : plan.ContainsKey(Lane.Stop) ? WishAct.Show
            : plan.Count > 0 ? WishAct.Change
            : facts.Desired != Desired.OnSale || item.KeptHidden || item.KeptAway ? WishAct.Note : WishAct.None);
    }

    private static WishLine Away(WishCase item, ListingFacts facts, Desired desired, bool isSo, WishAct act)
    {
        if (isSo && facts.Desired == desired)
        {
            return WishLine.Of(WishAct.None);
        }

        return !facts.Exists ? WishLine.Of(WishAct.Note)
            : Closed(item) is { Count: > 0 } why ? WishLine.Blocked(why)
            : WishLine.Of(ListingPlanner.Plan(After(item, facts, desired, facts.DesiredStock)).ContainsKey(Lane.Stop) ? act : WishAct.Note);
    }

    private static WishLine Season(WishCase item, ListingFacts facts)
    {
        if (item is { OutOfSeason: true, SameDay: true })
        {
            return WishLine.Of(WishAct.None);
        }

        return !facts.Exists || facts.DesiredStock == 0 ? WishLine.Of(WishAct.Note)
            : Closed(item) is { Count: > 0 } why ? WishLine.Blocked(why)
            : WishLine.Of(ListingPlanner.Plan(After(item, facts, facts.Desired, 0)).ContainsKey(Lane.Stock) ? WishAct.Zero : WishAct.Note);
    }

    private static WishLine Return(WishCase item, ListingFacts facts)
    {
        if (!item.OutOfSeason)
        {
            return WishLine.Of(WishAct.None);
        }

        if (facts.Desired != Desired.OnSale)
        {
            return WishLine.Of(WishAct.Note);
        }

        var why = Standing(item);
        var plan = ListingPlanner.Plan(After(item, facts, facts.Desired, item.ListedStock));
        return why.Count > 0 ? WishLine.Blocked(why)
            : WishLine.Of(plan.ContainsKey(Lane.Create) ? WishAct.Create : plan.ContainsKey(Lane.Stock) ? WishAct.Restock : WishAct.Note);
    }

    /// <summary>What keeps a listing from the shop: of its shop first, for without one nothing else matters; then of its data.</summary>
    private static List<string> Standing(WishCase item) =>
    [
        .. Closed(item),
        .. item.Findings.Where(f => f.Severity == Severity.Blocking).Select(f => f.Code).Distinct(StringComparer.Ordinal),
        .. item.Facts!.Held ? new[] { PriceHeld } : [],
    ];

    private static List<string> Closed(WishCase item) => [.. ShopIssues.Of(item.Shop).Select(i => i.Code)];

    private static ListingFacts After(WishCase item, ListingFacts facts, Desired desired, int? stock)
    {
        var anew = desired == Desired.OnSale && StartsAnew(facts);
        return facts with
        {
            Desired = desired,
            DeleteDue = facts.DeleteDue && desired == Desired.Gone,
            VisibilityRevision = facts.VisibilityRevision + (desired != facts.Desired || anew ? 1 : 0),
            StockRevision = facts.StockRevision + (stock != facts.DesiredStock ? 1 : 0),
            DesiredStock = stock,
            ContentRevision = facts.ContentRevision + (item.NewContent ? 1 : 0),
            PriceRevision = facts.PriceRevision + (item.NewPrice ? 1 : 0),
            ExternalId = anew ? null : facts.ExternalId,
            Seen = anew ? null : facts.Seen,
            Issues =
            [
                .. facts.Issues.Where(i => !i.Blocks),
                .. item.Findings.Select(f => new IssueFacts(f.Code, f.Severity, f.Owner, f.Severity == Severity.Blocking)),
            ],
        };
    }
}
