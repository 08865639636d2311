using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>Texts and prices as they can be compared: the software encodes entities in names and rewrites mark-up.</summary>
internal static partial class WooCommerceText
{
    public static string Name(string? text) => Spaces().Replace(WebUtility.HtmlDecode(text ?? ""), " ").Trim().Normalize(NormalizationForm.FormC);

    private const decimal MostVnd = 1e13m;

    /// <summary>The words of a description without its mark-up.</summary>
    public static string Words(string? html) => Name(Tags().Replace(html ?? "", " "));

    /// <summary>Null: empty, no number, or one that is no price in dong.</summary>
    public static decimal? Price(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
            && Math.Abs(price) < MostVnd ? price : null;

    /// <summary>UTC without saying so: <c>2026-11-23T10:54:07</c>.</summary>
    public static DateTimeOffset? Time(string? text) => DateTime.TryParseExact(
        text, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        ? new DateTimeOffset(time, TimeSpan.Zero)
        : null;

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex("<[^<>]*>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tags();
}
