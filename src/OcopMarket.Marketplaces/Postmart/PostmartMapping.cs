using AutoMapper;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>A product together with what the platform's file says of its category and attributes.</summary>
internal sealed record PostmartSource(CanonicalProduct Product, MarketplaceProfile Profile)
{
    public string? CategoryId => Product.CriteriaSetNo is { } set ? Profile.Categories.GetValueOrDefault(set) : null;
}

/// <summary>Canonical product -> the sheet's item.</summary>
internal sealed class PostmartMapping : Profile
{
    private const int ShortLength = 500;

    public PostmartMapping()
    {
        CreateMap<PostmartSource, PostmartItem>()
            .ForMember(i => i.ItemCode, o => o.MapFrom(s => s.Product.SellerSku))
            .ForMember(i => i.Name, o => o.MapFrom(s => s.Product.Title))
            .ForMember(i => i.CategoryId, o => o.MapFrom(s => s.CategoryId))
            .ForMember(i => i.ShortDescription, o => o.MapFrom(s => ShortText(s.Product)))
            .ForMember(i => i.Description, o => o.MapFrom(s => ListingHtml.FromPlain(s.Product.Description)))
            .ForMember(i => i.Price, o => o.MapFrom(s => PlatformJson.Whole(s.Product.PriceVnd)))
            .ForMember(i => i.SalePrice, o => o.MapFrom(s => Sale(s.Product)))
            .ForMember(i => i.Quantity, o => o.MapFrom(s => s.Product.StockUnits))
            .ForMember(i => i.Weight, o => o.MapFrom(s => s.Product.WeightGrams))
            .ForMember(i => i.Length, o => o.MapFrom(s => PlatformJson.WholeCm(s.Product.LengthCm)))
            .ForMember(i => i.Width, o => o.MapFrom(s => PlatformJson.WholeCm(s.Product.WidthCm)))
            .ForMember(i => i.Height, o => o.MapFrom(s => PlatformJson.WholeCm(s.Product.HeightCm)))
            .ForMember(i => i.Unit, o => o.MapFrom(s => s.Product.Unit))
            .ForMember(i => i.Brand, o => o.MapFrom(s => s.Product.Brand))
            .ForMember(i => i.Origin, o => o.MapFrom(s => s.Product.Origin))
            .ForMember(i => i.Gtin, o => o.MapFrom(s => s.Product.Gtin))
            .ForMember(i => i.Images, o => o.MapFrom(s => s.Product.Images.Select(image => image.MediaId)))
            .ForMember(i => i.Ocop, o => o.MapFrom(s => Mark(s.Product.Claim)))
            .ForMember(i => i.Attributes, o => o.MapFrom(s => Attributes(s)))
            .ForMember(i => i.Submit, o => o.MapFrom(_ => true));
        CreateMap<CanonicalProduct, PostmartPrice>()
            .ForCtorParam(nameof(PostmartPrice.ItemCode), o => o.MapFrom(p => p.SellerSku))
            .ForCtorParam(nameof(PostmartPrice.Price), o => o.MapFrom(p => PlatformJson.Whole(p.PriceVnd)))
            .ForCtorParam(nameof(PostmartPrice.SalePrice), o => o.MapFrom(p => Sale(p)));
        CreateMap<CanonicalProduct, PostmartStock>()
            .ForCtorParam(nameof(PostmartStock.ItemCode), o => o.MapFrom(p => p.SellerSku))
            .ForCtorParam(nameof(PostmartStock.Quantity), o => o.MapFrom(p => p.StockUnits));
    }

    private static long? Sale(CanonicalProduct product) => product.SalePriceVnd is { } sale ? PlatformJson.Whole(sale) : null;

    /// <summary>The platform demands a short description. Where the owner wrote none it is the description's first line, cut at a
    /// word.</summary>
    private static string ShortText(CanonicalProduct product)
    {
        var firstLine = product.Description.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0);
        var text = product.ShortDescription ?? firstLine ?? product.Title;
        if (text.Length <= ShortLength)
        {
            return text;
        }

        var end = text.LastIndexOf(' ', ShortLength - 1);
        return $"{text[..(end > 0 ? end : ShortLength - 1)]}…";
    }

    private static PostmartOcop? Mark(OcopClaim? claim) => claim is null
        ? null
        : new(claim.Stars, claim.CertificateNo, PostmartClock.Write(claim.IssuedOn), PostmartClock.Write(claim.ExpiresOn));

    private static IReadOnlyList<PostmartAttribute> Attributes(PostmartSource source) =>
        [.. ListingFacts.Demanded(source.Product, source.Profile).Select(a => new PostmartAttribute(a.Id, a.Value))];
}
