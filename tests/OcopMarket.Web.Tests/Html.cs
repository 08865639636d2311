using System.Net;
using System.Text.RegularExpressions;

namespace OcopMarket.Web.Tests;

/// <summary>Just enough reading of our own pages.</summary>
internal static partial class Html
{
    public static void AssertNothingInline(string html)
    {
        foreach (Match tag in Tag().Matches(html))
        {
            Assert.DoesNotMatch(InlineAttribute(), tag.Value);
            if (tag.Value.StartsWith("<script", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Contains(" src=\"/assets/", tag.Value, StringComparison.Ordinal);
            }

            Assert.False(tag.Value.StartsWith("<style", StringComparison.OrdinalIgnoreCase), "inline style");
        }

        Assert.DoesNotMatch(Elsewhere(), html);
    }

    public static IEnumerable<string> Links(string html) => Address().Matches(html)
        .Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Where(l => l.StartsWith('/')).Select(l => l.Split('#')[0]);

    /// <summary>Links whose whole text is a number.</summary>
    public static List<(string Link, int Number)> Numbers(string html) => [.. NumberLink().Matches(html)
        .Select(m => (WebUtility.HtmlDecode(m.Groups[1].Value), int.Parse(m.Groups[2].Value.Replace(".", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture)))];

    public static string VisibleText(string html) => WebUtility.HtmlDecode(Tag().Replace(Coded().Replace(html, " "), " "));

    [GeneratedRegex("<[a-zA-Z!/](?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s(style|on[a-z]+)\s*=\s*[""']", RegexOptions.IgnoreCase)]
    private static partial Regex InlineAttribute();

    [GeneratedRegex(@"(src|<link[^>]*href)=""(https?:)?//", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex("(?:href|src|action)=\"([^\"]+)\"")]
    private static partial Regex Address();

    [GeneratedRegex("<a href=\"([^\"]+)\">(?:<strong>)?([\\d.]+)(?:</strong>)?</a>")]
    private static partial Regex NumberLink();

    [GeneratedRegex("<(code|pre|title)\\b[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Coded();
}
