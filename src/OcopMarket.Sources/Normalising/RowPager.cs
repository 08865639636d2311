using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Sources.Normalising;

/// <summary>Rows to pages. Repeated rows and the numbers of equal rows depend on all rows before, so a restart reads those
/// again and only
/// leaves them out: any cursor gives the same rest.</summary>
internal sealed class RowPager(RecordReading reading, SourceCursor cursor, int pageRows)
{
    private readonly HashSet128 _seen = new();
    private readonly HashSet128 _first = new();
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);

    /// <summary>The next page; null when the rows have ended.</summary>
    public SourcePage? Next(IEnumerator<SourceRow> rows, CancellationToken cancellationToken)
    {
        List<SourceRecord> records = [];
        List<RejectedRow> rejected = [];
        var repeated = 0;
        while (records.Count + rejected.Count + repeated < pageRows && rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = rows.Current;
            var isNew = cursor.IsBefore(row);
            var read = _seen.Add(Fingerprint(row)) ? Keyed(reading.Read(row)) : default;
            if (!isNew)
            {
                continue;
            }

            cursor = cursor.At(row);
            if (read.Record is { } record)
            {
                records.Add(record);
            }
            else if (read.Rejected is { } refusal)
            {
                rejected.Add(refusal);
            }
            else
            {
                repeated++;
            }
        }

        return records.Count + rejected.Count + repeated == 0 ? null
            : new SourcePage(records, rejected, repeated, cursor.ToString());
    }

    private ReadRecord Keyed(ReadRecord read)
    {
        if (read.Record is null)
        {
            return read;
        }

        var first = RecordKey.Row(read.Identity!, 0);
        if (_first.Add(Digest(first)))
        {
            return read with { Record = read.Record with { Key = first } };
        }

        // Few share their key with another: only of these the numbers are kept.
        var ordinal = _ordinals.GetValueOrDefault(first) + 1;
        _ordinals[first] = ordinal;
        return read with { Record = read.Record with { Key = RecordKey.Row(read.Identity!, ordinal) } };
    }

    // All that the row says but its running number; 128 bits of SHA-256.
    private static UInt128 Fingerprint(SourceRow row)
    {
        var running = row.Cells.TryGetValue(Field.Running, out var cell) ? cell.Heading : null;
        var text = new StringBuilder();
        foreach (var (heading, value) in row.Raw)
        {
            if (heading != running)
            {
                text.Append(heading).Append('\u001f').Append(value).Append('\u001e');
            }
        }

        return Digest(text.ToString());
    }

    private static UInt128 Digest(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }
}
