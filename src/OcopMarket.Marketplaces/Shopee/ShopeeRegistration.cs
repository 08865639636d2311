using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

public static class ShopeeRegistration
{
    /// <summary>The consent of shop owners; listings are not sent to this platform yet.</summary>
    public static IServiceCollection AddShopee(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMarketplaceConnection<ShopeeOptions>(configuration, ShopeeConsent.ShopeeKey, ShopeeOptions.Section, isDocumented: true);
        services.AddSingleton<ShopeeClient>();
        return services.AddSingleton<ISellerConsent, ShopeeConsent>();
    }
}
