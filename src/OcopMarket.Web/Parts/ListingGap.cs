using OcopMarket.Data.Reading;

namespace OcopMarket.Web.Parts;

/// <summary>Whether what the platform shows differs from what is wanted: the cell is tinted in the tone of the difference.</summary>
internal static class ListingGap
{
    /// <returns>Classes of the cell; null when both agree or nothing was seen.</returns>
    public static string? Of(ListingFactsRow listing) => listing switch
    {
        { Seen: null } => listing.SubmittedAt is null ? null : "gap huh",
        { State: "unheard" } => "gap huh",
        { Seen: "rejected" or "locked" } => "gap bad",
        { Seen: "in_review" } => "gap wait",
        { Desired: "on_sale", Seen: "live" } when Same(listing) => null,
        { Desired: "on_sale", Seen: "out_of_stock", DesiredStock: 0 } => null,
        { Desired: "hidden", Seen: "hidden" } or { Desired: "gone" or "off", Seen: "removed" } => null,
        _ => "gap act",
    };

    private static bool Same(ListingFactsRow listing) =>
        Agree(listing.DesiredPrice, listing.SeenPrice) && Agree(listing.DesiredStock, listing.SeenStock);

    private static bool Agree<T>(T? wanted, T? seen)
        where T : struct, IEquatable<T> => wanted is not { } w || seen is not { } s || w.Equals(s);
}
