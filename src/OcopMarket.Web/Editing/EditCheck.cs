using OcopMarket.Core.Catalog;
using OcopMarket.Core.Catalog.Editing;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Catalog.Editing;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Reading;
using OcopMarket.Marketplaces;

namespace OcopMarket.Web.Editing;

/// <param name="Variant">Null where the product has only one.</param>
public sealed record CheckFinding(IssueFinding Finding, string? Variant);

/// <summary>How a product would stand on one marketplace with what the form says.</summary>
public sealed record MarketplaceCheck(string Marketplace, int Needed, int Open, IReadOnlyList<CheckFinding> Findings)
{
    public bool IsComplete => Open == 0;
}

/// <summary>Asks the workers' own composer and validator what they would say of a form. Stores nothing.</summary>
internal sealed class EditCheck(EditPortal portal, CatalogueComposer composer, MarketplaceProfiles profiles, TimeProvider time)
{
    /// <summary>Every marketplace on which the workers would offer the product.</summary>
    public async Task<IReadOnlyList<MarketplaceCheck>> OfAsync(EditProduct product, ProductForm form, CancellationToken cancellationToken)
    {
        var page = await portal.CatalogueAsync(product.Id, VietnamDay.Of(time.GetUtcNow()), composer.OwnShops, cancellationToken);
        var variants = product.Variants.Select(v => v.Id).ToList();
        return [.. composer.Compose(page.With(item => With(item, product, form))).Where(c => !c.Item.Gone)
            .OrderBy(c => variants.IndexOf(c.Item.VariantId)).GroupBy(c => c.Marketplace).OrderBy(m => m.Key.Value, StringComparer.Ordinal)
            .Select(m => Of(profiles.Get(m.Key), [.. m]))];
    }

    private static MarketplaceCheck Of(MarketplaceProfile profile, List<ComposedListing> listings)
    {
        var counted = listings.ConvertAll(l => ListingCompleteness.Of(l.Draft, profile, l.Findings));
        var findings = listings.SelectMany(l => l.Findings.Select(f => new CheckFinding(f, listings.Count > 1 ? l.Item.VariantName : null)))
            .DistinctBy(f => (f.Finding.Code, string.Join('\n', f.Finding.Fields), string.Join('\n', f.Finding.Args)))
            .OrderByDescending(f => f.Finding.Severity).ToList();
        return new(profile.Key.Value, counted.Sum(c => c.Needed.Count), counted.Sum(c => c.Open.Count), findings);
    }

    private static CatalogueItem With(CatalogueItem item, EditProduct product, ProductForm form)
    {
        var key = product.Variants.FirstOrDefault(v => v.Id == item.VariantId)?.Key ?? "";
        EditValue Of(string part, string field) => form.Inputs.FirstOrDefault(i => i.Part.Key == part && i.Field.Name == field)?.Becomes ?? EditValue.None;
        string? Text(string field) => Of("", field).Text;
        EditValue Offer(string field) => Of(key, field);
        return item with
        {
            ProductName = Text("name") ?? item.ProductName,
            ShortDescription = Text("shortDescription"),
            Description = Text("description"),
            Ingredients = Text("ingredients"),
            Usage = Text("usage"),
            Storage = Text("storage"),
            ShelfLife = Text("shelfLife"),
            Brand = Text("brand"),
            Origin = Text("origin"),
            FoodSafetyNo = Text("foodSafetyNo"),
            ListPriceVnd = Offer("price").Number,
            SalePriceVnd = Offer("salePrice").Number,
            SaleFrom = Offer("saleFrom").Day,
            SaleTo = Offer("saleTo").Day,
            StockUnits = Offer("stock").Whole,
            WeightGrams = Offer("weight").Whole,
            LengthCm = Offer("length").Number,
            WidthCm = Offer("width").Number,
            HeightCm = Offer("height").Number,
            Unit = Offer("unit").Text,
            Gtin = Offer("gtin").Text,
        };
    }
}
