using System.Text;

namespace OcopMarket.Data.Catalog;

/// <summary>Our own reference files: comma-separated, quotes doubled, first line names the columns, UTF-8. Not for files of other people.</summary>
internal static class CsvTable
{
    /// <returns>One dictionary per line, column -> text; empty cells are null.</returns>
    /// <exception cref="FormatException">A line has another number of cells than the heading.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string?>> Parse(string text)
    {
        var lines = Cells(text.TrimStart('\uFEFF')).ToList();
        if (lines.Count == 0)
        {
            throw new FormatException("The file is empty.");
        }

        var heading = lines[0];
        return [.. lines.Skip(1).Select((cells, i) => cells.Count == heading.Count
            ? heading.Zip(cells).ToDictionary(p => p.First, p => p.Second.Length == 0 ? null : p.Second, StringComparer.Ordinal)
            : throw new FormatException(FormattableString.Invariant($"Record {i + 2} has {cells.Count} cells, the heading {heading.Count}.")))];
    }

    private static IEnumerable<List<string>> Cells(string text)
    {
        var line = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append(text[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (quoted || c is not (',' or '\n' or '\r'))
            {
                cell.Append(c);
            }
            else if (c != '\r')
            {
                line.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    yield return line;
                    line = [];
                }
            }
        }

        if (line.Count > 0 || cell.Length > 0)
        {
            line.Add(cell.ToString());
            yield return line;
        }
    }
}
