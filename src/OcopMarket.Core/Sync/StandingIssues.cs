using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Sync;

/// <summary>Reasons that follow from the standing alone: silence, doubt, a review that takes too long, a difference nobody here made. They
/// inform; they never stop what is on its way.</summary>
public static class StandingIssues
{
    /// <summary>More than one item of the shop has the listing's code: a buyer may order the wrong one.</summary>
    public const string SeveralItems = "several_items";

    public static IReadOnlyList<IssueFinding> Of(ListingFacts facts, Standing standing) => (standing.State, standing.Owner) switch
    {
        (ListingState.Held, _) => [.. facts.Holds.Select(Held)],
        (ListingState.Failed, _) => [Issue("quarantined", "state")],
        (ListingState.Unconfirmed, Party.Staff) => [Issue("unconfirmed_too_long", "state")],
        (ListingState.InReview, Party.Staff) => [Issue("review_overdue", "state")],
        (ListingState.Unheard, Party.Staff) => [Issue("unheard", "state")],
        (ListingState.NeedsAttention, _) when facts.Seen == SeenStatus.Removed => [Issue("shelf_removed", "state")],
        (ListingState.NeedsAttention, _) when facts.Issues.All(i => i.Severity != Severity.Blocking) => [Issue("drift", Differs(facts))],
        _ => [],
    };

    private static string Differs(ListingFacts facts) => facts switch
    {
        { Seen: SeenStatus.Live } when facts.SeenPrice != facts.DesiredPrice && facts.SeenPrice != facts.AcceptedPrice => "price",
        { Seen: SeenStatus.OutOfStock } or { Seen: SeenStatus.Live, SeenStock: 0 } => "stock",
        _ => "state",
    };

    private static IssueFinding Held(HoldFacts hold) => hold.Kind switch
    {
        HoldKind.Price => new("held_price", Severity.Warning, Party.Staff, ["price"], [Number(hold.Was), Number(hold.Becomes)]),
        HoldKind.ZeroStock => new("held_zero_stock", Severity.Warning, Party.Staff, ["stock"], [Number(hold.Was)]),
        HoldKind.Stop => Issue("held_stop", "state"),
        _ => throw new ArgumentOutOfRangeException(nameof(hold), hold.Kind, null),
    };

    private static string Number(decimal? value) => value is { } number ? Preflight.Number(number) : "";

    private static IssueFinding Issue(string code, string field) => new(code, Severity.Warning, Party.Staff, [field], []);
}
