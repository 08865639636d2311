using System.Collections.Concurrent;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Worker.Sync;

/// <summary>Submits of this process that are under way at once, per platform. A shop holds one from the rate token to the platform's answer;
/// what is written down afterwards leaves it to the next shop.</summary>
public sealed class CallSlots
{
    public const int PerPlatform = 8;
    private readonly ConcurrentDictionary<MarketplaceKey, SemaphoreSlim> _free = new();

    public async Task<CallSlot> TakeAsync(MarketplaceKey marketplace, CancellationToken cancellationToken)
    {
        var free = _free.GetOrAdd(marketplace, _ => new SemaphoreSlim(PerPlatform, PerPlatform));
        await free.WaitAsync(cancellationToken);
        return new(free);
    }
}

/// <summary>Given back once, however often it is disposed.</summary>
public sealed class CallSlot(SemaphoreSlim free) : IDisposable
{
    private SemaphoreSlim? _free = free;

    public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
}
