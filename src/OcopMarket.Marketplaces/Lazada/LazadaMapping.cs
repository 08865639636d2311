using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>A product together with what the platform's file says of its category and attributes, and how a missing brand is said.</summary>
internal sealed record LazadaSource(CanonicalProduct Product, MarketplaceProfile Profile, string NoBrand, string? NoBrandId)
{
    public string? Category => Product.CriteriaSetNo is { } set ? Profile.Categories.GetValueOrDefault(set) : null;
}

/// <summary>Canonical product -> the sheet's product. The platform has no field for the stars of OCOP: they stand in the title or the text.</summary>
internal sealed class LazadaMapping : Profile
{
    public LazadaMapping() =>
        CreateMap<LazadaSource, LazadaProduct>()
            .ForMember(p => p.ItemId, o => o.Ignore())
            .ForMember(p => p.PrimaryCategory, o => o.MapFrom(s => s.Category))
            .ForMember(p => p.Images, o => o.MapFrom(s => Images(s.Product)))
            .ForMember(p => p.Attributes, o => o.MapFrom(s => Attributes(s)))
            .ForMember(p => p.Skus, o => o.MapFrom(s => new LazadaSkus(new[] { Sku(s.Product) })));

    private static LazadaImages Images(CanonicalProduct product) => new([.. product.Images.Select(i => i.MediaId!)]);

    /// <summary>The brand first by its id, where the operator has told it; the short description as the list that the platform wants.</summary>
    private static Dictionary<string, string> Attributes(LazadaSource source)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = source.Product.Title,
            ["description"] = ListingHtml.FromPlain(source.Product.Description),
        };
        if (!string.IsNullOrWhiteSpace(source.Product.ShortDescription))
        {
            attributes["short_description"] = ListingHtml.FromPlain(string.Join('\n', source.Product.ShortDescription.Split('\n').Select(l => $"- {l}")));
        }

        attributes[string.IsNullOrEmpty(source.NoBrandId) ? "brand" : "brand_id"] = string.IsNullOrEmpty(source.NoBrandId) ? source.NoBrand : source.NoBrandId;
        foreach (var (id, value) in ListingFacts.Demanded(source.Product, source.Profile))
        {
            attributes[id] = value;
        }

        return attributes;
    }

    private static LazadaSku Sku(CanonicalProduct product) => new()
    {
        SellerSku = product.SellerSku,
        StartQuantity = product.StockUnits.ToString(CultureInfo.InvariantCulture),
        StartPrice = Dong(product),
        PackageLength = Side(product.LengthCm),
        PackageWidth = Side(product.WidthCm),
        PackageHeight = Side(product.HeightCm),
        PackageWeight = (product.WeightGrams / 1000m).ToString("0.###", CultureInfo.InvariantCulture),
        Images = Images(product),
    };

    public static string Dong(CanonicalProduct product) => PlatformJson.Whole(product.PriceVnd).ToString(CultureInfo.InvariantCulture);

    /// <summary>Two decimals, rounded up: a carrier never measures less than the parcel.</summary>
    private static string? Side(decimal? cm) => cm is { } side ? (decimal.Ceiling(side * 100) / 100).ToString("0.##", CultureInfo.InvariantCulture) : null;
}
