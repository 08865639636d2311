using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Testing.Conformance;

/// <summary>A callback as it came over the wire.</summary>
public sealed record SignedCallback(byte[] Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>One adapter over real HTTP against its simulated platform.</summary>
public interface IMarketplaceFixture
{
    IMarketplaceAdapter Adapter { get; }
    MarketplaceProfile Profile { get; }

    /// <summary>An open shop, signed in.</summary>
    SellerSession Shop { get; }
    SellerLogin Login { get; }

    /// <summary>How many tests of the suite apply to this platform: none vanishes silently.</summary>
    int ApplicableTests { get; }

    /// <summary>All that was logged since the start.</summary>
    IReadOnlyCollection<string> LogLines { get; }

    /// <summary>A complete listing that the platform takes, with pictures that it knows.</summary>
    ListingDraft Draft(string sku);

    /// <summary>The platform's clock.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Moves the platform's clock.</summary>
    void Wait(TimeSpan time);

    /// <summary>The next calls go wrong: <paramref name="call"/> is a call's name, * or writes.</summary>
    Task BreakAsync(string call, string kind, int count = 1);

    /// <summary>Everything works again, and the shop is signed in.</summary>
    Task MendAsync();

    /// <summary>So long after it was sent a callback is too old.</summary>
    TimeSpan CallbackIsLate { get; }

    /// <summary>The platform's own count of undeleted items of a code.</summary>
    Task<int> CountAsync(string sku);

    /// <summary>The platform's moderator decides now.</summary>
    Task ModerateAsync(string externalId, string verdict, string? reason = null);

    /// <summary>A callback of a change of this item, as the platform signs it.</summary>
    Task<SignedCallback> CallbackAsync(string externalId);
}
