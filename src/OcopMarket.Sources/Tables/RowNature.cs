using System.Text.RegularExpressions;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tables;

internal enum RowNature { Data, Blank, Section, Total, Signature, Remark }

/// <summary>Tells products from what else stands in a list: sections, totals, signatures, remarks, blank lines.</summary>
internal static partial class RowNatures
{
    public static RowNature Of(GridRow row, TableHeader header)
    {
        var running = header.Of(Field.Running);
        var own = row.OwnColumns().ToArray();
        var texts = own.Where(column => column != running || !IsRunning(row.Cells[column])).ToArray();
        if (texts.Length == 0)
        {
            return own.Length == 0 || running is not null && IsArabic(row.At(running.Value)) ? RowNature.Blank : RowNature.Remark;
        }

        var first = row.Cells[texts[0]];
        var numbered = IsNumbered(row, header);
        if (!numbered && Headings.Begins(first.Folded, Headings.Default.Totals))
        {
            return RowNature.Total;
        }

        if (!numbered && texts.Any(column => IsSignature(row.Cells[column])))
        {
            return RowNature.Signature;
        }

        if (Label(row, header) is { } label)
        {
            return IsSection(row, header, label, texts) ? RowNature.Section
                : texts.Length == 1 && (texts[0] == running || RemarkText().IsMatch(label)) ? RowNature.Remark
                : RowNature.Data;
        }

        return RowNature.Data;
    }

    /// <summary>The words of a row that has nothing but one text, a number of order and a count; null for any other
    /// row.</summary>
    public static string? Label(GridRow row, TableHeader header)
    {
        var running = header.Of(Field.Running);
        var texts = row.OwnColumns()
            .Where(column => (column != running || !IsRunning(row.Cells[column])) && !CountText().IsMatch(row.Cells[column].Text))
                .ToArray();
        return texts.Length == 1 && row.Cells[texts[0]] is { Number: null, Text.Length: <= 300 }
            && (texts[0] == running || texts[0] == 0 || texts[0] == header.Of(Field.ProductName)
                || (running is { } at && texts[0] == at + 1))
            ? row.Cells[texts[0]].Text
            : null;
    }

    private static bool IsSection(GridRow row, TableHeader header, string label, int[] texts) =>
        SectionText.IsPlace(label)
        || (header.Of(Field.Running) is { } running && row.Owns(running) && Roman().IsMatch(row.Cells[running].Text))
        || RomanBefore().IsMatch(label)
        || (!IsNumbered(row, header) && SectionText.Read(label) is not null && (texts.Length > 1 || IsWide(row)));

    // Merged over several columns: the same text spreads to the right.
    private static bool IsWide(GridRow row) =>
        row.OwnColumns().FirstOrDefault() is var first && row.SpreadAt(first + 1) == row.At(first) && !row.At(first).IsBlank;

    private static bool IsSignature(CellValue cell) =>
        Headings.Begins(cell.Folded, Headings.Default.Signatures) || PlaceAndDay().IsMatch(cell.Folded);

    /// <summary>Whether the row has a number of order, as products have.</summary>
    public static bool IsNumbered(GridRow row, TableHeader header) => header.Of(Field.Running) is { } running
        && IsArabic(row.At(running));

    private static bool IsRunning(CellValue cell) => IsArabic(cell) || Roman().IsMatch(cell.Text);

    private static bool IsArabic(CellValue cell) => cell.Number is not null || Arabic().IsMatch(cell.Text);

    /// <summary>A row that numbers the columns: "(1) (2) (3)", "A B 1 2".</summary>
    public static bool NumbersColumns(GridRow row, TableHeader header) =>
        row.OwnColumns().Count() >= 3 && header.Of(Field.ProductName) is { } name && row.At(name) is { IsBlank: false }
        && row.OwnColumns().All(column => ColumnNumber().IsMatch(row.Cells[column].Text));

    [GeneratedRegex(@"^(?:[IVXLC]+|[A-H])[.)]?$", RegexOptions.None, 1000)]
    private static partial Regex Roman();

    [GeneratedRegex(@"^(?:[IVXLC]+|[A-H])[.)]\s+\S", RegexOptions.None, 1000)]
    private static partial Regex RomanBefore();

    [GeneratedRegex(@"^[0-9]+(?:\.[0-9]+)*[.)]?$", RegexOptions.None, 1000)]
    private static partial Regex Arabic();

    [GeneratedRegex(@"^\(?(?:[0-9]{1,2}|[A-Za-z])\)?$", RegexOptions.None, 1000)]
    private static partial Regex ColumnNumber();

    [GeneratedRegex(@"^(?:[0-9]{1,3}|\(?[0-9]+\s*(?:sản phẩm|sp|chủ thể)\)?)$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CountText();

    [GeneratedRegex(@"^\(?\s*(?:ghi chú|lưu ý|chú thích|nguồn)\s*:", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex RemarkText();

    [GeneratedRegex(@"^[a-z ]{0,40}\bngay( \d{1,2})? thang( \d{1,2})? nam \d{4}$", RegexOptions.None, 1000)]
    private static partial Regex PlaceAndDay();
}
