using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sellers;

/// <summary>What the portal began and cannot end, because it opens no secret: a code or a login becomes tokens, a disconnection erases them.</summary>
public sealed partial class ShopConnecting(
    ConnectStore store, CredentialStore credentials, ConsentPlatforms platforms, TypedConnecting typed, CallWatch calls, ILogger<ShopConnecting> log)
{
    public async Task EndAsync(TakenAttempt attempt, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Turn(log, attempt.Marketplace, attempt.AccountId);
        if (attempt.Kind == "disconnect")
        {
            await store.DisconnectAsync(attempt, cancellationToken);
        }
        else if (attempt.Kind == "login")
        {
            await typed.EndAsync(attempt, cancellationToken);
        }
        else if (platforms.Find(attempt.Marketplace) is not { } platform
            || await credentials.OpenPartnerAsync(platform.Key, cancellationToken) is not { } app)
        {
            await store.RefuseAsync(attempt, "connect_partner", cancellationToken);
        }
        else if (attempt.Return.ExternalShopId is not { } claimed || await store.MayConnectAsync(attempt, claimed, cancellationToken))
        {
            await ExchangeAsync(platform, app, attempt);
        }
    }

    /// <summary>From here on nobody may cancel: a code works once, and the tokens exist only here.</summary>
    private async Task ExchangeAsync(ISellerConsent platform, SellerLogin app, TakenAttempt attempt)
    {
        try
        {
            var grant = await calls.RunAsync(
                attempt.Marketplace, CallKind.SignIn, () => platform.ExchangeAsync(app, attempt.Return, CancellationToken.None));
            KillPoint.Reach(KillPoint.AfterExchange);
            await store.ConnectAsync(attempt, grant, CancellationToken.None);
        }
        catch (MarketplaceException e)
        {
            LogNotConnected(log, e, attempt.Id);
            await store.RefuseAsync(attempt, CodeOf(e.Kind), CancellationToken.None);
        }
    }

    private static string CodeOf(FailureKind kind) => kind switch
    {
        FailureKind.Unauthorized or FailureKind.Rejected => "connect_refused",
        FailureKind.Misconfigured => "connect_partner",
        FailureKind.Transient or FailureKind.RateLimited or FailureKind.Ambiguous => "connect_no_answer",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    [LoggerMessage(1405, LogLevel.Warning, "Attempt {AttemptId} to connect a shop ended without tokens")]
    private static partial void LogNotConnected(ILogger log, Exception exception, long attemptId);
}
