using AutoMapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Lazada;

public static class LazadaRegistration
{
    /// <summary>Needs <see cref="MarketplaceProfiles"/> among the services.</summary>
    public static IServiceCollection AddLazada(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMarketplaceConnection<LazadaOptions>(configuration, LazadaAdapter.LazadaKey, LazadaOptions.Section, isDocumented: true);
        services.AddSingleton<IValidateOptions<LazadaOptions>, TokenHostCheck>();
        services.AddSingleton<LazadaClient>();
        services.AddSingleton<ISellerConsent, LazadaConsent>();
        services.AddMapping<LazadaMapping>(configuration);
        return services.AddSingleton<IMarketplaceAdapter>(sp => new LazadaAdapter(
            sp.GetRequiredService<LazadaClient>(), sp.GetRequiredService<IMapper>(), sp.GetRequiredService<MarketplaceProfiles>()));
    }

    /// <summary>Codes and refresh tokens travel there.</summary>
    private sealed class TokenHostCheck : IValidateOptions<LazadaOptions>
    {
        public ValidateOptionsResult Validate(string? name, LazadaOptions options) =>
            options.AuthUrl is { IsAbsoluteUri: true, UserInfo.Length: 0 } url && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{LazadaOptions.Section}:AuthUrl must be https and hold no user name: tokens travel there.");
    }
}
