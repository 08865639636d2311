namespace OcopMarket.Core.Sync;

/// <summary>Called after the catalogue changed: composes the listings of changed products and opens the tasks they need.</summary>
public interface ICatalogueChanged
{
    /// <returns>Listings whose wish changed.</returns>
    Task<int> PlanAsync(CancellationToken cancellationToken);

    /// <summary>The same for products that people edited in the portal, and for no others.</summary>
    /// <returns>Products that were due.</returns>
    Task<int> PlanEditedAsync(CancellationToken cancellationToken);
}
