using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces;

/// <summary>The facts of a product that a platform demands as attributes of its category.</summary>
internal static class ListingFacts
{
    /// <summary>In the order of the platform's file: its attribute id and the product's value. A fact without a value is left out: the
    /// validator has said so, and the platform names it again.</summary>
    public static IEnumerable<(string Id, string Value)> Demanded(CanonicalProduct product, MarketplaceProfile profile) =>
        from attribute in profile.AttributeIds
        where product.CriteriaSetNo is { } set && profile.Rules.RequiredAttributes.GetValueOrDefault(attribute.Key)?.Contains(set) == true
        let value = ValueOf(product, attribute.Key)
        where !string.IsNullOrWhiteSpace(value)
        select (attribute.Value, value);

    private static string? ValueOf(CanonicalProduct product, string fact) => fact switch
    {
        "shelfLife" => product.ShelfLife,
        "origin" => product.Origin,
        "foodSafetyNo" => product.FoodSafetyNo,
        "unit" => product.Unit,
        _ => null,
    };
}
