using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces;

/// <summary>The platforms on whose page a shop owner can consent, also those that have no adapter yet.</summary>
public sealed class ConsentPlatforms(IEnumerable<ISellerConsent> consents)
{
    private readonly Dictionary<string, ISellerConsent> _consents = consents.ToDictionary(c => c.Key.Value, StringComparer.Ordinal);

    /// <returns>Null: this platform has no such page.</returns>
    public ISellerConsent? Find(string? marketplace) => marketplace is null ? null : _consents.GetValueOrDefault(marketplace);
}
