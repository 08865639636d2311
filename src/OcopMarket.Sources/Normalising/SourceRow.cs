namespace OcopMarket.Sources.Normalising;

/// <summary>One data row before its values are read.</summary>
/// <param name="Sheet">0-based index of the sheet; 0 where there are none.</param>
/// <param name="Cells">What the row says, by meaning. Blank ones may be missing.</param>
/// <param name="Raw">Heading -> text as read, without blank cells, in the file's order.</param>
internal sealed record SourceRow(
    RowPosition Position, int Sheet, IReadOnlyDictionary<Field, FieldCell> Cells, IReadOnlyList<KeyValuePair<string, string>> Raw)
{
    /// <summary>The row cannot be taken apart at all.</summary>
    public RowProblem? Problem { get; init; }

    /// <summary>Of the line it stands on, where there are lines.</summary>
    public UInt128? LineHash { get; init; }
    public UInt128? FieldHash { get; init; }

    public IReadOnlyList<string> Images { get; init; } = [];
    public IReadOnlyList<string> Invented { get; init; } = [];
}

/// <param name="Heading">As in the file; its unit ("(kg)", "(nghìn đồng)") is used.</param>
internal readonly record struct FieldCell(CellValue Value, string Heading);
