using OcopMarket.Core;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Api;

/// <summary>What a key may read. The words stand in keys and in addresses; the table of keys knows them, too.</summary>
public enum ApiResource { Products, Listings, Accounts, Runs, Issues }

/// <summary>Which resources are for whom.</summary>
public static class ApiResources
{
    /// <summary>Lists that were pulled hold many producers' rows: they are for staff.</summary>
    public static IReadOnlyList<string> Of(PersonRole role) =>
        [.. Words.All<ApiResource>().Where(r => role != PersonRole.Business || r != Words.Of(ApiResource.Runs))];

    /// <summary>The same for a service key.</summary>
    public static bool IsWithin(ApiResource resource, DataScope scope) => resource != ApiResource.Runs || scope.ProducerId is null;
}
