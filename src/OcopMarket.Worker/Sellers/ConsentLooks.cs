using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sellers;

/// <summary>Looks at a shop through its consent and keeps the day on which the consent ends.</summary>
public sealed class ConsentLooks(ConnectStore store, CredentialStore credentials, ConsentPlatforms platforms, CallWatch calls)
{
    /// <summary>Whether shops of this platform are connected by their owners' consent.</summary>
    public bool Covers(MarketplaceKey key) => platforms.Find(key.Value) is not null;

    /// <exception cref="MarketplaceException">The shop could not be asked about.</exception>
    public async Task<AccountCheck> LookAsync(ShopRow shop, SellerSession session, CancellationToken cancellationToken)
    {
        if (platforms.Find(shop.Marketplace) is not { } platform || await credentials.OpenPartnerAsync(shop.Key, cancellationToken) is not { } app)
        {
            throw new MarketplaceException(
                shop.Key, FailureKind.Misconfigured, "partner_missing", "The operator's own login with this platform is not in the vault.",
                TimeSpan.FromMinutes(10));
        }

        var seen = await calls.RunAsync(shop.Marketplace, CallKind.CheckAccount, () => platform.LookAsync(app, session, cancellationToken));
        await store.KeepUntilAsync(shop.CredentialId!.Value, seen.ConsentUntil, cancellationToken);
        return seen.Check;
    }
}
