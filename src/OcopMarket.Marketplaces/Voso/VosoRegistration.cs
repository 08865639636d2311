using AutoMapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Voso;

public static class VosoRegistration
{
    /// <summary>Needs <see cref="MarketplaceProfiles"/> among the services.</summary>
    public static IServiceCollection AddVoso(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMarketplaceConnection<VosoOptions>(configuration, VosoAdapter.VosoKey, VosoOptions.Section);
        services.AddMapping<VosoMapping>(configuration);
        services.AddSingleton<VosoClient>();
        return services.AddSingleton<IMarketplaceAdapter>(sp => new VosoAdapter(
            sp.GetRequiredService<VosoClient>(), sp.GetRequiredService<IMapper>(), sp.GetRequiredService<MarketplaceProfiles>()));
    }
}
