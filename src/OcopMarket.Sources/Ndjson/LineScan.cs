using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OcopMarket.Sources.Ndjson;

/// <summary>Hashes the lines of a file with two workers; each takes the next block itself, so none waits for the other.</summary>
internal static class LineScan
{
    private const int Workers = 2;

    /// <summary>Raise it when equal lines give other records: every line is then read once again.</summary>
    private const int ReadingVersion = 1;

    /// <summary>Of the order of bytes.</summary>
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="SourceException">The last line has no line end and is no whole object: the file is cut.</exception>
    public static SourceLines Read(SourceSettings settings, LineHashKind kind, CancellationToken cancellationToken)
    {
        using var stream = SourceFile.Open(settings.Path);
        var cutter = new BlockCutter(stream, settings.Limits.LineBytes);
        var seed = Seed(settings);
        var cut = new List<LineBlock>[Workers];
        Parallel.For(0, Workers, new ParallelOptions { CancellationToken = cancellationToken }, worker =>
        {
            var (buffer, blocks) = (new byte[BlockCutter.BlockBytes], new List<LineBlock>());
            var hash = Hasher(kind, seed);
            while (cutter.Next(ref buffer) is { } block)
            {
                cancellationToken.ThrowIfCancellationRequested();
                blocks.Add(block.IsTooLong ? TooLong(block, seed) : Lines(buffer.AsSpan(0, block.Length), block.Offset, hash));
            }

            cut[worker] = blocks;
        });

        var first = 1;
        var all = cut.SelectMany(b => b).OrderBy(b => b.Offset).ToList();
        for (var i = 0; i < all.Count; first += all[i++].Hashes.Length)
        {
            all[i] = all[i] with { FirstLine = first };
        }

        var lines = new SourceLines(new("NDJSON UTF-8", ContentHash(all), null), all) { Kind = kind };
        if (cutter.IsOpenEnded)
        {
            CheckLast(settings, lines);
        }

        return lines;
    }

    /// <summary>Replaces the hashes of all lines by those of their fields.</summary>
    /// <exception cref="SourceException">The file is not what it was.</exception>
    public static SourceLines ReadFields(SourceSettings settings, SourceLines lines, CancellationToken cancellationToken)
    {
        var seed = Seed(settings);
        EachBlock(
            settings, lines,
            () =>
            {
                var hash = Hasher(LineHashKind.Fields, seed);
                return (block, i, line) => block.Hashes[i] = hash(line.Span);
            },
            cancellationToken);
        return lines with { Kind = LineHashKind.Fields };
    }

    /// <exception cref="SourceException">A line counts days from an anchor day, and the settings have none.</exception>
    public static void CheckAnchor(SourceSettings settings, SourceLines lines, CancellationToken cancellationToken)
    {
        if (settings.AnchorDay is null)
        {
            EachBlock(
                settings, lines,
                () => (block, i, line) =>
                {
                    if (block.Fates[i] == LineFate.Read && line.Length <= settings.Limits.LineBytes
                        && FieldHash.FirstOffset(line.Span) is { } name && NdjsonLine.Parse(line) is { } whole)
                    {
                        whole.Dispose();
                        throw Refusals.AnchorMissing(name);
                    }
                },
                cancellationToken);
        }
    }

    /// <summary>Two workers, each with a visitor of its own; the visitor gets each line without its end.</summary>
    private static void EachBlock(
        SourceSettings settings, SourceLines lines, Func<Action<LineBlock, int, ReadOnlyMemory<byte>>> visitor,
        CancellationToken cancellationToken)
    {
        using var stream = SourceFile.Open(settings.Path);
        var next = -1;
        try
        {
            Parallel.For(0, Workers, new ParallelOptions { CancellationToken = cancellationToken }, _ =>
            {
                var (buffer, visit) = (Array.Empty<byte>(), visitor());
                while (Interlocked.Increment(ref next) is var i && i < lines.Blocks.Count)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Visit(lines.Blocks[i], stream.SafeFileHandle, ref buffer, visit, settings.Limits.LineBytes);
                }
            });
        }
        catch (AggregateException faults) when (faults.InnerExceptions[0] is SourceException unusable)
        {
            throw unusable;
        }
    }

    private static void Visit(
        LineBlock block, SafeFileHandle file, ref byte[] buffer, Action<LineBlock, int, ReadOnlyMemory<byte>> visit, int maxLine)
    {
        var length = block.Lengths.Sum();
        if (block.Lengths.Length == 1 && length > maxLine + 2)
        {
            return;
        }

        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }

        for (var held = 0; held < length;)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(held, length - held), block.Offset + held);
            held += read > 0 ? read : throw Refusals.Changed();
        }

        var start = 0;
        for (var i = 0; i < block.Lengths.Length; i++)
        {
            var isFirst = block.Offset == 0 && i == 0;
            var line = Trim(buffer.AsSpan(start, block.Lengths[i]), isFirst);
            var mark = isFirst && buffer.AsSpan(start).StartsWith(Mark) ? Mark.Length : 0;
            visit(block, i, buffer.AsMemory(start + mark, line.Length));
            start += block.Lengths[i];
        }
    }

    /// <summary>Of a line without its end, as it stands in <see cref="LineBlock.Hashes"/>.</summary>
    public static UInt128 Hash(ReadOnlySpan<byte> line, UInt128 seed)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(line, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash) ^ seed;
    }

    /// <summary>All that decides, beside the line, what is read from it.</summary>
    public static UInt128 Seed(SourceSettings settings) => Hash(
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{ReadingVersion}|{settings.AnchorDay:yyyyMMdd}|{settings.Limits.CellCharacters}|{settings.Limits.LineBytes}|{settings.DefaultProvince}")),
        0);

    /// <summary>Without line end and byte order mark.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line, bool isFirst)
    {
        line = line.TrimEnd("\r\n"u8);
        return isFirst && line.StartsWith(Mark) ? line[Mark.Length..] : line;
    }

    /// <summary>For one worker.</summary>
    private static LineHasher Hasher(LineHashKind kind, UInt128 seed)
    {
        if (kind == LineHashKind.Bytes)
        {
            return line => Hash(line, seed);
        }

        var fields = new FieldHash();
        return line => fields.Of(line, seed) ?? Hash(line, seed);
    }

    private static LineBlock Lines(ReadOnlySpan<byte> bytes, long offset, LineHasher hash)
    {
        var count = bytes.Count((byte)'\n') + (bytes.Length > 0 && bytes[^1] != '\n' ? 1 : 0);
        var block = new LineBlock(offset, 0, new UInt128[count], new int[count], new LineFate[count]);
        for (var i = 0; i < count; i++)
        {
            var end = bytes.IndexOf((byte)'\n');
            var length = end < 0 ? bytes.Length : end + 1;
            var line = Trim(bytes[..length], offset == 0 && i == 0);
            block.Lengths[i] = length;
            block.Hashes[i] = hash(line);
            block.Fates[i] = line.Trim(" \t\r"u8).IsEmpty ? LineFate.Blank : LineFate.Read;
            bytes = bytes[length..];
        }

        return block;
    }

    private static LineBlock TooLong(CutBlock block, UInt128 seed) =>
        new(block.Offset, 0, [block.Hash ^ seed], [block.Length], [LineFate.Read]);

    /// <summary>Of what is known of the lines: of a source that writes them anew each time what they say.</summary>
    private static string ContentHash(List<LineBlock> blocks)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in blocks)
        {
            whole.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(block.Hashes.AsSpan()));
        }

        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }

    private static void CheckLast(SourceSettings settings, SourceLines lines)
    {
        using var file = new LineFile(settings, lines.Kind);
        var last = lines.Blocks[^1];
        if (last.Fates[^1] != LineFate.Blank
            && (file.Read(last, last.Hashes.Length - 1) is var line) && (line.IsTooLong || NdjsonLine.Parse(line.Bytes) is null))
        {
            throw Refusals.Cut();
        }
    }

    /// <param name="line">Without its end.</param>
    private delegate UInt128 LineHasher(ReadOnlySpan<byte> line);
}
