using Microsoft.Extensions.Logging;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Sync;

namespace OcopMarket.Worker.Loops;

/// <summary>What time alone changes: states that end, queues that sleep too long, a new day that begins or ends a certificate or a sale. And
/// what two people agreed to let go.</summary>
public sealed class Housekeeper(
    ListingSweep sweep, TaskQueue queue, GuardHolds holds, TableGrowth growth, ICatalogueChanged catalogue, WorkSignal signal, ILogger<Housekeeper> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private static readonly TimeSpan _queueSweep = TimeSpan.FromSeconds(30);
    private DateOnly _day;
    private long _lastSweep;

    protected override TimeSpan Shortest => TimeSpan.FromSeconds(1);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var today = VietnamDay.Of(Time.GetUtcNow());
        if (today != _day)
        {
            await catalogue.PlanAsync(cancellationToken);
            _day = today;
        }

        if (_lastSweep == 0 || Time.GetElapsedTime(_lastSweep) >= _queueSweep)
        {
            await queue.SweepAsync(cancellationToken);
            await sweep.FoldCountsAsync(cancellationToken);
            await growth.LookAsync(cancellationToken);
            _lastSweep = Time.GetTimestamp();
        }

        await holds.ReleaseApprovedAsync(cancellationToken);
        var deletes = await sweep.DeleteAsync(500, cancellationToken);
        var swept = deletes + await sweep.SweepAsync(Time.GetUtcNow(), 500, cancellationToken);
        return swept + await catalogue.PlanEditedAsync(cancellationToken) > 0;
    }
}
