using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>A product together with what the platform's file says of its category and attributes, and with its shop's channels.</summary>
internal sealed record ShopeeSource(CanonicalProduct Product, MarketplaceProfile Profile, IReadOnlyList<ShopeeLogistic> Channels, string NoBrand)
{
    public long? CategoryId => Product.CriteriaSetNo is { } set && Profile.Categories.TryGetValue(set, out var id) ? Number(id) : null;

    public static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Canonical product -> the sheet's item. The platform has no field for the stars of OCOP: they stand in the title or the text.</summary>
internal sealed class ShopeeMapping : Profile
{
    public ShopeeMapping() =>
        CreateMap<ShopeeSource, ShopeeItem>()
            .ForMember(i => i.ItemId, o => o.Ignore())
            .ForMember(i => i.ItemName, o => o.MapFrom(s => s.Product.Title))
            .ForMember(i => i.Description, o => o.MapFrom(s => s.Product.Description))
            .ForMember(i => i.CategoryId, o => o.MapFrom(s => s.CategoryId))
            .ForMember(i => i.OriginalPrice, o => o.MapFrom(s => PlatformJson.Whole(s.Product.PriceVnd)))
            .ForMember(i => i.Weight, o => o.MapFrom(s => Kilograms(s.Product)))
            .ForMember(i => i.Dimension, o => o.MapFrom(s => Dimension(s.Product)))
            .ForMember(i => i.Image, o => o.MapFrom(s => new ShopeeImages(s.Product.Images.Select(p => p.MediaId!).ToArray())))
            .ForMember(i => i.LogisticInfo, o => o.MapFrom(s => s.Channels))
            .ForMember(i => i.Brand, o => o.MapFrom(s => new ShopeeBrand(0, s.NoBrand)))
            .ForMember(i => i.AttributeList, o => o.MapFrom(s => Attributes(s)))
            .ForMember(i => i.SellerStock, o => o.MapFrom(s => new[] { new ShopeeStock(s.Product.StockUnits) }))
            .ForMember(i => i.ItemStatus, o => o.MapFrom(_ => "NORMAL"))
            .ForMember(i => i.ItemSku, o => o.MapFrom(s => s.Product.SellerSku))
            .ForMember(i => i.Condition, o => o.MapFrom(_ => "NEW"));

    public static decimal Kilograms(CanonicalProduct product) => product.WeightGrams / 1000m;

    private static ShopeeDimension? Dimension(CanonicalProduct product) =>
        (PlatformJson.WholeCm(product.LengthCm), PlatformJson.WholeCm(product.WidthCm), PlatformJson.WholeCm(product.HeightCm)) is
            ({ } length, { } width, { } height)
            ? new(length, width, height)
            : null;

    /// <summary>A value of one's own has the value id 0. Null: the file knows no attribute that this category demands.</summary>
    private static IReadOnlyList<ShopeeAttribute>? Attributes(ShopeeSource source)
    {
        IReadOnlyList<ShopeeAttribute> attributes = [.. from a in ListingFacts.Demanded(source.Product, source.Profile)
            let id = ShopeeSource.Number(a.Id)
            where id is not null
            select new ShopeeAttribute(id.Value, [new ShopeeAttributeValue(0, a.Value)])];
        return attributes.Count == 0 ? null : attributes;
    }
}
