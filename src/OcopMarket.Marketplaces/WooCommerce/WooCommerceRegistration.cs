using AutoMapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.WooCommerce;

public static class WooCommerceRegistration
{
    /// <summary>Needs <see cref="MarketplaceProfiles"/> among the services.</summary>
    public static IServiceCollection AddWooCommerce(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMarketplaceConnection<WooCommerceOptions>(
            configuration, WooCommerceAdapter.WooCommerceKey, WooCommerceOptions.Section, ownShops: true);
        services.AddMapping<WooCommerceMapping>(configuration);
        services.AddSingleton<WooCommerceClient>();
        return services.AddSingleton<IMarketplaceAdapter>(sp => new WooCommerceAdapter(
            sp.GetRequiredService<WooCommerceClient>(), sp.GetRequiredService<IMapper>(), sp.GetRequiredService<MarketplaceProfiles>(),
            sp.GetRequiredService<TimeProvider>()));
    }
}
