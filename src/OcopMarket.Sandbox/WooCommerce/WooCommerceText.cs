using System.Text.RegularExpressions;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>What the software does to texts before it keeps them.</summary>
internal static partial class WooCommerceText
{
    /// <summary>An ampersand that begins no entity becomes one; tags go.</summary>
    public static string Name(string text) => Ampersand().Replace(Tag().Replace(text, ""), "&amp;").Trim();

    /// <summary>Scripts and frames go, their text stays.</summary>
    public static string Description(string html) => Forbidden().Replace(html, "");

    [GeneratedRegex("&(?![A-Za-z][A-Za-z0-9]*;|#[0-9]+;|#x[0-9A-Fa-f]+;)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ampersand();

    [GeneratedRegex("</?[A-Za-z][^>]*>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("</?(?:script|iframe)\\b[^>]*>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Forbidden();
}
