using System.Text.Json;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>What headings mean: <c>config/sources/headings.json</c>, carried inside the assembly. A whole heading beats a part
/// of one, a
/// longer part beats a shorter.</summary>
internal sealed class Headings
{
    private const int Whole = 10_000;
    private readonly Dictionary<string, Field> _whole = new(StringComparer.Ordinal);
    private readonly List<(string Part, Field Field)> _parts = [];
    private readonly List<(string[] Names, Headings Below)> _groups = [];

    public static Headings Default { get; } = Load();

    public string[] Totals { get; private init; } = [];
    public string[] Signatures { get; private init; } = [];
    public string[] NoPlace { get; private init; } = [];

    /// <summary>Folded name -> name, of all provinces before and after 2025-07-01.</summary>
    public Dictionary<string, string> Provinces { get; private init; } = [];

    /// <summary>Folded names of the cities that are provinces.</summary>
    public HashSet<string> Cities { get; private init; } = [];

    /// <summary>Meaning of a heading and how sure it is; null when the dictionary does not know it.</summary>
    public (Field Field, int Score)? Find(string? heading)
    {
        var folded = VietnameseText.Fold(heading);
        if (folded.Length is 0 or > 150)
        {
            return null;
        }

        if (_whole.TryGetValue(folded, out var field))
        {
            return (field, Whole + folded.Length);
        }

        (Field, int)? best = null;
        var length = 0;
        foreach (var (part, meaning) in _parts)
        {
            if (part.Length > length && HasWords(folded, part))
            {
                (best, length) = ((meaning, part.Length), part.Length);
            }
        }

        return best;
    }

    /// <summary>Meaning of a heading that stands under a wider one: "Số" under "Quyết định công nhận".</summary>
    public (Field Field, int Score)? Find(string? above, string? below)
    {
        if (string.IsNullOrEmpty(below) || above == below)
        {
            return Find(above);
        }

        if (Group(above)?.Find(below) is { } inGroup)
        {
            return (inGroup.Field, Whole + inGroup.Score);
        }

        var (alone, joined) = (Find(below), Find($"{above} {below}"));
        return (joined?.Score ?? 0) >= Whole || alone is null ? joined : alone;
    }

    /// <summary>Whether a folded text begins with one of the folded phrases; a phrase with = must be the whole text.</summary>
    public static bool Begins(string folded, string[] phrases) => Array.Exists(
        phrases,
        phrase => phrase[0] == '='
            ? folded.AsSpan().SequenceEqual(phrase.AsSpan(1))
            : folded.StartsWith(phrase, StringComparison.Ordinal)
                && (folded.Length == phrase.Length || folded[phrase.Length] == ' '));

    private Headings? Group(string? above)
    {
        var folded = VietnameseText.Fold(above);
        return _groups
            .SelectMany(group => group.Names.Where(name => HasWords(folded, name)).Select(name => (name.Length, group.Below)))
            .OrderByDescending(found => found.Length).Select(found => found.Below).FirstOrDefault();
    }

    private static bool HasWords(string text, string words)
    {
        for (var at = text.IndexOf(words, StringComparison.Ordinal); at >= 0; at = text.IndexOf(words, at + 1,
            StringComparison.Ordinal))
        {
            var end = at + words.Length;
            if ((at == 0 || text[at - 1] == ' ') && (end == text.Length || text[end] == ' '))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(JsonElement headings)
    {
        foreach (var entry in headings.EnumerateObject())
        {
            var field = Enum.Parse<Field>(entry.Name, ignoreCase: true);
            foreach (var phrase in Phrases(entry.Value))
            {
                _whole.TryAdd(phrase.TrimStart('='), field);
                if (phrase[0] != '=')
                {
                    _parts.Add((phrase, field));
                }
            }
        }
    }

    private static string[] Phrases(JsonElement list) => list.EnumerateArray().Select(item => item.GetString()!)
        .Select(text => text[0] == '=' ? "=" + VietnameseText.Fold(text) : VietnameseText.Fold(text)).ToArray();

    private static Headings Load()
    {
        using var stream = typeof(Headings).Assembly.GetManifestResourceStream("headings.json")
            ?? throw new InvalidOperationException("headings.json is not inside the assembly");
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var result = new Headings
        {
            Totals = Phrases(root.GetProperty("totals")),
            Signatures = Phrases(root.GetProperty("signatures")),
            NoPlace = Phrases(root.GetProperty("noPlace")),
            Provinces = root.GetProperty("provinces").EnumerateArray().Select(item => item.GetString()!)
                .ToDictionary(VietnameseText.Fold),
            Cities = [.. Phrases(root.GetProperty("cities"))],
        };
        result.Add(root.GetProperty("headings"));
        foreach (var group in root.GetProperty("groups").EnumerateArray())
        {
            var below = new Headings();
            below.Add(group.GetProperty("headings"));
            result._groups.Add((Phrases(group.GetProperty("names")), below));
        }

        return result;
    }
}
