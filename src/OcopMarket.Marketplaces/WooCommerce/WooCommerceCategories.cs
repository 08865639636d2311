using System.Collections.Concurrent;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>The ids that shops have for our categories, as far as this process has learnt them. A category is made where a shop has none of that
/// name; a shop that has one says which (<c>term_exists</c>), so that asking twice makes nothing.</summary>
internal sealed class WooCommerceCategories(WooCommerceClient client, MarketplaceProfile profile, TimeProvider time)
{
    /// <summary>An owner may delete or rename a category: it is learnt anew after this.</summary>
    private static readonly TimeSpan Stay = TimeSpan.FromHours(1);

    /// <summary>What a process remembers at most; past it everything is learnt anew.</summary>
    private const int Most = 200_000;

    private readonly ConcurrentDictionary<(string Shop, string Name), (long Id, long At)> _ids = new();

    public IReadOnlyList<string> Missing(SellerSession shop, IEnumerable<int?> criteriaSets) =>
        [.. criteriaSets.Select(NameOf).OfType<string>().Distinct(StringComparer.Ordinal).Where(n => IdOf(shop, n) is null)];

    public string? NameOf(int? criteriaSet) => criteriaSet is { } set ? profile.Categories.GetValueOrDefault(set) : null;

    public long? IdOf(SellerSession shop, string name) =>
        _ids.TryGetValue((shop.ExternalShopId, name), out var known) && time.GetElapsedTime(known.At) < Stay ? known.Id : null;

    public void Forget(SellerSession shop, long id)
    {
        foreach (var known in _ids.Where(k => k.Key.Shop == shop.ExternalShopId && k.Value.Id == id))
        {
            _ids.TryRemove(known);
        }
    }

    public async Task LearnAsync(SellerSession shop, string name, CancellationToken cancellationToken)
    {
        var request = WooCommerceClient.Json("/products/categories", new WooCommerceNewCategory(name));
        var (made, refusal) = await client.TryAsync<WooCommerceCategory>(request, shop, WooCommerceErrors.TermExists, cancellationToken);
        var id = made?.Id ?? refusal?.Data?.ResourceId
            ?? throw new MarketplaceException(profile.Key, FailureKind.Transient, "unreadable", "The shop named no id of its category.");
        if (_ids.Count >= Most)
        {
            _ids.Clear();
        }

        _ids[(shop.ExternalShopId, name)] = (id, time.GetTimestamp());
    }
}
