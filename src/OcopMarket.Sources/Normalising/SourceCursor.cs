using System.Globalization;

namespace OcopMarket.Sources.Normalising;

/// <summary>Place of the last row of a page that was applied, and of which file.</summary>
/// <param name="File">First 12 letters of the file's hash: a cursor means nothing in another file.</param>
internal readonly record struct SourceCursor(string File, int Sheet, int Row)
{
    /// <exception cref="SourceException">The cursor is of another file.</exception>
    public static SourceCursor Read(string? text, string contentHash)
    {
        var file = contentHash[..12];
        if (text is null)
        {
            return new(file, 0, 0);
        }

        var parts = text.Split(':');
        return parts.Length == 3 && parts[0] == file
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sheet)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var row)
                ? new(file, sheet, row)
                : throw Refusals.Changed();
    }

    public bool IsBefore(SourceRow row) => (row.Sheet, row.Position.Row).CompareTo((Sheet, Row)) > 0;

    public SourceCursor At(SourceRow row) => this with { Sheet = row.Sheet, Row = row.Position.Row };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Sheet}:{Row}");
}
