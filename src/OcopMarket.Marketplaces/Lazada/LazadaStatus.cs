using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>Section 9 of the platform's sheet: a status and beside it, where the platform refused or locked, a sub-status that says more.</summary>
internal static class LazadaStatus
{
    /// <param name="stock">An item without stock stays Active: for us it is out of stock. Null: not known.</param>
    public static SeenStatus ToCanonical(string? status, string? subStatus, decimal? stock) => (Plain(status), Plain(subStatus)) switch
    {
        ("DELETED", _) => SeenStatus.Removed,
        (_, "LOCK") => SeenStatus.Locked, // not editable
        (_, "REJECT" or "LIVEREJECT") => SeenStatus.Rejected,
        (_, not "") => SeenStatus.NeedsAttention, // Admin: named in the documents and not explained
        ("ACTIVE", _) => stock == 0 ? SeenStatus.OutOfStock : SeenStatus.Live,
        ("INACTIVE", _) => SeenStatus.Hidden,
        ("PENDINGQC", _) => SeenStatus.InReview,
        _ => SeenStatus.NeedsAttention, // Suspended alone too; never throw here: the item exists and its id must be kept
    };

    /// <summary>Of one SKU of an item that is on sale.</summary>
    public static SeenStatus OfSku(SeenStatus item, string? sku) => (item, Plain(sku)) switch
    {
        (SeenStatus.Live or SeenStatus.OutOfStock, "INACTIVE") => SeenStatus.Hidden,
        (not SeenStatus.Removed, "DELETED") => SeenStatus.Removed,
        _ => item,
    };

    public static string Raw(string? status, string? subStatus) => string.IsNullOrEmpty(subStatus) ? status ?? "" : $"{status} {subStatus}";

    public static AccountState ShopToCanonical(string? status, bool? verified) => (Plain(status), verified) switch
    {
        ("ACTIVE", false) => AccountState.IdentityPending,
        ("ACTIVE", _) => AccountState.Active,
        ("INACTIVE", _) => AccountState.Suspended,
        ("DELETED", _) => AccountState.Closed,
        _ => AccountState.Unknown,
    };

    /// <summary>What a refusal of the whole call says of the shop.</summary>
    public static AccountState ShopOf(string code) => code switch
    {
        "SellerNotActive" or "4128" => AccountState.Suspended,
        "SellerNotVerified" => AccountState.IdentityPending,
        _ => AccountState.Unknown,
    };

    /// <summary>The samples spell one word as Lock, LOCK, Live_Reject and LIVE_REJECTED.</summary>
    private static string Plain(string? word) =>
        string.Concat((word ?? "").Where(char.IsLetter)).ToUpperInvariant() is var plain && plain is "LIVEREJECTED" or "REJECTED" ? plain[..^2] : plain;
}
