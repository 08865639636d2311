using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Lazada;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>The platform's words for an item, in ours.</summary>
public sealed class LazadaStatusTests
{
    [Theory]
    [InlineData("Active", null, 5, SeenStatus.Live)]
    [InlineData("Active", null, 0, SeenStatus.OutOfStock)]
    [InlineData("InActive", null, 5, SeenStatus.Hidden)]
    [InlineData("Pending QC", null, 5, SeenStatus.InReview)]
    [InlineData("Suspended", "Reject", 5, SeenStatus.Rejected)]
    [InlineData("InActive", "LIVE_REJECTED", 5, SeenStatus.Rejected)]
    [InlineData("Suspended", "Lock", 5, SeenStatus.Locked)]
    [InlineData("Deleted", "Lock", 5, SeenStatus.Removed)]
    [InlineData("Suspended", null, 5, SeenStatus.NeedsAttention)]
    [InlineData("InActive", "Admin", 5, SeenStatus.NeedsAttention)]
    [InlineData("Sleeping", null, 5, SeenStatus.NeedsAttention)]
    public void Status_and_sub_status_become_one_word(string status, string? subStatus, int stock, SeenStatus seen) =>
        Assert.Equal(seen, LazadaStatus.ToCanonical(status, subStatus, stock));

    [Theory]
    [InlineData(SeenStatus.Live, "inactive", SeenStatus.Hidden)]
    [InlineData(SeenStatus.Live, "deleted", SeenStatus.Removed)]
    [InlineData(SeenStatus.Live, "active", SeenStatus.Live)]
    [InlineData(SeenStatus.Rejected, "inactive", SeenStatus.Rejected)]
    public void A_sku_that_is_off_is_off_though_its_item_is_on_sale(SeenStatus item, string sku, SeenStatus seen) => Assert.Equal(seen, LazadaStatus.OfSku(item, sku));
}
