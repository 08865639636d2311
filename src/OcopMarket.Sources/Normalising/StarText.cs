using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;

namespace OcopMarket.Sources.Normalising;

/// <summary>Stars as people write them: "4", "4 sao", "Bốn sao", "Hạng 4 sao", "★★★★", "****", "Tiềm năng 5 sao".</summary>
internal static partial class StarText
{
    private static readonly Dictionary<string, int> Words = new[]
    {
        "1 mot one", "2 hai two", "3 ba three", "4 bon tu four", "5 nam five",
    }.SelectMany(line => line.Split(' ').Select(word => (word, Stars: line[0] - '0')))
        .ToDictionary(x => x.word, x => x.Stars, StringComparer.Ordinal);

    /// <summary>Words that may stand beside the number without changing it. Anything else makes the cell unreadable.</summary>
    private static readonly HashSet<string> Beside =
    [
        "sao", "hang", "dat", "ocop", "cap", "tinh", "huyen", "quoc", "gia", "san", "pham", "nang", "xep", "phan", "tiem",
            "cong", "nhan",
        "danh", "lai", "loai", "star", "stars", "potential", "chuan",
    ];

    /// <summary>The star and, where the cell says more, the kind of recognition. Potential five stars is no star.</summary>
    public static (Parsed<int> Stars, RecognitionKind? Kind) Read(CellValue cell)
    {
        if (cell.IsBlank || IsNone(cell.Text))
        {
            return (Parsed<int>.None, null);
        }

        if (Symbols(cell.Text) is { } symbols)
        {
            return (symbols is >= 1 and <= 5 ? symbols : Parsed<int>.Bad, null);
        }

        var words = cell.Number is { } number && number == decimal.Truncate(number) ? [cell.Text] : Tokens(cell.Text);
        var found = words.Where(Words.ContainsKey).Select(word => Words[word]).Distinct().ToArray();
        if (found.Length != 1 || words.Any(word => !Words.ContainsKey(word) && !Beside.Contains(word)))
        {
            return (Parsed<int>.Bad, null);
        }

        var text = string.Join(' ', words);
        if (text.Contains("tiem nang", StringComparison.Ordinal) || text.Contains("potential", StringComparison.Ordinal))
        {
            return found[0] == 5 ? (Parsed<int>.None, RecognitionKind.PotentialFiveStar) : (Parsed<int>.Bad, null);
        }

        return (found[0], KindIn(text));
    }

    private static RecognitionKind? KindIn(string text) =>
        text.Contains("nang hang", StringComparison.Ordinal) ? RecognitionKind.Upgraded
        : text.Contains("danh gia lai", StringComparison.Ordinal) || text.Contains("cong nhan lai", StringComparison.Ordinal)
            ? RecognitionKind.ReRecognised
            : null;

    private static bool IsNone(string text) =>
        VietnameseText.Fold(text) is "" or "khong" or "khong co" or "chua" or "chua co" or "chua ro" or "chua xep hang" or "chua phan hang"
        && Symbols(text) is null;

    private static int? Symbols(string text)
    {
        var filled = text.Count(c => c is '★' or '⭐' or '*' or '✮' or '✭' or '✯');
        return filled > 0 && text.All(c => c is '★' or '⭐' or '*' or '✮' or '✭' or '✯' or '☆' or '✩' or ' ' or '\uFE0F') ? filled
            : null;
    }

    private static string[] Tokens(string text) =>
        VietnameseText.Fold(Decimals().Replace(Symbol().Replace(text, " sao "), "$1"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("[★⭐*☆\uFE0F]", RegexOptions.None, 1000)]
    private static partial Regex Symbol();

    [GeneratedRegex(@"\b([1-5])[.,]0+\b", RegexOptions.None, 1000)]
    private static partial Regex Decimals();
}
