using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Sellers;

/// <summary>What one look at a shop gave.</summary>
/// <param name="Code">ok, not_connected, state words, or the platform's own code behind its key.</param>
/// <param name="State">As the platform says now; null: it did not say.</param>
/// <param name="Raw">The platform's own words.</param>
public sealed record CheckOutcome(string Code, AccountState? State, string? Raw);

/// <summary>Asks a platform about one shop and keeps what it says.</summary>
public sealed partial class AccountChecks(
    AccountStore accounts, SellerSessions sessions, MarketplaceRegistry marketplaces, ConsentLooks consents, CallPacer pacer, CallWatch calls,
    ILogger<AccountChecks> log)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);

    /// <summary>A person who asks gets an answer within 5 s; the rest is for the sentence and the way to him.</summary>
    private static readonly TimeSpan _person = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _personsTurn = TimeSpan.FromSeconds(1);

    /// <summary>Now, for a person who waits: a platform that says nothing in time is an answer, too.</summary>
    /// <returns>Null: there is no such account.</returns>
    public async Task<CheckOutcome?> AskAsync(long account, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(account, cancellationToken) is not { } shop)
        {
            return null;
        }

        if (shop.ExternalId is null || shop.CredentialId is null)
        {
            return new(shop.ExternalId is null ? "planned" : "not_connected", null, null);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_person);
        try
        {
            return await CheckAsync(shop, _personsTurn, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new("no_answer", null, null);
        }
    }

    /// <param name="wait">For a token of the platform's rate, at most.</param>
    public async Task<CheckOutcome> CheckAsync(ShopRow shop, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Turn(log, shop.Marketplace, shop.Id);
        SellerSession? session = null;
        try
        {
            session = await sessions.OpenAsync(shop, cancellationToken);
            if (session is null)
            {
                await accounts.RecordReauthAsync(shop.Id, "token_ended", cancellationToken);
                return new("reauth_needed", AccountState.ReauthNeeded, "token_ended");
            }

            var isListed = marketplaces.Keys.Contains(shop.Key);
            var later = isListed ? await pacer.TakeAsync(shop, CallKind.CheckAccount, wait, cancellationToken) : TimeSpan.Zero;
            if (later > TimeSpan.Zero)
            {
                await accounts.CheckAgainAsync(shop.Id, later, cancellationToken);
                return new("busy", null, null);
            }

            var check = consents.Covers(shop.Key)
                ? await consents.LookAsync(shop, session, cancellationToken)
                : await calls.RunAsync(
                    shop.Marketplace, CallKind.CheckAccount, () => marketplaces.Adapter(shop.Key).CheckAccountAsync(session, cancellationToken));
            return await KeepAsync(shop, check, cancellationToken);
        }
        catch (MarketplaceException e)
        {
            LogCheckFailed(log, e, shop.Id);
            await accounts.CheckAgainAsync(shop.Id, e.RetryAfter ?? _soon, CancellationToken.None);
            if (e.Kind == FailureKind.Unauthorized && session is not null
                && await sessions.RefreshAsync(shop, session.AccessToken, cancellationToken) == TokenRenewal.Refused)
            {
                await accounts.RecordReauthAsync(shop.Id, e.PlatformCode, cancellationToken);
                return new("reauth_needed", AccountState.ReauthNeeded, e.PlatformCode);
            }

            return new(e.Kind is FailureKind.RateLimited or FailureKind.Unauthorized ? "busy" : "no_answer", null, e.PlatformCode);
        }
    }

    private async Task<CheckOutcome> KeepAsync(ShopRow shop, AccountCheck check, CancellationToken cancellationToken)
    {
        var code = check.Problem is null ? null : $"{shop.Marketplace}.{check.Problem.Code}";
        await accounts.RecordCheckAsync(shop.Id, check, code, Again(check.State), cancellationToken);
        return new(code ?? Words.Of(check.State), check.State, check.Problem?.Message ?? check.StateRaw);
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
