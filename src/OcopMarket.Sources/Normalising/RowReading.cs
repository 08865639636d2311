using System.Globalization;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>Takes values out of one row and remembers the first thing that is wrong with it.</summary>
internal sealed class RowReading(SourceRow row)
{
    private static readonly HashSet<Field> Values =
    [
        Field.Stars, Field.Recognition, Field.Year, Field.DecisionNo, Field.DecisionDate, Field.IssuedOn, Field.ExpiresOn,
            Field.IssuedDaysAgo,
        Field.ExpiresInDays, Field.PriceVnd, Field.SalePriceVnd, Field.StockUnits, Field.WeightGrams, Field.LengthCm,
            Field.WidthCm,
        Field.HeightCm, Field.Dimensions, Field.CriteriaSetNo, Field.Gtin,
    ];

    public RowProblem? Problem { get; private set; } = row.Problem;

    public SourceRow Row => row;

    /// <summary>Cells longer than any number, day or rating are not looked into: patterns are for short texts.</summary>
    public CellValue Cell(Field field)
    {
        var cell = row.Cells.TryGetValue(field, out var found) ? found.Value : CellValue.Blank;
        if (cell.Text.Length <= 300 || !Values.Contains(field))
        {
            return cell;
        }

        Reject(field, "text_too_long", Reasons.ValueTooLong);
        return CellValue.Blank;
    }

    /// <summary>One line of text; null for blank cells and the signs that stand for blank.</summary>
    public string? Text(Field field) => VietnameseText.Clean(Cell(field).Text) is { } text && text is not ("-" or "–" or "—")
        ? text : null;

    public string? Lines(Field field) => Cell(field).Text is { Length: > 0 } text ? text : null;

    /// <summary>Folded heading of a column, where units may stand.</summary>
    public string Hint(Field field) => row.Cells.TryGetValue(field, out var cell) ? VietnameseText.Fold(cell.Heading) : "";

    public T? Take<T>(Field field, Parsed<T> parsed, string code, (string Vi, string En) reason)
        where T : struct
    {
        Require(!parsed.Unreadable, field, code, reason);
        return parsed.Unreadable ? null : parsed.Value;
    }

    /// <summary>The reason follows the quoted cell: what is wrong with it and what to do.</summary>
    public void Require(bool holds, Field field, string code, (string Vi, string En) reason)
    {
        if (!holds && Problem is null)
        {
            var cell = VietnameseText.Clean(Cell(field).Text) ?? "";
            var quoted = cell.Length <= 40 ? cell : cell[..39] + "…";
            Problem = new RowProblem(
                field, code, string.Create(CultureInfo.InvariantCulture, $"\"{quoted}\" {reason.Vi}"),
                string.Create(CultureInfo.InvariantCulture, $"\"{quoted}\" {reason.En}"));
        }
    }

    public void Reject(Field field, string code, (string Vi, string En) reason) =>
        Problem ??= new RowProblem(field, code, reason.Vi, reason.En);

    /// <summary>Heading of the column as it stands in the file, else our name of the field.</summary>
    public string ColumnOf(Field field) =>
        row.Cells.TryGetValue(field, out var cell) ? cell.Heading : char.ToLowerInvariant(field.ToString()[0])
            + field.ToString()[1..];
}
