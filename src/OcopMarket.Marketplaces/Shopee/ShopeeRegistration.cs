using AutoMapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

public static class ShopeeRegistration
{
    /// <summary>Needs <see cref="MarketplaceProfiles"/> among the services.</summary>
    public static IServiceCollection AddShopee(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddShopeeConsent(configuration);
        services.AddMapping<ShopeeMapping>(configuration);
        return services.AddSingleton<IMarketplaceAdapter>(sp => new ShopeeAdapter(
            sp.GetRequiredService<ShopeeClient>(), sp.GetRequiredService<IMapper>(), sp.GetRequiredService<MarketplaceProfiles>(),
            sp.GetRequiredService<TimeProvider>()));
    }

    /// <summary>The consent of shop owners alone, for a host that sends nothing.</summary>
    public static IServiceCollection AddShopeeConsent(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMarketplaceConnection<ShopeeOptions>(configuration, ShopeeAdapter.ShopeeKey, ShopeeOptions.Section, isDocumented: true);
        services.AddSingleton<ShopeeClient>();
        return services.AddSingleton<ISellerConsent, ShopeeConsent>();
    }
}
