using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tables;

/// <summary>Finds the heading by what it says, over one or two rows. Pages before it (cover, title) are passed over.</summary>
internal static class HeaderFinder
{
    /// <summary>The heading begins within this many rows of a sheet.</summary>
    public const int Within = 40;

    /// <summary>The heading that begins at a row; null when that row is none.</summary>
    public static TableHeader? At(GridRow row, GridRow? next)
    {
        var one = Map(row, null);
        var two = next is not null && IsBelow(row, next) ? Map(row, next) : null;
        // A title or a blank line over a heading adds nothing to it: then the heading begins with the next row.
        var best = two is not null && Known(two) > Known(one) && Known(two) > Known(Map(OwnOnly(next!), null)) ? two : one;
        return best.Of(Field.ProductName) is not null && Known(best) >= 2 ? best : null;
    }

    private static GridRow OwnOnly(GridRow row) =>
        row with { Cells = [.. row.Cells.Select((cell, column) => row.Owns(column) ? cell : CellValue.Blank)] };

    private static int Known(TableHeader header) => header.Columns.Count(column => column.Field is not null)
        + header.StarColumns().Count();

    // A second heading row has words only, and stands under a wide heading or in gaps; its words mostly mean something there.
    private static bool IsBelow(GridRow row, GridRow next)
    {
        var own = next.OwnColumns().ToArray();
        if (own.Length == 0
            || own.Any(column => next.Cells[column].Number is not null || next.Cells[column].Text.Any(char.IsAsciiDigit)
            && !TableHeader.IsStar(next.Cells[column].Text)))
        {
            return false;
        }

        var known = own.Count(column => Headings.Default.Find(Above(row, next, column), next.Cells[column].Text) is not null
            || TableHeader.IsStar(next.Cells[column].Text));
        return known * 2 >= own.Length && own.All(column => IsUnderGroup(row, next, column));
    }

    private static bool IsUnderGroup(GridRow row, GridRow next, int column)
    {
        var above = row.SpreadAt(column);
        return above.IsBlank
            || row.SpreadAt(column + 1) == above || (column > 0 && row.SpreadAt(column - 1) == above)
            || (row.At(column + 1).IsBlank && column + 1 < next.Cells.Length && next.Owns(column + 1));
    }

    /// <summary>The wider heading over a column: merged, or the nearest one to the left when the cells between are
    /// empty.</summary>
    private static string Above(GridRow row, GridRow next, int column)
    {
        if (row.SpreadAt(column) is { IsBlank: false } own)
        {
            return own.Text;
        }

        for (var left = column - 1; left >= 0 && left < next.Cells.Length && next.Owns(left); left--)
        {
            if (row.SpreadAt(left) is { IsBlank: false } wider)
            {
                return wider.Text;
            }
        }

        return "";
    }

    private static TableHeader Map(GridRow row, GridRow? next)
    {
        var width = Math.Max(row.Spread.Length, next?.Cells.Length ?? 0);
        var found = new (string Heading, Field? Field, int Score)[width];
        for (var column = 0; column < width; column++)
        {
            var below = next is not null && column < next.Cells.Length && next.Owns(column) ? next.Cells[column].Text : "";
            var above = below.Length > 0 ? Above(row, next!, column) : next is null ? row.At(column).Text : row.SpreadAt(column)
                .Text;
            var meaning = TableHeader.IsStar(below.Length > 0 ? below : above) ? null : Headings.Default.Find(above, below);
            var heading = below.Length == 0 || below == above ? above : above.Length == 0 ? below : $"{above} - {below}";
            found[column] = (heading.Replace('\n', ' '), meaning?.Field, meaning?.Score ?? 0);
        }

        return new TableHeader(Unique(found), next is null ? 1 : 2);
    }

    // Two columns of one meaning: the surer one has it, the other is kept as an unknown heading.
    private static TableColumn[] Unique((string Heading, Field? Field, int Score)[] found)
    {
        var columns = new TableColumn[found.Length];
        var taken = new HashSet<Field>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var index in Enumerable.Range(0, found.Length).OrderByDescending(index => found[index].Score)
            .ThenBy(index => index))
        {
            var (heading, field, _) = found[index];
            var keeps = field is { } meaning && (meaning == Field.Unused || taken.Add(meaning)) ? field : null;
            var name = heading.Length == 0 ? $"Cột {TableHeader.Letters(index)}" : heading;
            columns[index] = new(names.Add(name) ? name : $"{name} ({TableHeader.Letters(index)})", keeps, heading.Length > 0);
        }

        return columns;
    }
}
