using System.Xml;

namespace OcopMarket.Sources.Workbook;

/// <summary>What one workbook may cost, shared by all who look at it: the look at its parts and the reading of its rows draw on the same
/// time, and everything is counted as it comes.</summary>
internal sealed class WorkbookBudget(SourceLimits limits, TimeProvider time)
{
    private const int LastRow = 1_048_576;
    private const int LastColumn = 16_384;
    private const int MaxDepth = 100;
    private long _inflated;
    private long _text;
    private int _cells;
    private int _merges;
    private int _looks;
    private TimeSpan _spent;
    private long? _since;

    public SourceLimits Limits => limits;

    public void Inflated(int bytes)
    {
        RequireTime();
        _inflated += bytes;
        if (_inflated > limits.InflatedBytes)
        {
            throw Refusals.TooLarge("nội dung sau khi giải nén quá lớn", "its content is too large after inflating");
        }
    }

    /// <summary>Time that work on the file takes; the time between two calls belongs to whoever takes the rows.</summary>
    public T Timed<T>(Func<T> work)
    {
        _since = time.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            _spent += time.GetElapsedTime(_since.Value);
            _since = null;
        }
    }

    public void RequireTime()
    {
        if (_spent + (_since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero) > limits.WorkbookTime)
        {
            throw Refusals.TooLarge("đọc quá lâu", "takes too long to read");
        }
    }

    /// <summary>Text is what a reader holds in memory, as long as it is: one text and all of them have a bound.</summary>
    public void Text(XmlReader reader, char[] buffer)
    {
        long length = 0;
        for (int read; (read = reader.ReadValueChunk(buffer, 0, buffer.Length)) > 0;)
        {
            length += read;
            _text += read;
            if (length > limits.CellCharacters * 10L || _text > limits.TextCharacters)
            {
                throw Refusals.TooLarge("quá nhiều chữ", "too much text");
            }
        }
    }

    /// <summary>Cells and shared texts count alike: each is an object in memory.</summary>
    public void Element(XmlReader reader)
    {
        if ((++_looks & 0xFF) == 0)
        {
            RequireTime();
        }

        if (reader.Depth > MaxDepth)
        {
            throw new InvalidDataException("depth");
        }

        switch (reader.LocalName)
        {
            case "si":
                Count(ref _cells, limits.Cells, "quá nhiều ô", "too many cells");
                break;
            case "c":
                Count(ref _cells, limits.Cells, "quá nhiều ô", "too many cells");
                CheckReference(reader.GetAttribute("r"));
                break;
            case "row" when reader.GetAttribute("r") is { } row:
                CheckReference("A" + row);
                break;
            case "mergeCell":
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
