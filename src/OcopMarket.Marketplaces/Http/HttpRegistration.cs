using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Http;

internal static class HttpRegistration
{
    /// <summary>Options of a section, their checks, and the named client with everything switched off that could send a request twice,
    /// somewhere else, or with somebody else's cookie.</summary>
    /// <param name="isDocumented">The platform has published what is called here, though its file does not say so yet.</param>
    /// <param name="ownShops">Every shop has an address of its own, which its owner names: only public ones are dialled.</param>
    public static void AddMarketplaceConnection<TOptions>(
        this IServiceCollection services, IConfiguration configuration, MarketplaceKey key, string section, bool isDocumented = false,
        bool ownShops = false)
        where TOptions : ConnectionOptions
    {
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(sp => ownShops
            ? new OwnShopCheck<TOptions>(section)
            : new ContractCheck<TOptions>(key, section, sp.GetRequiredService<MarketplaceProfiles>(), isDocumented));
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient(key.Value, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(sp => new SocketsHttpHandler
            {
                ConnectCallback = ownShops ? Dial<TOptions>(sp) : null,
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = DecompressionMethods.All,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ActivityHeadersPropagator = null,
            })
            .AddHttpMessageHandler(sp => Guard<TOptions>(sp))
            .RemoveAllLoggers();
        services.AddSingleton(sp => new PlatformHttp<TOptions>(
            key, sp.GetRequiredService<IHttpClientFactory>(), sp.GetRequiredService<IOptionsMonitor<TOptions>>(),
            sp.GetRequiredService<TimeProvider>()));
    }

    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Dial<TOptions>(IServiceProvider services)
        where TOptions : ConnectionOptions
    {
        var options = services.GetRequiredService<IOptionsMonitor<TOptions>>();
        return new OwnShopDial(() => options.CurrentValue.BaseUrl, Dns.GetHostAddressesAsync).ConnectAsync;
    }

    private static CallGuardHandler Guard<TOptions>(IServiceProvider services)
        where TOptions : ConnectionOptions
    {
        var options = services.GetRequiredService<IOptionsMonitor<TOptions>>();
        return new CallGuardHandler(() => options.CurrentValue);
    }
}
