using Microsoft.Extensions.Logging;
using OcopMarket.Data.Wishes;

namespace OcopMarket.Worker.Loops;

/// <summary>Carries out what people confirmed in the portal: what they hid is to go within minutes, whatever else is under way.</summary>
public sealed partial class WishKeeper(WishStore wishes, WorkSignal signal, ILogger<WishKeeper> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private const int Most = 20;
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);
    private readonly Dictionary<long, long> _failed = [];

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var done = false;
        foreach (var plan in await wishes.DueAsync(Most, cancellationToken))
        {
            done |= !(_failed.TryGetValue(plan, out var at) && Time.GetElapsedTime(at) < _again) && await CarryOutAsync(plan, cancellationToken);
        }

        return done;
    }

    private async Task<bool> CarryOutAsync(long plan, CancellationToken cancellationToken)
    {
        try
        {
            await wishes.CarryOutAsync(plan, cancellationToken);
            _failed.Remove(plan);
            return true;
        }
#pragma warning disable CA1031 // one plan that cannot be carried out holds up no other; it comes again
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotDone(log, e, plan);
            _failed[plan] = Time.GetTimestamp();
            return false;
        }
    }

    [LoggerMessage(1412, LogLevel.Error, "Plan {PlanId} was confirmed and could not be carried out to its end; tried again")]
    private static partial void LogNotDone(ILogger log, Exception exception, long planId);
}
