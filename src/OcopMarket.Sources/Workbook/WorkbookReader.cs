using System.Security.Cryptography;
using System.Text;
using ExcelDataReader;
using OcopMarket.Sources.Normalising;
using OcopMarket.Sources.Tables;

namespace OcopMarket.Sources.Workbook;

/// <summary>Rows of a workbook that has been inspected, sheet after sheet.</summary>
internal sealed class WorkbookReader : IRowInput
{
    private readonly SourceSettings _settings;
    private readonly WorkbookBudget _budget;
    private readonly IExcelDataReader _reader;
    private readonly TableSummary _summary = new();
    private readonly HashSet<string> _wanted;

    static WorkbookReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public WorkbookReader(byte[] content, SourceSettings settings, WorkbookBudget budget)
    {
        _settings = settings;
        _budget = budget;
        _wanted = [.. settings.Sheets ?? []];
        ContentHash = Convert.ToHexStringLower(SHA256.HashData(content));
        _reader = Guarded(() => ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(content, writable: false)));
    }

    public string ContentHash { get; }

    public IEnumerable<SourceRow> Rows()
    {
        var index = 0;
        do
        {
            if (Reads(_reader.Name))
            {
                foreach (var row in new TableReader(new Grid(_reader.Name, index, SheetRows()), _summary).Rows())
                {
                    yield return row;
                }
            }

            index++;
        }
        while (Guarded(_reader.NextResult));

        if (_wanted.Count > 0)
        {
            throw Refusals.SheetMissing(_wanted.First());
        }

        if (!_summary.HasTable)
        {
            throw Refusals.HeaderNotFound();
        }
    }

    /// <summary>The visible sheets, each to be read before the next.</summary>
    internal IEnumerable<Grid> VisibleSheets()
    {
        var index = 0;
        do
        {
            if (_reader.VisibleState == "visible")
            {
                yield return new Grid(_reader.Name, index, SheetRows());
            }

            index++;
        }
        while (Guarded(_reader.NextResult));
    }

    public string Describe() => _summary.ToString();

    public void Dispose() => _reader.Dispose();

    private bool Reads(string sheet)
    {
        if (_settings.Sheets is not null)
        {
            return _wanted.Remove(sheet) || PassOver(sheet, "không chọn");
        }

        return _reader.VisibleState == "visible" || PassOver(sheet, "trang ẩn");
    }

    private bool PassOver(string sheet, string why)
    {
        _summary.PassOver(sheet, why);
        return false;
    }

    private IEnumerable<GridRow> SheetRows()
    {
        var merges = new MergedCells(_reader.MergeCells, _settings.Limits.Columns);
        for (var number = 1; Guarded(_reader.Read); number++)
        {
            yield return merges.Apply(number, Cells());
        }
    }

    private CellValue[] Cells()
    {
        var limit = _settings.Limits.Columns;
        var cells = new CellValue[Math.Min(_reader.FieldCount, limit)];
        for (var column = 0; column < cells.Length; column++)
        {
            cells[column] = CellValue.Of(_reader.GetValue(column));
        }

        for (var column = limit; column < _reader.FieldCount; column++)
        {
            if (_reader.GetValue(column) is not (null or ""))
            {
                throw Refusals.TooLarge($"hơn {limit} cột", $"more than {limit} columns");
            }
        }

        return cells;
    }

    // The reader meets files that no Excel wrote: whatever it trips over means that the file is damaged.
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            _budget.RequireTime();
            return _budget.Timed(read);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or SourceException))
        {
            throw Refusals.Cut(error);
        }
    }
}
