using OcopMarket.Sources.Export;
using OcopMarket.Sources.Normalising;
using OcopMarket.Sources.Tables;
using Sylvan.Data.Csv;

namespace OcopMarket.Sources.Csv;

/// <summary>Rows of a CSV file that has been inspected.</summary>
internal sealed class CsvReader(CsvShape shape, SourceSettings settings) : IRowInput
{
    private readonly TableSummary _summary = new();

    public string ContentHash => shape.ContentHash;

    public IEnumerable<SourceRow> Rows()
    {
        foreach (var row in new TableReader(new Grid(null, 0, GridRows(), FixedWidth: true), _summary).Rows())
        {
            yield return row;
        }

        if (!_summary.HasTable)
        {
            throw Refusals.HeaderNotFound();
        }
    }

    public string Describe() =>
        $"CSV {shape.Encoding.WebName}, dấu phân cách {(shape.Delimiter == '\t' ? "tab" : $"\"{shape.Delimiter}\"")}. {_summary}";

    public void Dispose()
    {
    }

    internal IEnumerable<GridRow> GridRows()
    {
        using var text = new StreamReader(SourceFile.Open(settings.Path), shape.Encoding, detectEncodingFromByteOrderMarks: true);
        using var reader = CsvDataReader.Create(text, new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = shape.Delimiter,
            CsvStyle = CsvStyle.Lax,
            ResultSetMode = ResultSetMode.SingleResult,
            BufferSize = 1 << 16,
            MaxBufferSize = settings.Limits.CellCharacters * 20,
            Culture = System.Globalization.CultureInfo.InvariantCulture,
        });
        for (var rows = 0; Read(reader, rows); rows = reader.RowNumber)
        {
            yield return Row(reader);
        }

    }

    private static bool Read(CsvDataReader reader, int rows)
    {
        try
        {
            return reader.Read();
        }
        catch (Exception error) when (error is CsvFormatException or CsvRecordTooLargeException or InvalidDataException)
        {
            throw Refusals.CsvQuote(rows + 1, error);
        }
    }

    private GridRow Row(CsvDataReader reader)
    {
        if (reader.RowFieldCount > settings.Limits.Columns)
        {
            throw Refusals.TooLarge($"hơn {settings.Limits.Columns} cột", $"more than {settings.Limits.Columns} columns");
        }

        var cells = new CellValue[reader.RowFieldCount];
        for (var column = 0; column < cells.Length; column++)
        {
            cells[column] = CellValue.OfText(new string(SpreadsheetText.Unguard(reader.GetFieldSpan(column))));
        }

        return new GridRow(reader.RowNumber, cells, null, cells);
    }

    /// <summary>Reads the whole file once: it must be well formed, and its last row as wide as all the others.</summary>
    /// <exception cref="SourceException">Malformed; or only the last row is too short.</exception>
    public CsvReader Checked(CancellationToken cancellationToken)
    {
        var (widest, narrow, last) = (0, 0, default(GridRow));
        foreach (var row in GridRows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row.OwnColumns().Any())
            {
                narrow = row.Cells.Length > widest ? (widest == 0 ? 0 : narrow + 1) : narrow
                    + (row.Cells.Length < widest ? 1 : 0);
                (widest, last) = (Math.Max(widest, row.Cells.Length), row);
            }
        }

        var isShort = last is not null && narrow == 1 && last.Cells.Length < widest
            && !Headings.Begins(last.Cells[last.OwnColumns().First()].Folded, Headings.Default.Totals);
        return isShort ? throw Refusals.CsvCut(last!.Number) : this;
    }
}
