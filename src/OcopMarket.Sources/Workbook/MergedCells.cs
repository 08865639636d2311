using ExcelDataReader;
using OcopMarket.Sources.Normalising;
using OcopMarket.Sources.Tables;

namespace OcopMarket.Sources.Workbook;

/// <summary>Puts the content of merged cells into each row that they cover, walking down the sheet once.</summary>
internal sealed class MergedCells(CellRange[]? ranges, int columns)
{
    // A sheet's merged cells do not overlap, so no row can have more of them than columns.
    private readonly int _most = columns * 2;
    private readonly Queue<CellRange> _coming = new((ranges ?? []).Where(range => range.FromColumn < columns)
        .OrderBy(range => range.FromRow));
    private readonly List<(CellRange Range, CellValue Value)> _open = [];

    /// <param name="number">1-based row; rows come in order.</param>
    public GridRow Apply(int number, CellValue[] cells)
    {
        var row = number - 1;
        _open.RemoveAll(open => open.Range.ToRow < row);
        while (_coming.TryPeek(out var next) && next.FromRow <= row)
        {
            _open.Add((_coming.Dequeue(), next.FromColumn < cells.Length ? cells[next.FromColumn] : CellValue.Blank));
        }

        if (_open.Count > _most)
        {
            throw Refusals.TooLarge("ô gộp chồng lên nhau", "merged cells overlap");
        }

        return _open.Count == 0 ? new GridRow(number, cells, null, cells) : Spread(number, row, cells);
    }

    private GridRow Spread(int number, int row, CellValue[] cells)
    {
        var own = Array.ConvertAll(cells, cell => !cell.IsBlank);
        var spread = (CellValue[])cells.Clone();
        foreach (var (range, value) in _open)
        {
            for (var column = range.FromColumn; column <= range.ToColumn && column < cells.Length; column++)
            {
                spread[column] = value;
            }

            if (range.FromRow < row && range.FromColumn < cells.Length && cells[range.FromColumn].IsBlank)
            {
                cells[range.FromColumn] = value;
            }
        }

        return new GridRow(number, cells, own, spread);
    }
}
