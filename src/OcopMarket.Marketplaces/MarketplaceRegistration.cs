using AutoMapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.Lazada;
using OcopMarket.Marketplaces.Postmart;
using OcopMarket.Marketplaces.Shopee;
using OcopMarket.Marketplaces.Voso;
using OcopMarket.Marketplaces.WooCommerce;

namespace OcopMarket.Marketplaces;

public static class MarketplaceRegistration
{
    /// <summary>Every platform, its file and the dictionaries. Settings of <paramref name="configuration"/> lie over the files.</summary>
    /// <param name="configFolder">Holds <c>marketplaces/</c>, <c>issues.json</c> and <c>ocop/consents.json</c>.</param>
    /// <exception cref="ProfileException">A file is missing or wrong: one sentence a fault.</exception>
    public static IServiceCollection AddMarketplaces(this IServiceCollection services, IConfiguration configuration, string configFolder)
    {
        var profiles = MarketplaceProfiles.Load(Path.Combine(configFolder, "marketplaces"));
        var layered = Layered(configuration, profiles);
        services.AddSingleton(profiles.For(layered));
        services.AddSingleton(LoadIssues(Path.Combine(configFolder, "issues.json")));
        services.AddSingleton(LoadConsents(Path.Combine(configFolder, "ocop", "consents.json")));
        services.AddPostmart(layered);
        services.AddVoso(layered);
        services.AddWooCommerce(layered);
        services.AddShopee(layered);
        services.AddLazada(layered);
        services.TryAddSingleton<ConsentPlatforms>();
        services.TryAddSingleton<MarketplaceRegistry>();
        services.TryAddSingleton<IMarketplaceCatalog>(s => s.GetRequiredService<MarketplaceRegistry>());
        return services;
    }

    /// <exception cref="ProfileException">The file is missing or wrong.</exception>
    public static IssueDictionary LoadIssues(string path) => Load(path, IssueDictionary.Parse, "our issue codes");

    /// <inheritdoc cref="LoadIssues"/>
    public static ConsentTexts LoadConsents(string path) => Load(path, ConsentTexts.Parse, "the texts that producers consent to");

    private static T Load<T>(string path, Func<string, T> parse, string what)
    {
        try
        {
            return parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProfileException([$"{path} cannot be opened; it must hold {what}."]);
        }
        catch (FormatException e)
        {
            throw new ProfileException([e.Message]);
        }
    }

    /// <summary>The mapping of one platform. The licence key is set once, whoever comes first.</summary>
    internal static void AddMapping<TProfile>(this IServiceCollection services, IConfiguration configuration)
        where TProfile : Profile, new()
    {
        if (services.All(s => s.ServiceType != typeof(MappingLicence)))
        {
            services.AddSingleton(new MappingLicence());
            services.AddAutoMapper(c => c.LicenseKey = new Secret(configuration["AutoMapper:LicenseKey"] ?? "").Reveal());
        }

        services.AddAutoMapper(c => c.AddProfile<TProfile>());
    }

    private static IConfigurationRoot Layered(IConfiguration configuration, MarketplaceProfiles profiles)
    {
        var files = profiles.Keys.SelectMany(key => profiles.Connection(key).Select(
            p => KeyValuePair.Create($"Marketplaces:{key.Value}:{p.Key}", p.Value)));
        return new ConfigurationBuilder().AddInMemoryCollection(files).AddConfiguration(configuration).Build();
    }

    private sealed class MappingLicence;
}
