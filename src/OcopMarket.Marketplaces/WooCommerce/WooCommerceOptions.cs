using System.ComponentModel.DataAnnotations;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>Section <c>Marketplaces:WooCommerce</c>; defaults in <c>config/marketplaces/woocommerce.json</c>, part <c>connection</c>.
/// <see cref="ConnectionOptions.BaseUrl"/> stays empty but for shops that are simulated on this machine.</summary>
public sealed class WooCommerceOptions : ConnectionOptions
{
    public const string Section = "Marketplaces:WooCommerce";

    /// <summary>What every shop's own webhook secret is made from (see <see cref="WooCommerceWebhook"/>). Empty: every webhook is refused.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>How old the change may be that a webhook tells of: shops send out of a background queue. What comes later is found by polling.
    /// Default 75 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan WebhookWindow { get; set; } = TimeSpan.FromMinutes(75);
}
