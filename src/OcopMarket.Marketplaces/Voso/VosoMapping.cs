using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>A change together with what the platform's file says of its category and attributes.</summary>
internal sealed record VosoSource(CanonicalProduct Product, MarketplaceProfile Profile, long? ProductId)
{
    /// <summary>An update leaves price and stock to their own call.</summary>
    public bool IsCreate => ProductId is null;

    public long CategoryId => long.Parse(Profile.Categories[Product.CriteriaSetNo ?? 0], CultureInfo.InvariantCulture);
}

/// <summary>Canonical product -> the sheet's product.</summary>
internal sealed class VosoMapping : Profile
{
    public VosoMapping() => CreateMap<VosoSource, VosoProduct>()
        .ForMember(p => p.ProductId, o => o.MapFrom(s => s.ProductId))
        .ForMember(p => p.MerchantSku, o => o.MapFrom(s => s.Product.SellerSku))
        .ForMember(p => p.ProductName, o => o.MapFrom(s => s.Product.Title))
        .ForMember(p => p.CategoryId, o => o.MapFrom(s => s.CategoryId))
        .ForMember(p => p.ProductDescription, o => o.MapFrom(s => s.Product.Description))
        .ForMember(p => p.ProductPrice, o => o.MapFrom(s => s.IsCreate ? PlatformJson.Whole(s.Product.PriceVnd) : (long?)null))
        .ForMember(p => p.ProductDiscountPrice, o => o.MapFrom(s => Sale(s)))
        .ForMember(p => p.ProductQuantity, o => o.MapFrom(s => s.IsCreate ? s.Product.StockUnits : (int?)null))
        .ForMember(p => p.ProductWeight, o => o.MapFrom(s => s.Product.WeightGrams))
        .ForMember(p => p.ProductLength, o => o.MapFrom(s => PlatformJson.WholeCm(s.Product.LengthCm)))
        .ForMember(p => p.ProductWidth, o => o.MapFrom(s => PlatformJson.WholeCm(s.Product.WidthCm)))
        .ForMember(p => p.ProductHeight, o => o.MapFrom(s => PlatformJson.WholeCm(s.Product.HeightCm)))
        .ForMember(p => p.Origin, o => o.MapFrom(s => s.Product.Origin))
        .ForMember(p => p.Unit, o => o.MapFrom(s => s.Product.Unit))
        .ForMember(p => p.ImageUrls, o => o.MapFrom(s => s.Product.Images.Select(i => i.Url)))
        .ForMember(p => p.IsOcop, o => o.MapFrom(s => s.Product.Claim != null))
        .ForMember(p => p.OcopStar, o => o.MapFrom(s => Stars(s.Product.Claim)))
        .ForMember(p => p.OcopCertNo, o => o.MapFrom(s => CertificateNo(s.Product.Claim)))
        .ForMember(p => p.OcopCertExpire, o => o.MapFrom(s => Expires(s.Product.Claim)))
        .ForMember(p => p.Attributes, o => o.MapFrom(s => Attributes(s)));

    private static long? Sale(VosoSource source) =>
        source is { IsCreate: true, Product.SalePriceVnd: { } sale } ? PlatformJson.Whole(sale) : null;

    private static int? Stars(OcopClaim? claim) => claim?.Stars;

    private static string? CertificateNo(OcopClaim? claim) => claim?.CertificateNo;

    private static string? Expires(OcopClaim? claim) => claim?.ExpiresOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IReadOnlyList<VosoAttribute> Attributes(VosoSource source) =>
        [.. ListingFacts.Demanded(source.Product, source.Profile).Select(a => new VosoAttribute(a.Id, a.Value))];
}
