using System.ComponentModel.DataAnnotations;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>Section <c>Marketplaces:Lazada</c>; defaults in <c>config/marketplaces/lazada.json</c>, part <c>connection</c>. The operator's app key and
/// secret are no settings: they lie in the vault (<c>./run vault partner lazada</c>).</summary>
public sealed class LazadaOptions : ConnectionOptions
{
    public const string Section = "Marketplaces:Lazada";

    public LazadaOptions() => BaseUrl = new("https://api.lazada.vn");

    /// <summary>Where shop owners consent and tokens are given, for all countries. Default https://auth.lazada.com. Not used while
    /// <see cref="ConnectionOptions.BaseUrl"/> is on this machine: a simulated platform gives its own.</summary>
    [Required]
    public Uri AuthUrl { get; set; } = new("https://auth.lazada.com");

    /// <summary>What a product without a brand is sent as, by name. Default No Brand, as in the documents' samples.</summary>
    [Required]
    public string NoBrand { get; set; } = "No Brand";

    /// <summary>The same by the platform's id, which the documents ask for and do not tell; set, it is sent and the name is not.</summary>
    public string? NoBrandId { get; set; }

    /// <summary>Sent as <c>partner_id</c> with each call, as the platform's own libraries do. Empty, the default: nothing is sent; set it when the
    /// platform answers MissingPartner.</summary>
    public string? PartnerTag { get; set; }

    /// <summary>The application's key, which is part of what pushes are signed over. Empty: every push is refused.</summary>
    public string? PushApp { get; set; }

    /// <summary>The application's secret, with which pushes are signed. Empty: every push is refused.</summary>
    public string? PushKey { get; set; }

    /// <summary>How old a push may be: the platform sends again every 30 minutes, 12 times. Default 7 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PushWindow { get; set; } = TimeSpan.FromHours(7);

    /// <summary>Where consents and tokens are.</summary>
    internal Uri TokensAt => BaseUrl is { IsLoopback: true } simulated ? simulated : AuthUrl;
}
