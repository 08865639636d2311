using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OcopMarket.Core;

/// <summary>Enum values as they stand in tables, settings and JSON: lower case with underscores (<c>InReview</c> is <c>in_review</c>,
/// <c>Potential5Star</c> is <c>potential_5_star</c>). Reflection happens once per type.</summary>
public static class Words
{
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enum's.</exception>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        Names<T>.ByValue.TryGetValue(value, out var text)
            ? text
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"No {typeof(T).Name}.");

    /// <summary>Exact: neither case nor blanks are forgiven, a stored word is ours.</summary>
    /// <exception cref="FormatException">No value of the enum is written like that.</exception>
    public static T Parse<T>(string text)
        where T : struct, Enum =>
        TryParse<T>(text, out var value) ? value : throw new FormatException($"'{text}' is no {typeof(T).Name}.");

    public static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text is not null && Names<T>.ByText.TryGetValue(text, out value);
    }

    /// <summary>All words of an enum, in the order of its values.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Names<T>.InOrder;

    private static string Snake(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var starts = char.IsUpper(name[i]) || (char.IsDigit(name[i]) && i > 0 && !char.IsDigit(name[i - 1]));
            if (starts && i > 0)
            {
                result.Append('_');
            }

            result.Append(char.ToLower(name[i], CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue =
            Enum.GetValues<T>().ToFrozenDictionary(v => v, v => Snake(v.ToString()));

        public static readonly FrozenDictionary<string, T> ByText =
            ByValue.ToFrozenDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

        public static readonly IReadOnlyList<string> InOrder = [.. Enum.GetValues<T>().Select(v => ByValue[v])];
    }
}
