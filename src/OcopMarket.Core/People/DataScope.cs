using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OcopMarket.Core.People;

/// <summary>Whose rows somebody may reach: those of one producer, of some administrative units, all, or none. Both the policies of the program
/// and the row security of the database follow it. Written as <c>producer:12</c>, <c>units:84,29398</c>, <c>all</c>, or nothing at all.</summary>
public sealed record DataScope
{
    private const string ProducerWord = "producer:";
    private const string UnitsWord = "units:";

    private DataScope(string text) => Text = text;

    /// <summary>No row. What holds where nobody said anything.</summary>
    public static DataScope None { get; } = new("");

    /// <summary>Admins, and what runs without a person.</summary>
    public static DataScope All { get; } = new("all");

    /// <summary>As the database reads it in <c>app.scope</c>.</summary>
    public string Text { get; }

    /// <summary>Set for a business.</summary>
    public long? ProducerId => Text.StartsWith(ProducerWord, StringComparison.Ordinal)
        ? long.Parse(Text.AsSpan(ProducerWord.Length), CultureInfo.InvariantCulture)
        : null;

    /// <summary>Codes of provinces (all their communes) or communes, ordered; empty unless the scope is made of units.</summary>
    public IReadOnlyList<string> Units => Text.StartsWith(UnitsWord, StringComparison.Ordinal) ? Text[UnitsWord.Length..].Split(',') : [];

    /// <param name="id">Positive.</param>
    public static DataScope Producer(long id) => id > 0
        ? new(string.Create(CultureInfo.InvariantCulture, $"{ProducerWord}{id}"))
        : throw new ArgumentOutOfRangeException(nameof(id), id, "A producer's id is positive.");

    /// <param name="codes">Digits only, as the register of units writes them; none is no row.</param>
    /// <exception cref="FormatException">A code is not made of digits.</exception>
    public static DataScope OfUnits(IEnumerable<string> codes)
    {
        var ordered = codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return ordered.Length == 0 ? None
            : Array.Find(ordered, c => !IsCode(c)) is { } wrong ? throw new FormatException($"'{wrong}' is no code of a unit.")
            : new($"{UnitsWord}{string.Join(',', ordered)}");
    }

    /// <summary>Exact: what is not one of the four forms is refused, never read as more than it says.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DataScope? scope)
    {
        scope = text switch
        {
            "" => None,
            "all" => All,
            not null when text.StartsWith(ProducerWord, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(ProducerWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
                => Producer(id),
            not null when text.StartsWith(UnitsWord, StringComparison.Ordinal) && Array.TrueForAll(text[UnitsWord.Length..].Split(','), IsCode)
                => OfUnits(text[UnitsWord.Length..].Split(',')),
            _ => null,
        };
        return scope is not null;
    }

    public override string ToString() => Text;

    private static bool IsCode(string text) => text is { Length: > 0 and <= 10 } && text.All(char.IsAsciiDigit);
}
