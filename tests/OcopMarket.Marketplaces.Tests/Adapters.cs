using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>The adapters as the application registers them, with settings of the test laid over the shipped files.</summary>
internal static class Adapters
{
    public static ServiceProvider Services(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Marketplaces:{s.Key}", s.Value))).Build();
        return new ServiceCollection()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace))
            .AddMarketplaces(configuration, Repository.Config)
            .BuildServiceProvider(validateScopes: true);
    }

    public static MarketplaceRegistry Registry(params (string Key, string? Value)[] settings) =>
        Services(settings).GetRequiredService<MarketplaceRegistry>();
}
