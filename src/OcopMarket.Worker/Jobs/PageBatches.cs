using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Worker.Jobs;

/// <summary>Pages of a source put together, so that the database gets few large sets; the next set is read and made ready while one is
/// applied.</summary>
internal static class PageBatches
{
    /// <summary>Rows of a set, about: two sets are in memory at a time.</summary>
    private const int Rows = 4_000;

    /// <param name="rowsBefore">Rows of the input before the first page.</param>
    public static async IAsyncEnumerable<PreparedPage> PrepareAsync(
        CatalogueStore catalogue, IAsyncEnumerable<SourcePage> pages, ReadImage? image, int rowsBefore,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = Channel.CreateBounded<PreparedPage>(1);
        var preparing = Task.Run(() => FillAsync(ready.Writer, catalogue, pages, image, rowsBefore, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var page in ready.Reader.ReadAllAsync(cancellationToken))
            {
                yield return page;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await preparing;
        }
    }

    /// <summary>Never throws: a fault comes out of the reader, behind the pages before it.</summary>
    private static async Task FillAsync(
        ChannelWriter<PreparedPage> ready, CatalogueStore catalogue, IAsyncEnumerable<SourcePage> pages, ReadImage? image, int rowsBefore,
        CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var page in JoinAsync(pages, cancellationToken))
            {
                await ready.WriteAsync(await catalogue.PrepareAsync(page, image, rowsBefore, cancellationToken), cancellationToken);
                rowsBefore += page.Rows;
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

    private static async IAsyncEnumerable<SourcePage> JoinAsync(
        IAsyncEnumerable<SourcePage> pages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SourcePage? joined = null;
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            joined = joined is null ? page : page with
            {
                Records = [.. joined.Records, .. page.Records],
                Rejected = [.. joined.Rejected, .. page.Rejected],
                Repeated = joined.Repeated + page.Repeated,
                Unchanged = joined.Unchanged + page.Unchanged,
            };
            if (joined.Records.Count + joined.Rejected.Count + joined.Repeated > Rows - 1_000)
            {
                yield return joined;
                joined = null;
            }
        }

        if (joined is not null)
        {
            yield return joined;
        }
    }
}
