using OcopMarket.Core.Catalog;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Listings;

namespace OcopMarket.Worker.Sync;

/// <summary>Composes the listings of products that changed, page by page, one transaction each, two pages at a time: while one is written by
/// the database the other is composed here. Any number of processes may plan at once.</summary>
public sealed class ListingPlanning(
    ListingComposition composition, CatalogueComposer composer, TableGrowth growth, TimeProvider time) : ICatalogueChanged
{
    private const int PageSize = 500;
    private const int AtOnce = 2;

    /// <summary>Pages between two looks at what has grown.</summary>
    private const int Looks = 8;

    // The day of which this process has seen every product composed. Whoever writes an older day after that still has the new day before him
    // and walks all of them himself.
    private DateOnly _walked;

    public async Task<int> PlanAsync(CancellationToken cancellationToken)
    {
        var (changed, found) = (0, true);
        while (found) // after the last page once more from the first: what changed meanwhile
        {
            (found, var some) = await PassAsync(cancellationToken);
            changed += some;
            await growth.LookAsync(cancellationToken);
        }

        return changed;
    }

    public async Task<int> PlanEditedAsync(CancellationToken cancellationToken)
    {
        var due = await composition.EditedAsync(PageSize, cancellationToken);
        if (due.Count > 0)
        {
            await PageAsync(due, VietnamDay.Of(time.GetUtcNow()), cancellationToken);
            await composition.FollowedAsync(due, cancellationToken);
        }

        return due.Count;
    }

    private async Task<(bool Found, int Changed)> PassAsync(CancellationToken cancellationToken)
    {
        var (changed, after, begun) = (0, 0L, 0);
        var pages = new List<Task<int>>(AtOnce);
        try
        {
            while (true)
            {
                var today = VietnamDay.Of(time.GetUtcNow()); // of each page: two runs that went on over midnight with two days would undo each other
                var byDay = today != _walked;
                var due = await composition.DueAsync(today, byDay, after, PageSize, cancellationToken);
                if (due.Count == 0)
                {
                    _walked = byDay && after == 0 ? today : _walked;
                    changed += (await Task.WhenAll(pages)).Sum();
                    return (after > 0, changed);
                }

                if (pages.Count == AtOnce)
                {
                    var done = await Task.WhenAny(pages);
                    pages.Remove(done);
                    changed += await done;
                }

                if (++begun % Looks == 0)
                {
                    await growth.LookAsync(cancellationToken);
                }

                after = due[^1].Id;
                pages.Add(Task.Run(() => PageAsync(due, today, cancellationToken), cancellationToken));
            }
        }
        finally
        {
            await ((Task)Task.WhenAll(pages)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // none goes on behind the caller's back
        }
    }

    private async Task<int> PageAsync(IReadOnlyList<DueProduct> due, DateOnly today, CancellationToken cancellationToken)
    {
        var page = await composition.LoadAsync(due, today, composer.OwnShops, cancellationToken);
        return await composition.ApplyAsync(page, Compose(page), cancellationToken);
    }

    /// <inheritdoc cref="CatalogueComposer.Compose"/>
    public IReadOnlyList<ComposedListing> Compose(CataloguePage page) => composer.Compose(page);
}
