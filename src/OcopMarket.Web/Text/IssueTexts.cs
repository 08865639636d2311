using OcopMarket.Core;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces;

namespace OcopMarket.Web.Text;

/// <summary>Sentences from our dictionary and from the platforms' (<c>config/issues.json</c>, <c>config/marketplaces/*.json</c>).</summary>
internal sealed class IssueTexts(IssueDictionary ours, MarketplaceProfiles profiles) : IIssueTexts
{
    private readonly Dictionary<string, ErrorDictionary> _platforms =
        profiles.Keys.ToDictionary(k => k.Value, k => new ErrorDictionary(profiles.Get(k)), StringComparer.Ordinal);

    public IssueText Describe(string code, IReadOnlyList<string> args, string? raw, string language)
    {
        if (ours.Find(code) is { } entry)
        {
            return new(entry.Text(language, args), Known: true);
        }

        var dot = code.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && _platforms.TryGetValue(code[..dot], out var platform) && platform.Find(code[(dot + 1)..], raw) is { Known: true } match)
        {
            return new(match.Text(language), Known: true);
        }

        return new(Unknown(code, language), Known: false);
    }

    private static string Unknown(string code, string language) =>
        Texts.Get("error.unknown_code", language)!.Replace("{0}", code, StringComparison.Ordinal);
}

/// <summary>Names of platforms and of their status words, from their files.</summary>
public sealed class PlatformWords(MarketplaceProfiles profiles, ConsentPlatforms consents)
{
    public IEnumerable<string> Keys => profiles.Keys.Select(k => k.Value);

    public string Name(string marketplace) => Find(marketplace)?.Name ?? consents.Find(marketplace)?.Name ?? marketplace;

    /// <summary>What a shop's owner types here; null: its shops have no login of their own that could be given here.</summary>
    public OwnerLogin? LoginOf(string marketplace) => Find(marketplace)?.OwnerLogin;

    /// <summary>What we know of its interface is not from the platform's own published papers.</summary>
    public bool IsProvisional(string marketplace) => Find(marketplace)?.Contract.Mark is Mark.Provisional;

    /// <summary>The same as a word: documented, provisional or unknown.</summary>
    public string MarkOf(string marketplace) => Words.Of(Find(marketplace)?.Contract.Mark ?? Mark.Unknown);

    /// <summary>The platform's status in its own words with its name beside it; just the words where the file does not know them.</summary>
    public string Status(string marketplace, string raw) =>
        Find(marketplace)?.StatusNames.GetValueOrDefault(raw) is { } name ? $"{raw} ({name})" : raw;

    private MarketplaceProfile? Find(string marketplace) =>
        profiles.Keys.Contains(new(marketplace)) ? profiles.Get(new(marketplace)) : null;
}
