using System.ComponentModel.DataAnnotations;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>Section <c>Marketplaces:Voso</c>; defaults in <c>config/marketplaces/voso.json</c>, part <c>connection</c>.</summary>
public sealed class VosoOptions : ConnectionOptions
{
    public const string Section = "Marketplaces:Voso";

    /// <summary>How long to wait after a 429, which names no time. Doubling it is the caller's. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan SlowDown { get; set; } = TimeSpan.FromSeconds(2);
}
