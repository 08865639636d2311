using System.Text.RegularExpressions;

namespace OcopMarket.Sources.Normalising;

/// <summary>"Quyết định số 612/QĐ-UBND ngày 30/3/2021" taken apart.</summary>
internal static partial class DecisionText
{
    /// <summary>Number without the words before it and without blanks around its signs; day when the cell names one.</summary>
    public static (string? Number, DateOnly? Day) Read(CellValue cell)
    {
        if (cell.IsBlank || cell.Folded is "" or "khong" or "chua co" or "chua ro")
        {
            return (null, cell.Day);
        }

        if (cell.Day is { } day)
        {
            return (null, day);
        }

        var number = Number().Match(cell.Text);
        if (number.Success)
        {
            var rest = cell.Text.Remove(number.Index, number.Length);
            return (Blanks().Replace(number.Value, "$1"), DateText.Find(rest));
        }

        return DateText.Find(cell.Text) is { } found
            ? (Rest(Label().Replace(cell.Text, "")), found)
            : (Rest(Label().Replace(cell.Text, "")), null);
    }

    // Only a day in the cell: no number. "612 ngày 30/3/2021": the number is what stands before the word for day.
    private static string? Rest(string text)
    {
        var before = DayPart().Replace(text, "").Trim(' ', ',', ';', '(', ')', '.');
        return before.Length == 0 ? null : before;
    }

    [GeneratedRegex(@"[0-9]+[A-Za-z]?\s*/\s*(?:[0-9]{4}\s*/\s*)?(?=\p{L})[\p{L}0-9]+(?:\s*[-–/]\s*\p{L}[\p{L}0-9]*)*", RegexOptions.None, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"\s*([-–/])\s*", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^\s*(?:quyết\s+định|qđ)?\s*(?:số)?\s*:?\s*", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"(?:,?\s*ngày\b.*|[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}\s*[-/.]\s*[0-9]{2,4}.*|[0-9]{4}-[0-9]{2}-[0-9]{2}.*)$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex DayPart();
}
