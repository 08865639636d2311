using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Section 9 of the platform's sheet. There is no word for a refused review: it shows as BANNED, which an edit can mend.</summary>
internal static class ShopeeStatus
{
    public const string Banned = "BANNED";
    public const string TakenDown = "SHOPEE_DELETE";

    /// <summary>All that a list can be asked for.</summary>
    public static readonly IReadOnlyList<string> All = ["NORMAL", "UNLIST", "REVIEWING", Banned, "SELLER_DELETE", TakenDown];

    /// <param name="stock">An item without stock stays NORMAL: for us it is out of stock. Null: not known.</param>
    public static SeenStatus ToCanonical(string? status, long? stock) => status switch
    {
        "NORMAL" => stock == 0 ? SeenStatus.OutOfStock : SeenStatus.Live,
        "UNLIST" => SeenStatus.Hidden,
        "REVIEWING" => SeenStatus.InReview,
        Banned => SeenStatus.Rejected,
        "SELLER_DELETE" => SeenStatus.Removed,
        TakenDown => SeenStatus.Locked, // uploading again what the platform took down costs the shop penalty points
        _ => SeenStatus.NeedsAttention, // never throw here: the item exists and its id must be kept
    };

    public static AccountState ShopToCanonical(string? status) => status switch
    {
        "NORMAL" => AccountState.Active,
        "BANNED" or "FROZEN" => AccountState.Suspended,
        _ => AccountState.Unknown,
    };

    /// <summary>What a refusal of the whole call says of the shop.</summary>
    public static AccountState ShopOf(string code) => code == "shop_banned" ? AccountState.Suspended : AccountState.Unknown;
}
