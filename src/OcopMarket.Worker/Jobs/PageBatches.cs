using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Worker.Jobs;

/// <summary>Pages of a source put together, so that the database gets few large sets; the next set is read and made ready while one is
/// applied.</summary>
internal static class PageBatches
{
    /// <summary>Rows of a set, about: three sets are in memory at a time. The first is small, so that the database is not kept waiting
    /// for it.</summary>
    private const int Rows = 2_000;
    private const int FirstRows = 1_000;

    /// <param name="rowsBefore">Rows of the input before the first page.</param>
    public static IAsyncEnumerable<PreparedPage> PrepareAsync(
        CatalogueStore catalogue, IAsyncEnumerable<SourcePage> pages, ReadImage? image, int rowsBefore,
        CancellationToken cancellationToken) =>
        AheadAsync(PreparedAsync(catalogue, pages, image, rowsBefore, cancellationToken), cancellationToken);

    /// <summary>The same items; the next one is made while one is worked on.</summary>
    public static async IAsyncEnumerable<T> AheadAsync<T>(
        IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = Channel.CreateBounded<T>(1);
        var making = Task.Run(() => FillAsync(ready.Writer, items, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var item in ready.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await making;
        }
    }

    /// <summary>Never throws: a fault comes out of the reader, behind the items before it.</summary>
    private static async Task FillAsync<T>(ChannelWriter<T> ready, IAsyncEnumerable<T> items, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                await ready.WriteAsync(item, cancellationToken);
            }

            ready.Complete();
        }
#pragma warning disable CA1031 // Thrown on by the reader.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ready.Complete(error);
        }
    }

    private static async IAsyncEnumerable<PreparedPage> PreparedAsync(
        CatalogueStore catalogue, IAsyncEnumerable<SourcePage> pages, ReadImage? image, int rowsBefore,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in JoinAsync(pages, cancellationToken))
        {
            yield return await catalogue.PrepareAsync(page, image, rowsBefore, cancellationToken);
            rowsBefore += page.Rows;
        }
    }

    private static async IAsyncEnumerable<SourcePage> JoinAsync(
        IAsyncEnumerable<SourcePage> pages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SourcePage? joined = null;
        var rows = FirstRows;
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            joined = joined is null ? page : page with
            {
                Records = [.. joined.Records, .. page.Records],
                Rejected = [.. joined.Rejected, .. page.Rejected],
                Repeated = joined.Repeated + page.Repeated,
                Unchanged = joined.Unchanged + page.Unchanged,
            };
            if (joined.Records.Count + joined.Rejected.Count + joined.Repeated > rows - 1_000)
            {
                yield return joined;
                (joined, rows) = (null, Rows);
            }
        }

        if (joined is not null)
        {
            yield return joined;
        }
    }
}
