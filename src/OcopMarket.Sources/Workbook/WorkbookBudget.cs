using System.Xml;

namespace OcopMarket.Sources.Workbook;

/// <summary>Counts what a workbook makes the reader hold, and stops at the budget.</summary>
internal sealed class WorkbookBudget(SourceLimits limits)
{
    private const int LastRow = 1_048_576;
    private const int LastColumn = 16_384;
    private long _inflated;
    private long _shared;
    private int _cells;
    private int _merges;

    public void Inflated(int bytes, bool isShared)
    {
        _inflated += bytes;
        _shared += isShared ? bytes : 0;
        if (_inflated > limits.InflatedBytes || _shared > limits.SharedTextBytes)
        {
            throw Refusals.TooLarge("nội dung sau khi giải nén quá lớn", "its content is too large after inflating");
        }
    }

    /// <summary>Cells and shared texts count alike: each is an object in memory.</summary>
    public void Element(XmlReader reader, bool isSheet)
    {
        switch (reader.LocalName)
        {
            case "si":
                Count(ref _cells, limits.Cells, "quá nhiều ô", "too many cells");
                break;
            case "c" when isSheet:
                Count(ref _cells, limits.Cells, "quá nhiều ô", "too many cells");
                CheckReference(reader.GetAttribute("r"));
                break;
            case "row" when isSheet && reader.GetAttribute("r") is { } row:
                CheckReference("A" + row);
                break;
            case "mergeCell" when isSheet:
                Count(ref _merges, limits.MergedRanges, "quá nhiều ô gộp", "too many merged cells");
                foreach (var corner in (reader.GetAttribute("ref") ?? "").Split(':'))
                {
                    CheckReference(corner);
                }

                break;
        }
    }

    private static void Count(ref int counter, int limit, string vi, string en)
    {
        if (++counter > limit)
        {
            throw Refusals.TooLarge(vi, en);
        }
    }

    // A reference beyond the sheet would make the reader walk or reserve up to there.
    private static void CheckReference(string? reference)
    {
        if (reference is null)
        {
            return;
        }

        var (column, row, index) = (0, 0, 0);
        for (; index < reference.Length && char.IsAsciiLetter(reference[index]) && column <= LastColumn; index++)
        {
            column = (column * 26) + (char.ToUpperInvariant(reference[index]) - 'A' + 1);
        }

        var isNumber = reference.Length - index is > 0 and <= 7 && int.TryParse(
            reference.AsSpan(index), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out row);
        if (!isNumber || column is < 1 or > LastColumn || row is < 1 or > LastRow)
        {
            throw new InvalidDataException(reference.Length > 20 ? reference[..20] : reference);
        }
    }
}
