using AutoMapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Postmart;

public static class PostmartRegistration
{
    /// <summary>Needs <see cref="MarketplaceProfiles"/> among the services.</summary>
    public static IServiceCollection AddPostmart(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMarketplaceConnection<PostmartOptions>(configuration, PostmartAdapter.PostmartKey, PostmartOptions.Section);
        services.AddMapping<PostmartMapping>(configuration);
        services.AddSingleton<PostmartClient>();
        return services.AddSingleton<IMarketplaceAdapter>(sp => new PostmartAdapter(
            sp.GetRequiredService<PostmartClient>(), sp.GetRequiredService<IMapper>(), sp.GetRequiredService<MarketplaceProfiles>(),
            sp.GetRequiredService<TimeProvider>()));
    }
}
