using System.Text.Json;
using OcopMarket.Core.Listings;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Listings;

/// <summary>A listing that is about to be written for the first time. Its id is taken and its shop, if there is one, holds still.</summary>
internal sealed record NewListing(long Id, ComposedListing Composed, ShopStanding? Shop);

/// <summary>How a shop stands for a producer.</summary>
internal sealed record ShopStanding
{
    public long ProducerId { get; init; }
    public long AccountId { get; init; }
    public string Marketplace { get; init; } = "";
    public string AccountState { get; init; } = "";
    public string? ProblemCode { get; init; }
    public string? ProblemRaw { get; init; }
    public bool? CredentialRefused { get; init; }
    public bool HasMandate { get; init; }
}

internal static class NewListingWriter
{
    /// <summary>Writes them with the standings that they begin in, one for each, in the same order.</summary>
    public static StatementBatch AddListings(
        this StatementBatch batch, IReadOnlyList<NewListing> listings, IReadOnlyList<Stand> stands, DateTimeOffset now) =>
        listings.Count == 0 ? batch : batch.Add(CompositionSql.Add, new
        {
            now,
            ids = listings.Select(l => l.Id).ToArray(),
            variants = listings.Select(l => l.Composed.Item.VariantId).ToArray(),
            marketplaces = listings.Select(l => l.Composed.Marketplace.Value).ToArray(),
            accounts = listings.Select(l => l.Shop?.AccountId).ToArray(),
            skus = listings.Select(l => l.Composed.Draft.SellerSku).ToArray(),
            contents = Contents(listings.Select(l => l.Composed)),
            hashes = listings.Select(l => l.Composed.ContentHash).ToArray(),
            prices = listings.Select(l => l.Composed.Draft.PriceVnd).ToArray(),
            sales = listings.Select(l => l.Composed.Draft.SalePriceVnd).ToArray(),
            stocks = listings.Select(l => l.Composed.Draft.StockUnits).ToArray(),
            states = stands.Select(s => s.State).ToArray(),
            owners = stands.Select(s => s.Owner).ToArray(),
            dues = stands.Select(s => s.DueAt).ToArray(),
        });

    /// <summary>The drafts as they are stored. Listings of one variant on several marketplaces often share theirs.</summary>
    public static string[] Contents(IEnumerable<ComposedListing> composed)
    {
        var contents = new List<string>();
        ListingDraft? last = null;
        foreach (var draft in composed.Select(c => c.Draft))
        {
            contents.Add(ReferenceEquals(draft, last) ? contents[^1] : JsonSerializer.Serialize(draft));
            last = draft;
        }

        return [.. contents];
    }
}
