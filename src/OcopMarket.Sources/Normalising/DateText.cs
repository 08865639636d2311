using System.Globalization;
using System.Text.RegularExpressions;

namespace OcopMarket.Sources.Normalising;

/// <summary>A day, or only its year.</summary>
internal readonly record struct DayOrYear(DateOnly? Day, int? Year);

/// <summary>Days as lists write them: 30/3/2021, 30-03-2021, 2021-03-30, "ngày 30 tháng 3 năm 2021", serial numbers, a year
/// alone.
/// Day before month, always.</summary>
internal static partial class DateText
{
    private static readonly string[] Usual = ["yyyy-MM-dd", "dd/MM/yyyy"];

    public static Parsed<DayOrYear> Read(CellValue cell)
    {
        if (cell.Day is { } day)
        {
            return new DayOrYear(day, null);
        }

        if (cell.Number is { } number)
        {
            return OfNumber(number);
        }

        return cell.IsBlank || cell.Folded is "" or "khong" or "khong ro" or "chua ro" or "chua co" ? Parsed<DayOrYear>.None
            : OfText(cell.Text);
    }

    /// <summary>The day named anywhere in a text; null when there is none or it is no day of the calendar.</summary>
    public static DateOnly? Find(string text)
    {
        var match = Iso().Match(text);
        match = match.Success ? match : Slashed().Match(text);
        match = match.Success ? match : Spelled().Match(text);
        return match.Success ? Day(match) : null;
    }

    private static Parsed<DayOrYear> OfText(string text)
    {
        // Nearly every day of a long list is written in one of these two ways, which the patterns below read alike.
        if (DateOnly.TryParseExact(text, Usual, CultureInfo.InvariantCulture, DateTimeStyles.None, out var usual) && usual.Year is >= 1900 and <= 2200)
        {
            return new DayOrYear(usual, null);
        }

        if ((Whole(Iso(), text) ?? Whole(Slashed(), text) ?? Whole(Spelled(), text)) is { } match)
        {
            return Day(match) is { } day ? new DayOrYear(day, null) : Parsed<DayOrYear>.Bad;
        }

        var year = YearOnly().Match(text);
        return year.Success ? new DayOrYear(null, Number(year.Groups["y"])) : Parsed<DayOrYear>.Bad;
    }

    private static Parsed<DayOrYear> OfNumber(decimal number) => number switch
    {
        >= 1900 and <= 2200 when number == decimal.Truncate(number) => new DayOrYear(null, (int)number),
        >= 20_000 and <= 80_000 => new DayOrYear(DateOnly.FromDateTime(DateTime.FromOADate((double)number)), null),
        _ => Parsed<DayOrYear>.Bad,
    };

    private static Match? Whole(Regex regex, string text)
    {
        var match = regex.Match(text);
        return match.Success && Around().IsMatch(text.Remove(match.Index, match.Length)) ? match : null;
    }

    private static DateOnly? Day(Match match)
    {
        var year = Number(match.Groups["y"]);
        year = year < 100 ? year + 2000 : year;
        var (month, day) = (Number(match.Groups["m"]), Number(match.Groups["d"]));
        return year is >= 1900 and <= 2200 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : null;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<!\d)(?<y>[0-9]{4})[-/.](?<m>[0-9]{1,2})[-/.](?<d>[0-9]{1,2})(?:[T ]\s*[0-9:.]+Z?)?(?!\d)", RegexOptions.None, 1000)]
    private static partial Regex Iso();

    [GeneratedRegex(@"(?<!\d)(?<d>[0-9]{1,2})\s*[-/.]\s*(?<m>[0-9]{1,2})\s*[-/.]\s*(?<y>[0-9]{4}|[0-9]{2})(?:\s+[0-9]{1,2}:[0-9:]+)?(?!\d)", RegexOptions.None, 1000)]
    private static partial Regex Slashed();

    [GeneratedRegex(@"(?<!\d)(?<d>[0-9]{1,2})\s+th[áa]ng\s+(?<m>[0-9]{1,2})[,\s]+n[ăa]m\s+(?<y>[0-9]{4})(?!\d)",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Spelled();

    [GeneratedRegex(@"^(?:(?:th[áa]ng\s*)?[0-9]{1,2}\s*[-/.]\s*)?(?:n[ăa]m\s*)?(?<y>[0-9]{4})$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex YearOnly();

    [GeneratedRegex(@"^\s*(?:ngày)?\s*[.,;]?\s*$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Around();
}
