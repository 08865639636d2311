using System.Collections.Concurrent;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Worker.Sync;

/// <summary>Submits of this process that are under way at once, per platform. A shop holds one from the rate token to the platform's answer;
/// what is written down afterwards leaves it to the next shop.</summary>
public sealed class CallSlots
{
    /// <summary>Calls in flight.</summary>
    public const int PerPlatform = 8;

    /// <summary>Shops whose token is taken and whose intent is being written while all calls are in flight, so that a line never stands empty.
    /// Their token may grow old there: none where the platform counts so few calls that two late ones matter.</summary>
    private const int Ahead = 2;
    private readonly ConcurrentDictionary<MarketplaceKey, Lines> _lines = new();

    public async Task<CallSlot> TakeAsync(MarketplaceProfile profile, CancellationToken cancellationToken)
    {
        var lines = _lines.GetOrAdd(profile.Key, _ => new(profile.Limits.All(l => l.Burst > 4 * Ahead) ? Ahead : 0));
        await lines.Ready.WaitAsync(cancellationToken);
        return new(lines.Ready, lines.Calls, lines.Alone);
    }

    private sealed class Lines(int ahead)
    {
        public SemaphoreSlim Ready { get; } = new(PerPlatform + ahead, PerPlatform + ahead);
        public SemaphoreSlim Calls { get; } = new(PerPlatform, PerPlatform);
        public SemaphoreSlim Alone { get; } = new(1, 1);
    }
}

/// <summary>Given back once, however often it is disposed.</summary>
public sealed class CallSlot(SemaphoreSlim ready, SemaphoreSlim calls, SemaphoreSlim alone) : IDisposable
{
    private SemaphoreSlim? _ready = ready;
    private int _lines;

    /// <summary>Waits until fewer calls than may be are in flight.</summary>
    public async Task OpenLineAsync(CancellationToken cancellationToken)
    {
        await calls.WaitAsync(cancellationToken);
        _lines = 1;
    }

    /// <summary>Waits until no other call of the platform is in flight here, and keeps it so: a process that dies now dies of this one.</summary>
    public async Task OpenAloneAsync(CancellationToken cancellationToken)
    {
        await alone.WaitAsync(cancellationToken); // two that each held some of the lines would wait for ever
        try
        {
            for (; _lines < CallSlots.PerPlatform; _lines++)
            {
                await calls.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            alone.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _lines, 0) is > 0 and var lines)
        {
            calls.Release(lines);
        }

        Interlocked.Exchange(ref _ready, null)?.Release();
    }
}
