using OcopMarket.Core.Catalog;
using OcopMarket.Sources.Csv;
using OcopMarket.Sources.Normalising;
using OcopMarket.Sources.Tables;
using OcopMarket.Sources.Workbook;

namespace OcopMarket.Sources.Accounts;

/// <summary>One row under its heading.</summary>
/// <param name="Seq">Among all rows of the file, from 1.</param>
internal sealed record ListRow<TField>(int Seq, ListHeading<TField> Heading, GridRow Grid)
    where TField : struct, Enum
{
    public CellValue this[TField field] => Heading.Columns.TryGetValue(field, out var column) ? Grid.At(column) : CellValue.Blank;

    /// <summary>Null when the cell is blank.</summary>
    public string? Text(TField field) => this[field] is { IsBlank: false } cell ? cell.Text : null;
}

/// <param name="Names">All headings of the row, as written.</param>
internal sealed record ListHeading<TField>(IReadOnlyDictionary<TField, int> Columns, IReadOnlyList<string> Names)
    where TField : struct, Enum
{
    /// <summary>As the file calls it, or our word.</summary>
    public string NameOf(TField field) => Columns.TryGetValue(field, out var column) ? Names[column] : field.ToString();
}

/// <summary>A plain list, CSV or workbook: one heading row, then a row for each thing. Columns may stand in any order; their headings may be
/// Vietnamese with or without marks, or English.</summary>
/// <param name="names">Folded heading -> field.</param>
/// <param name="required">A row with all of these is the heading.</param>
internal sealed class ListTable<TField>(
    IReadOnlyDictionary<string, TField> names, IReadOnlyList<TField> required, (string Vi, string En) wanted)
    where TField : struct, Enum
{
    /// <summary>Looks the whole file through first: a file that is cut or damaged gives no row.</summary>
    /// <exception cref="SourceException">The file as a whole is unusable.</exception>
    public IEnumerable<ListRow<TField>> Read(string path, SourceLimits limits, CancellationToken cancellationToken)
    {
        var settings = new SourceSettings { Key = "list", Path = path, Kind = ProductSources.KindOf(path), Limits = limits };
        var file = SourceFile.Inspect(settings);
        switch (settings.Kind)
        {
            case SourceKind.Csv:
                using (var csv = new CsvReader(CsvInspection.Check(settings, cancellationToken), settings))
                {
                    return Rows([new Grid(null, 0, csv.Checked(cancellationToken).GridRows())], null);
                }

            case SourceKind.Workbook when file.Length <= limits.WorkbookBytes:
                var content = SourceFile.ReadAll(path);
                var budget = new WorkbookBudget(limits, TimeProvider.System);
                WorkbookInspection.Check(content, budget, cancellationToken);
                var workbook = new WorkbookReader(content, settings, budget);
                return Rows(workbook.VisibleSheets(), workbook);
            case SourceKind.Workbook:
                throw Refusals.TooLarge($"tệp lớn hơn {limits.WorkbookBytes >> 20} MB", $"larger than {limits.WorkbookBytes >> 20} MB");
            default:
                throw Refusals.WrongType("NDJSON", "NDJSON", SourceKind.Csv);
        }
    }

    private IEnumerable<ListRow<TField>> Rows(IEnumerable<Grid> grids, IDisposable? opened)
    {
        using var close = opened;
        var (seq, found) = (0, false);
        foreach (var grid in grids)
        {
            ListHeading<TField>? heading = null;
            foreach (var row in grid.Rows)
            {
                if (heading is null)
                {
                    if (row.Number > HeaderFinder.Within)
                    {
                        break;
                    }

                    heading = HeadingOf(row);
                    found |= heading is not null;
                }
                else if (Array.Exists(row.Cells, c => !c.IsBlank))
                {
                    yield return new(++seq, heading, row);
                }
            }
        }

        if (!found)
        {
            throw Refusals.ColumnsNotFound(wanted.Vi, wanted.En);
        }
    }

    private ListHeading<TField>? HeadingOf(GridRow row)
    {
        var columns = new Dictionary<TField, int>();
        for (var column = 0; column < row.Cells.Length; column++)
        {
            if (names.TryGetValue(row.Cells[column].Folded, out var field))
            {
                columns.TryAdd(field, column);
            }
        }

        return required.All(columns.ContainsKey)
            ? new(columns, [.. row.Cells.Select((c, i) => c.IsBlank ? $"Cột {TableHeader.Letters(i)}" : c.Text.Replace('\n', ' '))])
            : null;
    }

    /// <summary>Headings as people write them -> field.</summary>
    public static Dictionary<string, TField> Fold(IEnumerable<(TField Field, string[] Names)> fields) => fields
        .SelectMany(f => f.Names, (f, name) => (f.Field, Name: VietnameseText.Fold(name)))
        .DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Field, StringComparer.Ordinal);
}
