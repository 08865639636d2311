using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Listings;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>A product together with the shop's own id of its category.</summary>
internal sealed record WooCommerceSource(CanonicalProduct Product, long CategoryId);

/// <summary>Canonical product -> the sheet's product. Weight and sides are not in it: the sheet names no field, and each shop has units of its own.</summary>
internal sealed class WooCommerceMapping : Profile
{
    public WooCommerceMapping()
    {
        CreateMap<WooCommerceSource, WooCommerceItem>()
            .ForMember(i => i.Id, o => o.Ignore())
            .ForMember(i => i.Name, o => o.MapFrom(s => s.Product.Title))
            .ForMember(i => i.Type, o => o.MapFrom(_ => "simple"))
            .ForMember(i => i.Sku, o => o.MapFrom(s => s.Product.SellerSku))
            .ForMember(i => i.RegularPrice, o => o.MapFrom(s => Text(s.Product.PriceVnd)))
            .ForMember(i => i.SalePrice, o => o.MapFrom(s => Text(s.Product.SalePriceVnd)))
            .ForMember(i => i.Description, o => o.MapFrom(s => Html(s.Product)))
            .ForMember(i => i.ManageStock, o => o.MapFrom(_ => true))
            .ForMember(i => i.StockQuantity, o => o.MapFrom(s => s.Product.StockUnits))
            .ForMember(i => i.Status, o => o.MapFrom(_ => WooCommerceStatus.Publish))
            .ForMember(i => i.Categories, o => o.MapFrom(s => new[] { new WooCommerceRef(s.CategoryId) }))
            .ForMember(i => i.Images, o => o.MapFrom(s => s.Product.Images.Select(i => Picture(i, s.Product.Title))));
    }

    private static string Text(decimal? price) => price is { } dong ? PlatformJson.Whole(dong).ToString(CultureInfo.InvariantCulture) : "";

    /// <summary>By its id where the shop has it: its address would download it again.</summary>
    private static WooCommercePicture Picture(ListingImage image, string alt) =>
        long.TryParse(image.MediaId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new(id, null, null) : new(null, image.Url, alt);

    /// <summary>The mark has no field of its own: it closes the description, and goes when the certificate ends.</summary>
    private static string Html(CanonicalProduct product) => ListingHtml.FromPlain(product.Claim is not { } claim
        ? product.Description
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{product.Description}\nSản phẩm OCOP {claim.Stars} sao, quyết định {claim.CertificateNo}, có giá trị đến ngày {claim.ExpiresOn:dd/MM/yyyy}."));
}
