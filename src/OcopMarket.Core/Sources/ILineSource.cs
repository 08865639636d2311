namespace OcopMarket.Core.Sources;

/// <summary>A source whose rows are lines of text: a line that did not change is known by its bytes and need not be parsed.</summary>
public interface ILineSource : IProductSource
{
    /// <summary>Reads the whole input once and hashes its lines; makes records of none.</summary>
    /// <param name="kind">What is hashed. Fields where the source is known to write every line anew each time.</param>
    /// <exception cref="SourceException">The whole input is unusable.</exception>
    Task<SourceLines> ReadLinesAsync(LineHashKind kind, CancellationToken cancellationToken);

    /// <summary>The same lines by what they say in the fields that we know, for a source that writes every line anew each time (a day of
    /// export, a counter). Two lines that say the same may differ in fields that we do not know.</summary>
    /// <param name="lines">Hashed by their bytes; their hashes are replaced.</param>
    /// <exception cref="SourceException">The input changed since.</exception>
    Task<SourceLines> ReadFieldsAsync(SourceLines lines, CancellationToken cancellationToken);

    /// <summary>Looks whether reading these lines would find the whole input unusable; makes no records of them.</summary>
    /// <exception cref="SourceException">The whole input is unusable.</exception>
    Task CheckLinesAsync(SourceLines lines, CancellationToken cancellationToken);

    /// <summary>As the other, but parses only the lines whose fate is <see cref="LineFate.Read"/>; the rest is only counted.</summary>
    /// <exception cref="SourceException">The input changed since its lines were hashed.</exception>
    IAsyncEnumerable<SourcePage> ReadAsync(string? cursor, SourceLines lines, CancellationToken cancellationToken);
}

/// <summary>What becomes of a line: parsed, known as it stands, the same bytes as an earlier line, or nothing on it.</summary>
public enum LineFate : byte { Read, Unchanged, Repeated, Blank }

/// <summary>What of a line is hashed: all its bytes, or the fields that we know.</summary>
public enum LineHashKind : byte { Bytes, Fields }

/// <param name="Offset">Where its first line begins, bytes.</param>
/// <param name="FirstLine">1-based.</param>
/// <param name="Hashes">128 bits of SHA-256 of each line, mixed with all that decides how it is read.</param>
/// <param name="Lengths">Bytes with the line end.</param>
public sealed record LineBlock(long Offset, int FirstLine, UInt128[] Hashes, int[] Lengths, LineFate[] Fates);

/// <summary>All lines of an input in their order: about 21 bytes each.</summary>
public sealed record SourceLines(SourceCheck Check, IReadOnlyList<LineBlock> Blocks)
{
    public LineHashKind Kind { get; init; }

    public int Count => Blocks.Count == 0 ? 0 : Blocks[^1].FirstLine + Blocks[^1].Hashes.Length - 1;
}
