using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sellers;

/// <summary>What became of a token that a platform refused.</summary>
public enum TokenRenewal
{
    /// <summary>There is another token.</summary>
    Renewed,

    /// <summary>The login itself is refused, or only the seller could log in again.</summary>
    Refused,

    /// <summary>The sign-in could not be asked now; nothing is known of the login.</summary>
    Later,
}

/// <summary>Gives a call the token it needs, and renews tokens: one at a time per login, whoever holds the row's lease.</summary>
public sealed partial class SellerSessions(
    CredentialStore credentials, ConsentRenewal consents, MarketplaceRegistry marketplaces, CallWatch calls, TimeProvider time,
    ILogger<SellerSessions> log)
{
    private static readonly TimeSpan _early = TimeSpan.FromMinutes(2);

    /// <returns>Null: there is no usable token, and a person must renew the login.</returns>
    public async Task<SellerSession?> OpenAsync(ShopRow shop, CancellationToken cancellationToken)
    {
        if (shop.CredentialId is not { } id)
        {
            return null;
        }

        var row = await credentials.GetAsync(id, cancellationToken);
        if (row.State == "refused")
        {
            return null;
        }

        // The life of a consent's token is counted by one clock, the database's.
        if (row.SealedAccess is null || (row.IsConsent ? row.AccessLeft <= _early : row.AccessExpiresAt - _early <= time.GetUtcNow()))
        {
            row = await RenewAsync(row, cancellationToken);
        }

        return row is null ? null : new SellerSession(shop.ExternalId ?? "", await credentials.OpenAccessAsync(row, cancellationToken))
        {
            // Where an owner consented to the operator, it is the operator's key that signs.
            Application = row.IsConsent ? await credentials.OpenPartnerAsync(shop.Key, cancellationToken) : null,
        };
    }

    /// <summary>The platform refused the token of a call: get another, once. A sign-in that fails is told, not thrown: its callers are
    /// themselves dealing with a failure.</summary>
    public async Task<TokenRenewal> RefreshAsync(ShopRow shop, Secret refused, CancellationToken cancellationToken)
    {
        var row = await credentials.GetAsync(shop.CredentialId!.Value, cancellationToken);
        if (row.SealedAccess is not null && await credentials.OpenAccessAsync(row, cancellationToken) != refused)
        {
            return row.State == "active" ? TokenRenewal.Renewed : TokenRenewal.Refused; // somebody renewed it meanwhile
        }

        try
        {
            return await RenewAsync(row, cancellationToken) is null ? TokenRenewal.Refused : TokenRenewal.Renewed;
        }
        catch (MarketplaceException e)
        {
            LogSignInFailed(log, e, shop.Id);
            return TokenRenewal.Later;
        }
    }

    /// <summary>Renews a token before its end.</summary>
    /// <exception cref="MarketplaceException">It could not be asked for now.</exception>
    public async Task RenewEarlyAsync(long credential, CancellationToken cancellationToken) =>
        await consents.TryRenewAsync(await credentials.GetAsync(credential, cancellationToken), cancellationToken);

    private async Task<CredentialRow?> RenewAsync(CredentialRow row, CancellationToken cancellationToken)
    {
        if (row.IsConsent)
        {
            return await consents.TryRenewAsync(row, cancellationToken)
                ? Usable(await credentials.GetAsync(row.Id, cancellationToken))
                : await WaitForOtherAsync(row, cancellationToken);
        }

        if (!await credentials.TryLeaseRefreshAsync(row, cancellationToken))
        {
            return await WaitForOtherAsync(row, cancellationToken);
        }

        var key = new MarketplaceKey(row.Marketplace);
        if (await credentials.OpenLoginAsync(row, cancellationToken) is not { } login || marketplaces.Ability<ISellerSignIn>(key) is not { } signIn)
        {
            await credentials.RefuseAsync(row.Id, "token_ended", cancellationToken);
            return null;
        }

        try
        {
            var tokens = await calls.RunAsync(row.Marketplace, CallKind.SignIn, () => signIn.SignInAsync(login, cancellationToken));
            await credentials.RenewAsync(row, tokens, cancellationToken);
            return await credentials.GetAsync(row.Id, cancellationToken);
        }
        catch (MarketplaceException e) when (e.Kind is FailureKind.Unauthorized or FailureKind.Rejected)
        {
            await credentials.RefuseAsync(row.Id, e.PlatformCode, cancellationToken);
            return null;
        }
    }

    private static CredentialRow? Usable(CredentialRow row) => row is { State: "active", SealedAccess: not null } ? row : null;

    private async Task<CredentialRow?> WaitForOtherAsync(CredentialRow seen, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 100; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
            var row = await credentials.GetAsync(seen.Id, cancellationToken);
            if (row.State == "refused")
            {
                return null;
            }

            if (row.AccessExpiresAt != seen.AccessExpiresAt || row.AccessAt != seen.AccessAt)
            {
                return row;
            }
        }

        throw new MarketplaceException(
            new(seen.Marketplace), FailureKind.Transient, "token_busy", "Another process is renewing the token and has not finished.");
    }

    [LoggerMessage(1402, LogLevel.Warning, "Shop {AccountId}: the sign-in could not be asked for a new token; tried again with the next call")]
    private static partial void LogSignInFailed(ILogger log, Exception exception, long accountId);
}
