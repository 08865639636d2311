using System.Diagnostics.CodeAnalysis;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces;

/// <summary>What was found for a platform's refusal.</summary>
/// <param name="Key">The dictionary's key; <see cref="ErrorDictionary.Other"/> when nothing matches.</param>
/// <param name="Known">False: the entry is the platform's own text, and staff must look.</param>
public sealed record ErrorMatch(string Key, ErrorEntry Entry, bool Known)
{
    /// <summary>The sentence in Vietnamese, or in English for <c>en</c>.</summary>
    public string Text(string language) => language == "en" ? Entry.En : Entry.Vi;
}

/// <summary>A platform's refusal in plain words: by its code first, then by how its text begins (folded, the longest key wins).</summary>
[SuppressMessage("Naming", "CA1711", Justification = "A dictionary in the reader's sense: code to sentence.")]
public sealed class ErrorDictionary
{
    /// <summary>The key of what no entry matches.</summary>
    public const string Other = "other";

    private readonly IReadOnlyDictionary<string, ErrorEntry> _entries;
    private readonly (string Folded, string Key)[] _beginnings;

    public ErrorDictionary(MarketplaceProfile profile)
    {
        _entries = profile.Errors;
        _beginnings = [.. profile.Errors.Keys.Select(k => (VietnameseText.Fold(k), k)).OrderByDescending(k => k.Item1.Length)];
    }

    public ErrorMatch Find(string? code, string? text)
    {
        if (code is { Length: > 0 } && _entries.TryGetValue(code, out var entry))
        {
            return new(code, entry, Known: true);
        }

        var folded = VietnameseText.Fold(text);
        var key = folded.Length == 0 ? null : _beginnings.FirstOrDefault(b => Begins(folded, b.Folded)).Key;
        return key is null ? Unknown(code, text) : new(key, _entries[key], Known: true);
    }

    private static bool Begins(string text, string beginning) =>
        text.StartsWith(beginning, StringComparison.Ordinal) && (text.Length == beginning.Length || text[beginning.Length] == ' ');

    private static ErrorMatch Unknown(string? code, string? text)
    {
        var raw = string.Join(": ", new[] { code, text }.Where(t => !string.IsNullOrWhiteSpace(t)));
        return new(Other, new("item", Severity.Blocking, "state", Party.Staff, raw, raw), Known: false);
    }
}
