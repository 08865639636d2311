using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Marketplaces.Postmart;

internal static class PostmartStatus
{
    public static SeenStatus ToCanonical(string? status) => status switch
    {
        "0" => SeenStatus.Draft,
        "1" => SeenStatus.InReview,
        "2" => SeenStatus.Live,
        "3" => SeenStatus.Rejected,
        "4" => SeenStatus.OutOfStock,
        "5" => SeenStatus.Hidden,
        "6" => SeenStatus.Locked,
        "9" => SeenStatus.Removed,
        _ => SeenStatus.NeedsAttention,      // never throw here: the item exists and its id must be kept
    };

    public static AccountState ShopToCanonical(string? status) => status switch
    {
        "0" => AccountState.IdentityPending,
        "1" => AccountState.Active,
        "2" => AccountState.Suspended,
        "3" => AccountState.Closed,
        _ => AccountState.Unknown,
    };

    /// <summary>What a refusal of the whole call says of the shop.</summary>
    public static AccountState ShopOf(string code) => code switch
    {
        "SHOP_LOCKED" => AccountState.Suspended,
        "SHOP_NOT_VERIFIED" => AccountState.IdentityPending,
        _ => AccountState.Unknown,
    };

    /// <summary>Code and name as the platform writes them: <c>2 đang bán</c>.</summary>
    public static string Raw(string? status, string? name) =>
        string.Join(' ', new[] { status, name }.Where(t => !string.IsNullOrWhiteSpace(t)));
}
