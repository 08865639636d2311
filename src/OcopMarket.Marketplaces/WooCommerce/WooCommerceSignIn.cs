using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>Key and secret of one shop, made by its owner (WooCommerce, Settings, Advanced, REST API) and tried once. They do not expire; the
/// owner takes them back there.</summary>
internal static class WooCommerceSignIn
{
    /// <summary>In <see cref="SellerLogin.Parameters"/>: the shop's address.</summary>
    public const string Url = "url";

    private const int Years = 100;

    public static async Task<SellerTokens> SignInAsync(
        WooCommerceClient client, SellerLogin login, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = WooCommerceShop.AddressOf(login.Parameters.GetValueOrDefault(Url), client.Options.BaseUrl)
            ?? throw new MarketplaceException(
                WooCommerceAdapter.WooCommerceKey, FailureKind.Rejected, WooCommerceErrors.ShopAddress,
                "The shop's address must be a public https address without port, name and password.");
        var shop = new WooCommerceShop(address, login.User.Trim(), login.Password);
        await client.ReadAsync<IReadOnlyList<WooCommerceProduct>>(WooCommerceReading.One(), new SellerSession(shop.Id, shop.Token), cancellationToken);
        return new(shop.Token, null, time.GetUtcNow().AddYears(Years));
    }
}
