using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sync;

/// <summary>Learns what must be known of a shop before content is sent to it: what it calls its categories, how it delivers.</summary>
public sealed class ShopCategories(MarketplaceRegistry marketplaces, CallPacer pacer, CallWatch calls)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <returns>False: the rate limit asks to wait first.</returns>
    public async Task<bool> PrepareAsync(
        ShopRow shop, SellerSession session, IReadOnlyList<ListingDraft> drafts, CancellationToken cancellationToken)
    {
        if (marketplaces.Ability<IShopFacts>(shop.Key) is not { } facts)
        {
            return true;
        }

        foreach (var fact in facts.Missing(session, drafts.Select(d => d.CriteriaSetNo)))
        {
            if (await pacer.TakeAsync(shop, CallKind.Taxonomy, _patience, cancellationToken) > TimeSpan.Zero)
            {
                return false;
            }

            await calls.RunAsync(shop.Marketplace, CallKind.Taxonomy, () => LearnAsync(facts, session, fact, cancellationToken));
        }

        return true;
    }

    private static async Task<bool> LearnAsync(IShopFacts facts, SellerSession session, string fact, CancellationToken cancellationToken)
    {
        await facts.LearnAsync(session, fact, cancellationToken);
        return true;
    }
}
