namespace OcopMarket.Core.Marketplaces;

/// <summary>The marketplaces that this installation has adapters for.</summary>
public interface IMarketplaceCatalog
{
    /// <summary>In the order of their keys.</summary>
    IReadOnlyList<MarketplaceProfile> Profiles { get; }
}
