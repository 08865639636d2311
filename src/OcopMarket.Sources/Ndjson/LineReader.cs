namespace OcopMarket.Sources.Ndjson;

/// <param name="Bytes">Without the line end; valid until the next line is read; empty when too long.</param>
/// <param name="IsEnded">Whether a line end follows.</param>
internal readonly record struct LineOfBytes(int Number, ReadOnlyMemory<byte> Bytes, bool IsEnded, bool IsTooLong);

/// <summary>Lines of a file within bounded memory.</summary>
internal static class LineReader
{
    public static IEnumerable<LineOfBytes> Read(Stream stream, int maxBytes)
    {
        var buffer = new byte[1 << 16];
        var (start, end, number, isTooLong) = (0, 0, 1, false);
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return Line(number++, buffer.AsMemory(start, length), true, isTooLong || length > maxBytes);
                (start, isTooLong) = (start + length + 1, false);
                continue;
            }

            // A line over the limit is passed over to its end; nothing of it is kept.
            if (end - start > maxBytes)
            {
                (isTooLong, start, end) = (true, 0, 0);
            }

            (buffer, start, end) = MakeRoom(buffer, start, end);
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                break;
            }

            end += read;
        }

        if (end > start || isTooLong)
        {
            yield return Line(number, buffer.AsMemory(start, end - start), false, isTooLong);
        }
    }

    private static LineOfBytes Line(int number, Memory<byte> bytes, bool isEnded, bool isTooLong)
    {
        var line = bytes.Span;
        var from = number == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var to = line.Length > from && line[^1] == '\r' ? line.Length - 1 : line.Length;
        return new(number, isTooLong ? ReadOnlyMemory<byte>.Empty : bytes[from..to], isEnded, isTooLong);
    }

    private static (byte[] Buffer, int Start, int End) MakeRoom(byte[] buffer, int start, int end)
    {
        var kept = buffer.AsSpan(start, end - start);
        var target = kept.Length < buffer.Length ? buffer : new byte[buffer.Length * 2];
        kept.CopyTo(target);
        return (target, 0, kept.Length);
    }
}
