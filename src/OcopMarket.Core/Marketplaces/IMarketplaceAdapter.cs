namespace OcopMarket.Core.Marketplaces;

/// <summary>One platform. Every method is exactly one HTTP call (each call costs rate tokens, which the caller has taken): no retry, no
/// pacing, no paging on its own, no database inside. Only a read may take more, where a platform keeps its bin, an item's fields or the reasons
/// of a refusal apart; the platform's file then asks for fewer calls a second. Apart from cancellation only <see cref="MarketplaceException"/> leaves an adapter.</summary>
public interface IMarketplaceAdapter
{
    MarketplaceKey Key { get; }
    MarketplaceCapabilities Capabilities { get; }

    /// <summary>Asks the platform for the shop's state. A shop that the platform does not know is an answer, not an exception.</summary>
    Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken);

    /// <summary>Brings listings of one shop to the state asked for: changes of ONE kind, never more than
    /// <see cref="MarketplaceCapabilities.BatchSize"/> of that kind.</summary>
    /// <param name="changes">Price in whole dong, weight in grams, text in Vietnamese (NFC).</param>
    /// <returns>One outcome per change, in the same order. A change of which the fate is not known comes back as
    /// <see cref="FailureKind.Ambiguous"/>.</returns>
    /// <exception cref="MarketplaceException">The whole call was refused; its kind says whether to wait, ask the seller or stop.</exception>
    Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, CancellationToken cancellationToken);

    /// <summary>Looks for items by seller SKU in every state that can be listed, at most <see cref="MarketplaceCapabilities.LookUpBatchSize"/>
    /// SKUs a call. A SKU without an item is absent from the answer; a SKU with several items appears several times.</summary>
    Task<IReadOnlyList<SeenItem>> LookUpAsync(SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken);

    /// <summary>Reads items by what we know of them, at most <see cref="MarketplaceCapabilities.StatusBatchSize"/> a call. An item that the
    /// platform says it does not have comes back as <see cref="SeenStatus.Removed"/>.</summary>
    Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(
        SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken);

    /// <summary>One page of the items changed since a moment (inclusive), oldest first.</summary>
    /// <param name="page">Null for the first page, else <see cref="SeenPage.NextPage"/>.</param>
    Task<SeenPage> ReadChangedAsync(SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken);

    /// <summary>Children of a category; null asks for the top.</summary>
    Task<IReadOnlyList<PlatformCategory>> ReadCategoriesAsync(
        SellerSession shop, string? parentId, CancellationToken cancellationToken);

    Task<IReadOnlyList<AttributeRule>> ReadAttributesAsync(
        SellerSession shop, string categoryId, CancellationToken cancellationToken);
}
