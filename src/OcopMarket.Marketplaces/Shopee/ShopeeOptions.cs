using System.ComponentModel.DataAnnotations;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Section <c>Marketplaces:Shopee</c>. The operator's partner id and key are no settings: they lie in the vault
/// (<c>./run vault partner shopee</c>).</summary>
public sealed class ShopeeOptions : ConnectionOptions
{
    public const string Section = "Marketplaces:Shopee";

    public ShopeeOptions() => BaseUrl = new("https://partner.shopeemobile.com");

    /// <summary>Where shop owners consent. Default https://open.shopee.com/auth.</summary>
    [Required]
    public Uri ConsentUrl { get; set; } = new("https://open.shopee.com/auth");
}
