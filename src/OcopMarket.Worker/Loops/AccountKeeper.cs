using Microsoft.Extensions.Logging;
using OcopMarket.Data.Sellers;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Loops;

/// <summary>Asks platforms about shops: often while one waits to be verified, once a day at rest, at once when an answer concerned the shop.</summary>
public sealed class AccountKeeper(
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
            async (shop, token) => await checks.CheckAsync(shop, _patience, token));
        return due.Count > 0;
    }
}
