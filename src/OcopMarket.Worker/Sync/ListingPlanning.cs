using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Listings;
using OcopMarket.Marketplaces;

namespace OcopMarket.Worker.Sync;

/// <summary>Composes the listings of products that changed, page by page, one transaction each, two pages at a time: while one is written by
/// the database the other is composed here. Any number of processes may plan at once.</summary>
public sealed class ListingPlanning(
    ListingComposition composition, MarketplaceRegistry marketplaces, CertificateRules rules, TableGrowth growth, TimeProvider time) : ICatalogueChanged
{
    private const int PageSize = 500;
    private const int AtOnce = 2;

    /// <summary>Pages between two looks at what has grown.</summary>
    private const int Looks = 8;

    private readonly MarketplaceProfile[] _profiles = [.. marketplaces.Keys.Select(marketplaces.Profile)];
    private readonly MarketplaceProfile[] _floors = [.. marketplaces.Keys.Select(marketplaces.Profile).Where(p => !p.OwnShops)];

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
        var page = await composition.LoadAsync(
            due, today, [.. _profiles.Where(p => p.OwnShops).Select(p => p.Key.Value)], cancellationToken);
        return await composition.ApplyAsync(page, Compose(page), cancellationToken);
    }

    /// <summary>Every variant on every marketplace, as we would offer it on the page's day; where producers have shops of their own, only on those
    /// that there are.</summary>
    public IReadOnlyList<ComposedListing> Compose(CataloguePage page) =>
        [.. page.Items.SelectMany(i => ListingComposer.Compose(i, ProfilesOf(page, i), rules, page.Today))];

    private MarketplaceProfile[] ProfilesOf(CataloguePage page, CatalogueItem item) =>
        Array.Exists(_profiles, p => p.OwnShops && page.IsOffered(item, p.Key.Value))
            ? [.. _profiles.Where(p => !p.OwnShops || page.IsOffered(item, p.Key.Value))]
            : _floors;
}
