using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Listings;

/// <summary>Composes a page of the catalogue. Workers write what comes out, plans of people and the page of editing show it first: all have it from
/// here.</summary>
public sealed class CatalogueComposer(IMarketplaceCatalog marketplaces, CertificateRules rules)
{
    private readonly IReadOnlyList<MarketplaceProfile> _profiles = marketplaces.Profiles;

    /// <summary>Marketplaces on which a product is offered only where its producer has a shop.</summary>
    public string[] OwnShops => [.. _profiles.Where(p => p.OwnShops).Select(p => p.Key.Value)];

    /// <summary>Every variant on every marketplace, as we would offer it on the page's day; where producers have shops of their own, only on those
    /// that there are; and nowhere where a person does not want it.</summary>
    public IReadOnlyList<ComposedListing> Compose(CataloguePage page) =>
        [.. page.Items.SelectMany(i => ListingComposer.Compose(i, ProfilesOf(page, i), rules, page.Today))];

    private MarketplaceProfile[] ProfilesOf(CataloguePage page, CatalogueItem item) =>
        [.. _profiles.Where(p => (!p.OwnShops || page.IsOffered(item, p.Key.Value)) && !page.IsAway(item, p.Key.Value))];
}
