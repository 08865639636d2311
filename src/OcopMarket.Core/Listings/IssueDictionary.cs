using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OcopMarket.Core.Listings;

/// <summary>What an issue code of ours means: who must act, on which fields, and the sentence in both languages with {0}, {1}.</summary>
public sealed record IssueEntry(Severity Severity, Party Owner, IReadOnlyList<string> Fields, string Vi, string En)
{
    /// <summary>The sentence in Vietnamese, or in English for <c>en</c>. A placeholder without an argument is left empty.</summary>
    public string Text(string language, IReadOnlyList<string> args)
    {
        var padded = new object[10];
        for (var i = 0; i < padded.Length; i++)
        {
            padded[i] = i < args.Count ? args[i] : "";
        }

        return string.Format(CultureInfo.InvariantCulture, language == "en" ? En : Vi, padded);
    }
}

/// <summary>Our own issue codes (<c>config/issues.json</c>).</summary>
[SuppressMessage("Naming", "CA1711", Justification = "A dictionary in the reader's sense: code to sentence.")]
public sealed class IssueDictionary
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    private readonly FrozenDictionary<string, IssueEntry> _entries;

    public IssueDictionary(IReadOnlyDictionary<string, IssueEntry> entries) => _entries = entries.ToFrozenDictionary(StringComparer.Ordinal);

    public IEnumerable<string> Codes => _entries.Keys;

    /// <exception cref="FormatException">The text is no dictionary; the message is one sentence.</exception>
    public static IssueDictionary Parse(string json)
    {
        try
        {
            return new(JsonSerializer.Deserialize<Dictionary<string, IssueEntry>>(json, Json) ?? []);
        }
        catch (JsonException e)
        {
            throw new FormatException($"issues.json: {e.Path ?? "$"} cannot be read; compare it with the entry before it.", e);
        }
    }

    /// <summary>Null for a code that is not ours.</summary>
    public IssueEntry? Find(string code) => _entries.GetValueOrDefault(code);

    /// <summary>The sentence of a finding; for an unknown code the platform's own words, else the code.</summary>
    public string Text(IssueFinding finding, string language) =>
        Find(finding.Code)?.Text(language, finding.Args) ?? finding.Raw ?? finding.Code;

    /// <summary>A finding with the severity, owner and fields that the dictionary gives its code.</summary>
    /// <exception cref="KeyNotFoundException">The code is not in the dictionary: a mistake of ours.</exception>
    public IssueFinding Finding(string code, params IReadOnlyList<string> args)
    {
        var entry = _entries[code];
        return new(code, entry.Severity, entry.Owner, entry.Fields, args);
    }
}
