using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces;

/// <summary>The platforms that are registered. Pages, schedules and the dispatcher list these and know no platform by name.</summary>
public sealed class MarketplaceRegistry : IMarketplaceCatalog
{
    private readonly Dictionary<MarketplaceKey, IMarketplaceAdapter> _adapters;
    private readonly Dictionary<MarketplaceKey, ErrorDictionary> _errors;
    private readonly MarketplaceProfiles _profiles;

    public MarketplaceRegistry(IEnumerable<IMarketplaceAdapter> adapters, MarketplaceProfiles profiles)
    {
        _adapters = adapters.ToDictionary(a => a.Key);
        _profiles = profiles;
        Keys = [.. _adapters.Keys.OrderBy(k => k.Value, StringComparer.Ordinal)];
        _errors = Keys.ToDictionary(k => k, k => new ErrorDictionary(profiles.Get(k)));
    }

    public IReadOnlyList<MarketplaceKey> Keys { get; }
    public IReadOnlyList<MarketplaceProfile> Profiles => [.. Keys.Select(Profile)];

    /// <exception cref="KeyNotFoundException">No adapter is registered for this platform.</exception>
    public IMarketplaceAdapter Adapter(MarketplaceKey key) => _adapters.TryGetValue(key, out var adapter)
        ? adapter
        : throw new KeyNotFoundException($"No adapter is registered for {key.Value}.");

    /// <summary>An ability that only some platforms have; null where this one has not.</summary>
    public TAbility? Ability<TAbility>(MarketplaceKey key)
        where TAbility : class => Adapter(key) as TAbility;

    public MarketplaceProfile Profile(MarketplaceKey key) => _profiles.Get(key);

    public ErrorDictionary Errors(MarketplaceKey key) => _errors[key];
}
