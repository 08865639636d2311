using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sync;

/// <summary>Learns what a shop calls its categories, where every shop has categories of its own, before content is sent to it.</summary>
public sealed class ShopCategories(MarketplaceRegistry marketplaces, CallPacer pacer, CallWatch calls)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <returns>False: the rate limit asks to wait first.</returns>
    public async Task<bool> PrepareAsync(
        ShopRow shop, SellerSession session, IReadOnlyList<ListingDraft> drafts, CancellationToken cancellationToken)
    {
        if (marketplaces.Ability<IShopCategories>(shop.Key) is not { } categories)
        {
            return true;
        }

        foreach (var name in categories.Missing(session, drafts.Select(d => d.CriteriaSetNo)))
        {
            if (await pacer.TakeAsync(shop, CallKind.Taxonomy, _patience, cancellationToken) > TimeSpan.Zero)
            {
                return false;
            }

            await calls.RunAsync(shop.Marketplace, CallKind.Taxonomy, () => LearnAsync(categories, session, name, cancellationToken));
        }

        return true;
    }

    private static async Task<bool> LearnAsync(IShopCategories categories, SellerSession session, string name, CancellationToken cancellationToken)
    {
        await categories.LearnAsync(session, name, cancellationToken);
        return true;
    }
}
