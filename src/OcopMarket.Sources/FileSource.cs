using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources;

/// <summary>What the sources have in common: a file that is looked through to its end before its first row is given
/// out.</summary>
internal abstract class FileSource(SourceSettings settings, TimeProvider time) : IProductSource
{
    public string Key => settings.Key;

    protected TimeProvider Time => time;

    public bool IsCompleteSnapshot => settings.CompleteSnapshot;

    public virtual Task<SourceCheck> CheckAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var input = Open(settings, cancellationToken);
            var rows = Bounded(() => Count(input, cancellationToken));
            return new SourceCheck(input.Describe(), input.ContentHash, rows);
        },
        cancellationToken);

    public async IAsyncEnumerable<SourcePage> ReadAsync(string? cursor,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var input = await Task.Run(() => Open(settings, cancellationToken), cancellationToken);
        var start = SourceCursor.Read(cursor, input.ContentHash);
        var pager = Pager(start);
        using var rows = input.Rows().GetEnumerator();
        while (await Task.Run(() => Bounded(() => pager.Next(rows, cancellationToken)), cancellationToken) is { } page)
        {
            yield return page;
        }
    }

    protected RowPager Pager(SourceCursor start) =>
        new(new RecordReading(settings, Today()), start, Math.Clamp(settings.Limits.PageRows, 1, 1_000));

    /// <exception cref="SourceException">The file as a whole is unusable.</exception>
    protected abstract IRowInput Open(SourceSettings settings, CancellationToken cancellationToken);

    private static int Count(IRowInput input, CancellationToken cancellationToken)
    {
        var rows = 0;
        foreach (var _ in input.Rows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows++;
        }

        return rows;
    }

    // Outside a row of its own: a heading or a section's title.
    private static T Bounded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RegexMatchTimeoutException)
        {
            throw Refusals.TooLarge("một ô tiêu đề quá rối để đọc", "a heading takes too long to read");
        }
    }

    // Vietnam has one time zone without summer time: a fixed offset needs no time zone data.
    private DateOnly Today() =>
        settings.AnchorDay ?? DateOnly.FromDateTime(time.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).DateTime);
}

/// <summary>One opened file: looked through, hashed, its end seen.</summary>
internal interface IRowInput : IDisposable
{
    /// <summary>SHA-256 of the file, hex.</summary>
    string ContentHash { get; }

    /// <summary>Data rows in the order of the file. To be enumerated once.</summary>
    IEnumerable<SourceRow> Rows();

    /// <summary>What was found; complete after <see cref="Rows"/> has ended.</summary>
    string Describe();
}
