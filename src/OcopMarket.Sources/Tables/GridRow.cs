using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tables;

/// <summary>One row of a sheet or a CSV file.</summary>
/// <param name="Number">1-based, as the file counts.</param>
/// <param name="Cells">By column. A cell that is merged over several rows stands in each of them, in its first column.</param>
/// <param name="Own">Which cells the row itself holds; the others come from a merged cell of a row above. Null: all.</param>
/// <param name="Spread">Cells with merged ones in every column that they cover. For headings.</param>
internal sealed record GridRow(int Number, CellValue[] Cells, bool[]? Own, CellValue[] Spread)
{
    public bool Owns(int column) => !Cells[column].IsBlank && (Own is null || Own[column]);

    public CellValue At(int column) => column < Cells.Length ? Cells[column] : CellValue.Blank;

    public CellValue SpreadAt(int column) => column < Spread.Length ? Spread[column] : CellValue.Blank;

    public IEnumerable<int> OwnColumns() => Enumerable.Range(0, Cells.Length).Where(Owns);
}

/// <summary>One sheet, or the whole of a CSV file.</summary>
/// <param name="Name">Null for CSV.</param>
/// <param name="FixedWidth">Rows wider than the heading are broken (CSV).</param>
internal sealed record Grid(string? Name, int Index, IEnumerable<GridRow> Rows, bool FixedWidth = false);
