using System.Text;

namespace OcopMarket.Core.Listings;

/// <summary>A plain description as HTML of p, ul and li only, everything else escaped.
/// Lines that begin with -, *, + or • become a list.</summary>
public static class ListingHtml
{
    public static string FromPlain(string? text)
    {
        var html = new StringBuilder();
        var inList = false;
        foreach (var line in (text ?? "").Split('\n').Select(Printable).Where(l => l.Length > 0))
        {
            var isItem = line is ['-' or '*' or '+' or '•' or '–', _, _, ..] && char.IsWhiteSpace(line[1]);
            if (isItem != inList)
            {
                html.Append(isItem ? "<ul>" : "</ul>");
                inList = isItem;
            }

            html.Append(isItem ? $"<li>{Escape(line[1..])}</li>" : $"<p>{Escape(line)}</p>");
        }

        return html.Append(inList ? "</ul>" : "").ToString();
    }

    private static string Printable(string line) => string.Concat(line.Where(c => !char.IsControl(c))).Trim();

    // Only what HTML needs: A general encoder would also turn some letters into numeric entities and lengthen the text.
    private static string Escape(string text) => text.Trim()
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
