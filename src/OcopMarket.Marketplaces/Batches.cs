using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces;

/// <summary>What every adapter checks of a batch before it calls.</summary>
internal static class Batches
{
    /// <exception cref="MarketplaceException">Misconfigured: the caller broke the seam's rule, kinds mixed or more than fit. Nothing
    /// was sent.</exception>
    public static void Check(MarketplaceKey key, IReadOnlyList<ListingChange> changes, MarketplaceCapabilities capabilities)
    {
        if (changes.Any(c => c.Kind != changes[0].Kind))
        {
            throw new MarketplaceException(key, FailureKind.Misconfigured, "batch_kinds", "A batch holds changes of one kind.");
        }

        var most = changes.Count == 0 ? 0 : capabilities.BatchSize.GetValueOrDefault(changes[0].Kind);
        if (changes.Count > most)
        {
            throw new MarketplaceException(
                key, FailureKind.Misconfigured, "batch_size",
                $"A batch of {changes[0].Kind} holds at most {most} changes, not {changes.Count}.");
        }
    }

    /// <summary>Why a change cannot be put into words of the platform at all; null when it can. Such a change is never sent in part.</summary>
    /// <param name="handle">How this platform knows a picture: its media id or our address.</param>
    public static ChangeOutcome? Unsendable(ListingChange change, MarketplaceProfile profile, Func<ListingImage, string?> handle)
    {
        if (change.Kind is not (ChangeKind.Create or ChangeKind.UpdateContent))
        {
            return null;
        }

        if (change.Product.CriteriaSetNo is not { } set || !profile.Categories.ContainsKey(set))
        {
            return ChangeOutcome.Failed(
                FailureKind.Misconfigured, "category_missing", $"{profile.Name} has no category for this product.", "category") with
            { ExternalId = change.ExternalId };
        }

        return change.Product.Images.All(i => !string.IsNullOrEmpty(handle(i)))
            ? null
            : ChangeOutcome.Failed(
                FailureKind.Misconfigured, "media_missing", "A picture has not been made ready for this platform.", "images") with
            { ExternalId = change.ExternalId };
    }
}
