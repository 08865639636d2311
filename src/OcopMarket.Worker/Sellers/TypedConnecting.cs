using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;

namespace OcopMarket.Worker.Sellers;

/// <summary>Tries a login that a shop's owner typed in the portal, once, and keeps what the platform gave for it. Whatever comes of it, what was typed
/// is gone afterwards.</summary>
public sealed partial class TypedConnecting(
    TypedLogins typed, AccountStore accounts, ShopOpening opening, ConnectStore store, ILogger<TypedConnecting> log)
{
    private const string Interrupted = "login_interrupted";

    public async Task EndAsync(TakenAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            var refusal = await TryAsync(attempt, cancellationToken);
            if (refusal is not null)
            {
                await store.RefuseAsync(attempt, refusal, CancellationToken.None);
            }
        }
        catch (VaultException e)
        {
            LogNotOpened(log, e, attempt.Id);
            await store.RefuseAsync(attempt, Interrupted, CancellationToken.None);
        }
    }

    /// <returns>Why it was refused; null: it is done.</returns>
    private async Task<string?> TryAsync(TakenAttempt attempt, CancellationToken cancellationToken)
    {
        if (await typed.OpenAsync(attempt, cancellationToken) is not { } login
            || await accounts.FindAsync(attempt.AccountId, cancellationToken) is not { ExternalId: not null } shop)
        {
            return Interrupted;
        }

        var parameters = login.Address is { } address ? new Dictionary<string, string> { ["url"] = address } : [];
        try
        {
            await opening.ConnectAsync(shop, new(login.User, login.Password, parameters), attempt.By, attempt, cancellationToken);
            return null;
        }
        catch (MarketplaceException e)
        {
            LogRefused(log, attempt.Id, e.PlatformCode);
            return CodeOf(e);
        }
    }

    private static string CodeOf(MarketplaceException failure) => (failure.Kind, failure.PlatformCode) switch
    {
        (_, "shop_differs") => "login_other_shop",
        (_, "shop_address") => "login_address",
        (_, ShopOpening.ShopChanged) => Interrupted,
        (FailureKind.Unauthorized, _) => "login_refused",
        (FailureKind.Rejected, _) => "login_shop",
        (FailureKind.Misconfigured, _) => "login_not_here",
        _ => "login_no_answer",
    };

    [LoggerMessage(1413, LogLevel.Warning, "Attempt {AttemptId}: what was typed could not be opened")]
    private static partial void LogNotOpened(ILogger log, Exception exception, long attemptId);

    [LoggerMessage(1414, LogLevel.Information, "Attempt {AttemptId}: the login that was typed was not taken, {Code}")]
    private static partial void LogRefused(ILogger log, long attemptId, string code);
}
