using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.WooCommerce;

internal static class WooCommerceStatus
{
    public const string Draft = "draft";
    public const string Publish = "publish";

    public static SeenStatus ToCanonical(string? status, string? stockStatus) => (status, stockStatus) switch
    {
        (Publish, "outofstock") => SeenStatus.OutOfStock,
        (Publish, _) => SeenStatus.Live,
        ("pending", _) => SeenStatus.InReview,
        (Draft or "private", _) => SeenStatus.Hidden,
        ("future", _) => SeenStatus.Draft,    // scheduled by somebody over there: it is on sale when its time comes, not by us
        ("trash", _) => SeenStatus.Removed,
        _ => SeenStatus.NeedsAttention,       // never throw here: the item exists and its id must be kept
    };
}
