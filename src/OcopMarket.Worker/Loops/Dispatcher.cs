using Microsoft.Extensions.Logging;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sync;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Loops;

/// <summary>Claims shops whose turn has come and works on several at once. Bounded per platform, so that a slow one cannot take every place.</summary>
public sealed partial class Dispatcher(ShopRunServices services, WorkSignal signal, ILogger<Dispatcher> log, TimeProvider time)
    : Loop(signal, time, log)
{
    /// <summary>Shops at once per platform: a slow platform fills its own places and nobody else's. More than calls, so that the next call is
    /// ready while the outcome of the last one is written down.</summary>
    public const int Places = CallSlots.PerPlatform + 4;
    private readonly Dictionary<MarketplaceKey, SemaphoreSlim> _places =
        services.Marketplaces.Keys.ToDictionary(k => k, _ => new SemaphoreSlim(Places, Places));
    private int _running;

    /// <summary>Shops being worked on by this process.</summary>
    public int Running => Volatile.Read(ref _running);

    protected override TimeSpan Shortest => TimeSpan.Zero;
    protected override TimeSpan Longest => TimeSpan.FromSeconds(2);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var claimed = false;
        foreach (var (key, places) in _places)
        {
            claimed |= places.CurrentCount > 0 && await BeginAsync(key, places, cancellationToken);
        }

        return claimed;
    }

    private async Task<bool> BeginAsync(MarketplaceKey key, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        var allowed = await services.Circuits.AllowAsync(key.Value, places.CurrentCount, cancellationToken);
        var leases = allowed == 0 ? [] : await services.Queue.ClaimAsync(key.Value, allowed, cancellationToken);
        foreach (var lease in leases)
        {
            await places.WaitAsync(CancellationToken.None); // free: only this loop takes places
            _ = WorkAsync(key, lease, places, cancellationToken);
        }

        return leases.Count > 0;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var places in _places.Values)
        {
            for (var i = 0; i < Places; i++)
            {
                await places.WaitAsync(cancellationToken);
            }
        }
    }

    public override void Dispose()
    {
        foreach (var places in _places.Values)
        {
            places.Dispose();
        }

        base.Dispose();
    }

    private async Task WorkAsync(MarketplaceKey key, QueueLease lease, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        using var scope = WorkScope.Turn(log, key.Value, lease.AccountId);
        Interlocked.Increment(ref _running);
        try
        {
            var shop = await services.Accounts.FindAsync(lease.AccountId, cancellationToken);
            if (shop is not null)
            {
                await new ShopRun(services, shop, lease).RunAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await GiveBackAsync(lease);
        }
#pragma warning disable CA1031 // one shop's trouble is not the others'; the lease ends by itself
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogShopFailed(log, e, lease.AccountId);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            places.Release();
            Signal.Set(); // there is a place again
        }
    }

    private async Task GiveBackAsync(QueueLease lease)
    {
        try
        {
            await services.Queue.FinishAsync(lease, new TurnEnd(TimeSpan.Zero, "stopped"), CancellationToken.None);
        }
#pragma warning disable CA1031 // stopping: the lease ends by itself
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogShopFailed(log, e, lease.AccountId);
        }
    }

    [LoggerMessage(1003, LogLevel.Error, "Shop {AccountId}: the turn broke off; its lease ends by itself")]
    private static partial void LogShopFailed(ILogger log, Exception exception, long accountId);
}
