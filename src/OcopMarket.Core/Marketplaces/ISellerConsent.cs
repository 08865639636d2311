namespace OcopMarket.Core.Marketplaces;

/// <summary>A platform whose shop owner consents on the platform's own page: the way there, what comes back, and tokens that renew themselves.
/// Stores nothing, retries nothing.</summary>
public interface ISellerConsent
{
    MarketplaceKey Key { get; }

    /// <summary>The platform's name as people know it.</summary>
    string Name { get; }

    /// <summary>The address at which the owner consents.</summary>
    /// <param name="app">The operator's number with the platform. No secret: whoever builds this address has none.</param>
    /// <param name="callback">Where the platform sends the owner back to.</param>
    /// <param name="state">Comes back with the owner; says nothing by itself.</param>
    Uri Page(string app, Uri callback, string state);

    /// <summary>What the platform's way back carries beside the state.</summary>
    /// <returns>Null: no code, so the owner did not consent.</returns>
    ConsentReturn? Read(IReadOnlyDictionary<string, string> query);

    /// <summary>A code for tokens. A code works once: what the answer does not bring is lost.</summary>
    /// <param name="app">The operator's own login with the platform.</param>
    /// <exception cref="MarketplaceException">Rejected, Unauthorized: the code or the shop is refused, nothing was given.</exception>
    Task<ConsentGrant> ExchangeAsync(SellerLogin app, ConsentReturn given, CancellationToken cancellationToken);

    /// <summary>New tokens for a refresh token, which may die with its first use.</summary>
    /// <exception cref="MarketplaceException">Rejected, Unauthorized: the refresh token is refused and only a new consent helps. Ambiguous: it
    /// may have been used and what it gave is lost. Misconfigured: the operator's login or clock is wrong; the token is untouched.</exception>
    Task<ConsentGrant> RefreshAsync(SellerLogin app, string externalShopId, Secret refreshToken, CancellationToken cancellationToken);

    /// <summary>The shop and the end of its consent, as the platform says.</summary>
    /// <exception cref="MarketplaceException">See <see cref="IMarketplaceAdapter.CheckAccountAsync"/>.</exception>
    Task<ConsentedShop> LookAsync(SellerLogin app, SellerSession shop, CancellationToken cancellationToken);
}

/// <param name="ExternalShopId">As the address says, which anybody can write; null where the platform tells the shop only with the tokens.</param>
public sealed record ConsentReturn(Secret Code, string? ExternalShopId);

/// <param name="ExternalShopId">Whose tokens these are.</param>
/// <param name="AccessLife">From the platform's answer on: lengths, because clocks differ.</param>
public sealed record ConsentGrant(string ExternalShopId, Secret AccessToken, TimeSpan AccessLife, Secret RefreshToken);

/// <param name="ConsentUntil">Null: the platform does not say.</param>
public sealed record ConsentedShop(AccountCheck Check, DateTimeOffset? ConsentUntil);
