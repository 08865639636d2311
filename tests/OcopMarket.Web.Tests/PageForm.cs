using System.Net;
using System.Text.RegularExpressions;

namespace OcopMarket.Web.Tests;

/// <summary>A form as a page shows it, with what stands in it.</summary>
/// <param name="Action">Where it goes.</param>
/// <param name="Fields">Names with the values that a browser would send; each choice of a list and each button once.</param>
internal sealed partial record PageForm(string Action, IReadOnlyList<(string Name, string Value)> Fields)
{
    private const string Proof = "__RequestVerificationToken";

    public string? Handler => Fields.FirstOrDefault(f => f.Name == "_handler").Value;

    /// <summary>What a person may fill in, or what the page carries along.</summary>
    public IEnumerable<(string Name, string Value)> Own => Fields.Where(f => f.Name is not ("_handler" or Proof));

    /// <param name="path">Of the page, with its query.</param>
    public static IReadOnlyList<PageForm> Of(string path, string html) => [.. Form().Matches(html)
        .Where(m => Attribute(m.Groups["tag"].Value, "method")?.Equals("post", StringComparison.OrdinalIgnoreCase) == true)
        .Select(m => new PageForm(Attribute(m.Groups["tag"].Value, "action") is { Length: > 0 } action ? action : path, Read(m.Groups["body"].Value)))];

    private static List<(string Name, string Value)> Read(string body) =>
    [
        .. Input().Matches(body).Select(m => m.Value).Select(tag => (Name: Attribute(tag, "name") ?? "", Value: Attribute(tag, "value") ?? "1")),
        .. Area().Matches(body).Select(m => (Name: Attribute(m.Groups["tag"].Value, "name") ?? "", Value: WebUtility.HtmlDecode(m.Groups["body"].Value))),
        .. Choice().Matches(body).Select(m => (
            Name: Attribute(m.Groups["tag"].Value, "name") ?? "",
            Value: Option().Matches(m.Groups["body"].Value).Select(o => Attribute(o.Value, "value") ?? "").FirstOrDefault(v => v.Length > 0) ?? "")),
    ];

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("(?<tag><form\\b[^>]*>)(?<body>.*?)</form>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Form();

    [GeneratedRegex("<(input|button)\\b[^>]*\\sname=\"[^>]*>", RegexOptions.None, 5000)]
    private static partial Regex Input();

    [GeneratedRegex("(?<tag><textarea\\b[^>]*>)(?<body>.*?)</textarea>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Area();

    [GeneratedRegex("(?<tag><select\\b[^>]*>)(?<body>.*?)</select>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Choice();

    [GeneratedRegex("<option\\b[^>]*>", RegexOptions.None, 5000)]
    private static partial Regex Option();
}
