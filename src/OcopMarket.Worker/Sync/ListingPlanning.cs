using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Listings;
using OcopMarket.Marketplaces;

namespace OcopMarket.Worker.Sync;

/// <summary>Composes the listings of products that changed, page by page, one transaction each.</summary>
public sealed class ListingPlanning(
    ListingComposition composition, MarketplaceRegistry marketplaces, CertificateRules rules, TableGrowth growth, TimeProvider time) : ICatalogueChanged
{
    private const int PageSize = 500;

    /// <summary>Pages between two looks at what has grown.</summary>
    private const int Looks = 8;

    public async Task<int> PlanAsync(CancellationToken cancellationToken)
    {
        var (changed, after) = (0, 0L);
        for (var page = 1; ; page++)
        {
            var today = VietnamDay.Of(time.GetUtcNow()); // of each page: two runs that went on over midnight with two days would undo each other
            var products = await composition.DueAsync(today, after, PageSize, cancellationToken);
            if (products.Length == 0 && after == 0)
            {
                await growth.LookAsync(cancellationToken);
                return changed;
            }

            after = products.LastOrDefault(); // after the last page once more from the first: what changed meanwhile
            if (products.Length == 0)
            {
                continue;
            }

            // The revisions are read before the content: a change in between is composed again by the next pass.
            var revisions = await composition.RevisionsAsync(products, cancellationToken);
            var items = await composition.LoadAsync(products, cancellationToken);
            var composed = items.SelectMany(
                i => marketplaces.Keys.Select(k => ListingComposer.Compose(i, marketplaces.Profile(k), rules, today))).ToList();
            changed += await composition.ApplyAsync(composed, revisions, today, cancellationToken);
            if (page % Looks == 0)
            {
                await growth.LookAsync(cancellationToken);
            }
        }
    }
}
