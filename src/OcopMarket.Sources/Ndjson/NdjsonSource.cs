using System.Runtime.CompilerServices;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Ndjson;

/// <summary>Lists with one JSON object a line.</summary>
internal sealed class NdjsonSource(SourceSettings settings, TimeProvider time) : FileSource(settings, time), ILineSource
{
    /// <summary>Rows that the description looks into.</summary>
    private const int DescribedRows = 1_000;

    private readonly SourceSettings _settings = settings;

    public override async Task<SourceCheck> CheckAsync(CancellationToken cancellationToken) =>
        (await ReadLinesAsync(LineHashKind.Bytes, cancellationToken)).Check;

    public Task<SourceLines> ReadLinesAsync(LineHashKind kind, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            SourceFile.Inspect(_settings);
            var lines = LineScan.Read(_settings, kind, cancellationToken);
            using var reader = new NdjsonReader(lines, _settings);
            var described = reader.Rows().Take(DescribedRows).Count();
            var rows = lines.Blocks.Sum(b => b.Fates.Count(f => f != LineFate.Blank));
            return lines with { Check = new(reader.Describe(), lines.Check.ContentHash, Math.Max(rows, described)) };
        },
        cancellationToken);

    public Task<SourceLines> ReadFieldsAsync(SourceLines lines, CancellationToken cancellationToken) =>
        Task.Run(() => LineScan.ReadFields(_settings, lines, cancellationToken), cancellationToken);

    public Task CheckLinesAsync(SourceLines lines, CancellationToken cancellationToken) =>
        Task.Run(() => LineScan.CheckAnchor(_settings, lines, cancellationToken), cancellationToken);

    public async IAsyncEnumerable<SourcePage> ReadAsync(
        string? cursor, SourceLines lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new NdjsonReader(lines, _settings);
        var at = SourceCursor.Read(cursor, lines.Check.ContentHash);
        var pager = Pager(at);
        using var rows = reader.Rows().GetEnumerator();
        while (await Task.Run(() => pager.Next(rows, cancellationToken), cancellationToken) is { } page)
        {
            var next = SourceCursor.Read(page.Cursor, lines.Check.ContentHash);
            yield return Counted(page, lines, at.Row, next.Row);
            at = next;
        }

        var tail = Counted(new([], [], 0, (at with { Row = lines.Count }).ToString()), lines, at.Row, lines.Count);
        if (tail.Rows > 0)
        {
            yield return tail;
        }
    }

    protected override IRowInput Open(SourceSettings settings, CancellationToken cancellationToken)
    {
        SourceFile.Inspect(settings);
        return new NdjsonReader(LineScan.Read(settings, LineHashKind.Bytes, cancellationToken), settings);
    }

    /// <summary>A page with the lines up to its end that were not parsed.</summary>
    private static SourcePage Counted(SourcePage page, SourceLines lines, int after, int last)
    {
        var (unchanged, repeated) = (0, 0);
        foreach (var block in lines.Blocks.Where(b => b.FirstLine <= last && b.FirstLine + b.Fates.Length > after + 1))
        {
            var from = Math.Max(0, after + 1 - block.FirstLine);
            var fates = block.Fates.AsSpan(from, Math.Min(block.Fates.Length, last + 1 - block.FirstLine) - from);
            unchanged += fates.Count(LineFate.Unchanged);
            repeated += fates.Count(LineFate.Repeated);
        }

        return page with { Unchanged = unchanged, Repeated = page.Repeated + repeated };
    }
}
