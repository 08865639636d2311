using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Marketplaces.Http;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sellers;

/// <summary>Renews the tokens of a consent. The refresh token may work once only: that it leaves is written down before, what it gives before
/// anything else is done with it. What was lost between ends in a refusal by the platform, and that in an issue for a person.</summary>
public sealed partial class ConsentRenewal(
    ConsentTokens tokens, CredentialStore credentials, ConsentPlatforms platforms, CallWatch calls, TimeProvider time, ILogger<ConsentRenewal> log)
{
    /// <summary>The call must have begun to leave while the lease is long enough for its answer.</summary>
    private static readonly TimeSpan _sendWithin = ConsentTokens.Lease / 2;

    /// <returns>False: somebody else renews it or has done so, or it is no login that could be renewed; read it again.</returns>
    /// <exception cref="MarketplaceException">It could not be asked for now and will be later; nothing is known of the login.</exception>
    public async Task<bool> TryRenewAsync(CredentialRow row, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        if (await tokens.TryBeginAsync(row, cancellationToken) is not { } turn)
        {
            return false;
        }

        var key = new MarketplaceKey(row.Marketplace);
        if (platforms.Find(row.Marketplace) is not { } platform || await credentials.OpenPartnerAsync(key, cancellationToken) is not { } app)
        {
            await tokens.PostponeAsync(turn, untouched: true, null, CancellationToken.None);
            throw new MarketplaceException(key, FailureKind.Misconfigured, "partner_missing", "The operator's own login with this platform is not in the vault.");
        }

        SendWindow.Open(time, start, _sendWithin);
        if (await AskAsync(platform, app, turn, turn.Token, last: turn.Former is null) is { } grant)
        {
            return await KeepAsync(turn, turn.Token, grant);
        }

        // The platform may never have seen the answer kept that brought this token: the one before may still be good, once.
        if (turn.Former is { } former && await AskAsync(platform, app, turn, former, last: true) is { } other)
        {
            return await KeepAsync(turn, former, other);
        }

        return true;
    }

    /// <summary>From here on nobody may cancel: the tokens exist only here.</summary>
    private async Task<bool> KeepAsync(RefreshTurn turn, Secret used, ConsentGrant grant)
    {
        KillPoint.Reach(KillPoint.AfterRefresh);
        if (!await tokens.SaveAsync(turn, used, grant, CancellationToken.None))
        {
            LogLost(log, turn.Row.Id);
            return false;
        }

        return true;
    }

    /// <summary>Bounded by the call's own deadline alone: a host that stops must not leave while a token is on its way.</summary>
    /// <param name="last">There is no other token to try: a refusal is the login's.</param>
    /// <returns>Null: refused.</returns>
    private async Task<ConsentGrant?> AskAsync(ISellerConsent platform, SellerLogin app, RefreshTurn turn, Secret token, bool last)
    {
        try
        {
            return await calls.RunAsync(
                turn.Row.Marketplace, CallKind.SignIn, () => platform.RefreshAsync(app, turn.Row.Login, token, CancellationToken.None));
        }
        catch (MarketplaceException e) when (e.Kind is FailureKind.Unauthorized or FailureKind.Rejected)
        {
            if (last)
            {
                LogRefused(log, turn.Row.Id, e.PlatformCode);
                await tokens.RefuseAsync(turn, e.PlatformCode, CancellationToken.None);
            }

            return null;
        }
        catch (MarketplaceException e)
        {
            await tokens.PostponeAsync(turn, untouched: e.Kind != FailureKind.Ambiguous, e.RetryAfter, CancellationToken.None);
            throw;
        }
    }

    [LoggerMessage(1403, LogLevel.Warning, "Login {CredentialId}: the platform no longer renews it ({Code}); its owner must connect the shop again")]
    private static partial void LogRefused(ILogger log, long credentialId, string code);

    [LoggerMessage(1404, LogLevel.Warning, "Login {CredentialId}: new tokens came after our turn had ended, and were not kept")]
    private static partial void LogLost(ILogger log, long credentialId);
}
