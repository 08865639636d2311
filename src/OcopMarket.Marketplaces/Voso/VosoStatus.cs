using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Marketplaces.Voso;

internal static class VosoStatus
{
    /// <param name="quantity">An approved product without stock stays APPROVED: for us it is out of stock.</param>
    public static SeenStatus ToCanonical(string? state, decimal? quantity) => state switch
    {
        "DRAFT" => SeenStatus.Draft,
        "WAITING_APPROVE" => SeenStatus.InReview,
        "APPROVED" => quantity == 0 ? SeenStatus.OutOfStock : SeenStatus.Live,
        "REJECTED" => SeenStatus.Rejected,
        "LOCKED" => SeenStatus.Locked,
        "STOPPED" => SeenStatus.Hidden,
        "DELETED" => SeenStatus.Removed,
        _ => SeenStatus.NeedsAttention,      // never throw here: the item exists and its id must be kept
    };

    public static AccountState ShopToCanonical(string? state) => state switch
    {
        "NEW" => AccountState.IdentityPending,
        "ACTIVE" => AccountState.Active,
        "SUSPENDED" => AccountState.Suspended,
        "CLOSED" => AccountState.Closed,
        _ => AccountState.Unknown,
    };

    /// <summary>What a refusal of the whole call says of the shop.</summary>
    public static AccountState ShopOf(string code) => code == VosoErrors.Code(VosoErrors.Locked) ? AccountState.Suspended : AccountState.Unknown;
}
