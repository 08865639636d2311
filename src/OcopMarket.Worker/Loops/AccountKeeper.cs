using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Loops;

/// <summary>Asks platforms about shops: often while one waits to be verified, once a day at rest, at once when an answer concerned the shop.</summary>
public sealed partial class AccountKeeper(
    AccountStore accounts, SellerSessions sessions, MarketplaceRegistry marketplaces, CallPacer pacer, CallWatch calls, WorkSignal signal,
    ILogger<AccountKeeper> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var due = await accounts.TakeChecksAsync(100, cancellationToken);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (shop, token) => await CheckAsync(shop, token));
        return due.Count > 0;
    }

    private async Task CheckAsync(ShopRow shop, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Turn(log, shop.Marketplace, shop.Id);
        SellerSession? session = null;
        try
        {
            session = await sessions.OpenAsync(shop, cancellationToken);
            if (session is null)
            {
                await accounts.RecordReauthAsync(shop.Id, "token_ended", cancellationToken);
                return;
            }

            var wait = await pacer.TakeAsync(shop, CallKind.CheckAccount, _patience, cancellationToken);
            if (wait > TimeSpan.Zero)
            {
                await accounts.CheckAgainAsync(shop.Id, wait, cancellationToken);
                return;
            }

            var check = await calls.RunAsync(
                shop.Marketplace, CallKind.CheckAccount, () => marketplaces.Adapter(shop.Key).CheckAccountAsync(session, cancellationToken));
            var code = check.Problem is null ? null : $"{shop.Marketplace}.{check.Problem.Code}";
            await accounts.RecordCheckAsync(shop.Id, check, code, Again(check.State), cancellationToken);
        }
        catch (MarketplaceException e)
        {
            LogCheckFailed(log, e, shop.Id);
            await accounts.CheckAgainAsync(shop.Id, e.RetryAfter ?? _soon, CancellationToken.None);
            if (e.Kind == FailureKind.Unauthorized && session is not null
                && await sessions.RefreshAsync(shop, session.AccessToken, cancellationToken) == TokenRenewal.Refused)
            {
                await accounts.RecordReauthAsync(shop.Id, e.PlatformCode, cancellationToken);
            }
        }
    }

    private static TimeSpan Again(AccountState state) => state switch
    {
        AccountState.Active or AccountState.Dormant => TimeSpan.FromDays(1),
        AccountState.Registered or AccountState.IdentityPending => TimeSpan.FromSeconds(2),
        AccountState.Planned or AccountState.ReauthNeeded or AccountState.Suspended or AccountState.Closed or AccountState.Unknown =>
            TimeSpan.FromMinutes(10),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    [LoggerMessage(1301, LogLevel.Warning, "Shop {AccountId}: its state could not be read; asked again soon")]
    private static partial void LogCheckFailed(ILogger log, Exception exception, long accountId);
}
