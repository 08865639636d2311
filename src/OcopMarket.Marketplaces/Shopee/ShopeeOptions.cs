using System.ComponentModel.DataAnnotations;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Section <c>Marketplaces:Shopee</c>; defaults in <c>config/marketplaces/shopee.json</c>, part <c>connection</c>. The operator's partner id
/// and key are no settings: they lie in the vault (<c>./run vault partner shopee</c>).</summary>
public sealed class ShopeeOptions : ConnectionOptions
{
    public const string Section = "Marketplaces:Shopee";

    public ShopeeOptions() => BaseUrl = new("https://partner.shopeemobile.com");

    /// <summary>Where shop owners consent. Default https://open.shopee.com/auth.</summary>
    [Required]
    public Uri ConsentUrl { get; set; } = new("https://open.shopee.com/auth");

    /// <summary>Where buyers find an item: shop and item are written behind it. Not in the platform's documents, so a setting.</summary>
    [Required]
    public Uri ItemUrl { get; set; } = new("https://shopee.vn/product");

    /// <summary>What a product without a brand is sent as: the documents write two words for it. Default NoBrand.</summary>
    [Required]
    public string NoBrand { get; set; } = "NoBrand";

    /// <summary>The push address exactly as it stands in the platform's console: it is part of what is signed. Empty: every push is refused.</summary>
    public Uri? PushUrl { get; set; }

    /// <summary>What pushes are signed with: the push partner key of the console, else the partner key. Empty: every push is refused.</summary>
    public string? PushKey { get; set; }

    /// <summary>How old a push may be: the platform sends again after 5 minutes, 30 minutes and 3 hours. Default 4 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PushWindow { get; set; } = TimeSpan.FromHours(4);
}
