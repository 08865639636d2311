using System.Globalization;
using System.Text;

namespace OcopMarket.Sources.Export;

/// <summary>Text that a spreadsheet program would take for a formula, in files that cannot say what is text. Such a cell gets an apostrophe
/// in front, and our reader of the same files takes it away again.</summary>
/// <remarks>A tab in front, as others do, can be got round: programs that trim it evaluate the rest.</remarks>
internal static class SpreadsheetText
{
    private const char Mark = '\'';

    public static string Guard(string text)
    {
        var plain = Plain(text);
        return NeedsMark(plain) ? Mark + plain : plain;
    }

    /// <summary>The text as it was before <see cref="Guard"/>; any other text as it is.</summary>
    public static ReadOnlySpan<char> Unguard(ReadOnlySpan<char> cell) =>
        cell.Length > 1 && cell[0] == Mark && NeedsMark(cell[1..]) ? cell[1..] : cell;

    /// <summary>Without what no text file or XML can carry: control characters but tab and line feed, and halves of characters.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control || rune.Value is '\t' or '\n')
            {
                plain.Append(rune.Value is 0xFFFE or 0xFFFF ? "" : rune.ToString());
            }
        }

        return plain.ToString();
    }

    /// <summary>By the first sign that is seen: what lies before it, a program may trim. A mark of the text's own counts, so that it is not
    /// taken for ours.</summary>
    private static bool NeedsMark(ReadOnlySpan<char> text)
    {
        if (text is ['\t' or '\n', ..])
        {
            return true;
        }

        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)
            {
                return c is '=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20' or '\uFE62' or '\uFE63' or '\uFE66' or '\uFE6B'
                    or '\u2212' or Mark;
            }
        }

        return false;
    }
}
