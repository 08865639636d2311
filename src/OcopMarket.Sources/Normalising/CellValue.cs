using System.Globalization;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>One cell: its text (never null, clean), and its number or day when the file holds it as such.</summary>
internal readonly record struct CellValue(string Text, decimal? Number = null, DateOnly? Day = null)
{
    public static readonly CellValue Blank = new("");

    public bool IsBlank => string.IsNullOrEmpty(Text);

    public string Folded => VietnameseText.Fold(Text);

    public static CellValue Of(object? value) => value switch
    {
        null or DBNull => Blank,
        string text => OfText(text),
        DateTime time => OfTime(time),
        TimeSpan span => new(span.ToString("c", CultureInfo.InvariantCulture)),
        bool flag => new(flag ? "TRUE" : "FALSE"),
        double number => OfNumber(number),
        IConvertible number => OfNumber(number.ToDouble(CultureInfo.InvariantCulture)),
        _ => OfText(value.ToString()),
    };

    /// <summary>Line breaks stay: descriptions have them.</summary>
    public static CellValue OfText(string? text) => VietnameseText.CleanLines(text) is { } clean ? new(clean) : Blank;

    public static CellValue OfNumber(decimal number) =>
        new(number.ToString("0.##########", CultureInfo.InvariantCulture), number);

    // Fifteen digits are what a spreadsheet shows; the rest is the binary fraction's noise.
    private static CellValue OfNumber(double number) =>
        double.IsFinite(number) && Math.Abs(number) < 1e15
            ? OfNumber(Math.Round((decimal)number, 10))
            : new(number.ToString("R", CultureInfo.InvariantCulture));

    private static CellValue OfTime(DateTime time) => new(
        time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null, DateOnly.FromDateTime(time));
}
