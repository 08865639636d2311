using Microsoft.Extensions.Logging;
using OcopMarket.Data.Sellers;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Loops;

/// <summary>Asks platforms about shops: often while one waits to be verified, once a day at rest, at once when an answer concerned the shop.</summary>
public sealed partial class AccountKeeper(
    AccountStore accounts, AccountChecks checks, WorkSignal signal, ILogger<AccountKeeper> log, TimeProvider time)
    : Loop(signal, time, log)
{
    /// <summary>Taken at a time: those of a worker that dies are asked about half a minute later.</summary>
    private const int Most = 8;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var due = await accounts.TakeChecksAsync(Most, cancellationToken);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (shop, token) => await CheckAsync(shop, token));
        return due.Count > 0;
    }

    private async Task CheckAsync(ShopRow shop, CancellationToken cancellationToken)
    {
        try
        {
            await checks.CheckAsync(shop, _patience, cancellationToken);
        }
#pragma warning disable CA1031 // what one shop answers is not the others' trouble; its turn comes again
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogCheckBroke(log, e, shop.Id);
        }
    }

    [LoggerMessage(1302, LogLevel.Error, "Shop {AccountId}: the check broke off; it is asked again in half a minute")]
    private static partial void LogCheckBroke(ILogger log, Exception exception, long accountId);
}
