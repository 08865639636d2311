using Microsoft.Extensions.Logging;
using OcopMarket.Data.Sync;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Loops;

/// <summary>Claims shops whose turn has come and works on several at once. Bounded per platform, so that a slow one cannot take every place.</summary>
public sealed partial class Dispatcher(ShopRunServices services, WorkSignal signal, ILogger<Dispatcher> log, TimeProvider time)
    : Loop(time, log)
{
    private const int Places = 8;
    private readonly SemaphoreSlim _places = new(Places, Places);
    private int _running;

    /// <summary>Shops being worked on by this process.</summary>
    public int Running => Volatile.Read(ref _running);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        var claimed = 0;
        try
        {
            var leases = await services.Queue.ClaimAsync(1 + _places.CurrentCount, cancellationToken);
            claimed = leases.Count;
            foreach (var lease in leases)
            {
                if (lease != leases[0])
                {
                    await _places.WaitAsync(cancellationToken);
                }

                _ = WorkAsync(lease, cancellationToken);
            }
        }
        finally
        {
            if (claimed == 0)
            {
                _places.Release();
            }
        }

        return claimed > 0;
    }

    protected override Task PauseAsync(CancellationToken cancellationToken) => signal.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        for (var i = 0; i < Places; i++)
        {
            await _places.WaitAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    private async Task WorkAsync(QueueLease lease, CancellationToken cancellationToken)
    {
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
            _places.Release();
        }
    }

    private async Task GiveBackAsync(QueueLease lease)
    {
        try
        {
            await services.Queue.FinishAsync(lease, TimeSpan.Zero, "stopped", CancellationToken.None);
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
