using System.ComponentModel.DataAnnotations;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>Section <c>Marketplaces:Postmart</c>; defaults in <c>config/marketplaces/postmart.json</c>, part <c>connection</c>.</summary>
public sealed class PostmartOptions : ConnectionOptions
{
    public const string Section = "Marketplaces:Postmart";

    /// <summary>The platform's public key (PEM text) for callbacks. Empty: every callback is refused.</summary>
    public string? CallbackPublicKey { get; set; }

    /// <summary>How old a callback's <c>sendDate</c> may be: the platform sends again for an hour. Default 75 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan CallbackWindow { get; set; } = TimeSpan.FromMinutes(75);
}
