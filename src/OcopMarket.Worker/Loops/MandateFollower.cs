using Microsoft.Extensions.Logging;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Loops;

/// <summary>Brings shops in line with mandates that were given or withdrawn in the portal: nothing else waits in this loop, because a withdrawal
/// must stop what is due within a minute.</summary>
public sealed partial class MandateFollower(MandateFollow mandates, WorkSignal signal, ILogger<MandateFollower> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private const int Most = 20;

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var due = await mandates.DueAsync(Most, cancellationToken);
        var done = 0;
        foreach (var mandate in due)
        {
            done += await FollowAsync(mandate, cancellationToken) ? 1 : 0;
        }

        return done > 0;
    }

    private async Task<bool> FollowAsync(MandateDue mandate, CancellationToken cancellationToken)
    {
        try
        {
            await mandates.FollowAsync(mandate, cancellationToken);
            return true;
        }
#pragma warning disable CA1031 // one shop that cannot be looked at holds up no other; it comes again
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotFollowed(log, e, mandate.Id, mandate.AccountId);
            await mandates.PostponeAsync(mandate, cancellationToken);
            return false;
        }
    }

    [LoggerMessage(1408, LogLevel.Error, "Mandate {MandateId} changed and the listings of account {AccountId} could not be brought in line; tried again")]
    private static partial void LogNotFollowed(ILogger log, Exception exception, long mandateId, long accountId);
}
