using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Sync;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Webhooks;

/// <summary>How much a shop or a marketplace may tell us. Section <c>Webhooks</c>. A producer who keeps his own shop knows the secret it signs with,
/// so a signature says who speaks and not how much.</summary>
public sealed record WebhookSettings
{
    /// <summary>Callbacks a minute about one shop alone, per process.</summary>
    public int ShopPerMinute { get; init; } = 600;

    /// <summary>Callbacks a minute of one marketplace, per process. What a shop is refused does not count.</summary>
    public int MarketplacePerMinute { get; init; } = 60_000;

    /// <summary>MB stored a day of what one shop tells, over all processes.</summary>
    public int ShopMegabytes { get; init; } = 5;

    /// <summary>The same of one marketplace.</summary>
    public int MarketplaceMegabytes { get; init; } = 2_000;

    internal WebhookRoom Room => new(ShopMegabytes * 1_000_000L, MarketplaceMegabytes * 1_000_000L);
}

/// <summary>Whether one more callback is listened to now, and what became of them as numbers: labels are marketplaces and outcomes only.</summary>
public sealed class WebhookLimits : IDisposable
{
    public const string MeterName = "OcopMarket.Webhooks";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);
    private readonly PartitionedRateLimiter<string> _shops;
    private readonly PartitionedRateLimiter<string> _marketplaces;
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Counter<long> _callbacks;

    public WebhookLimits(PortalSettings settings, TimeProvider time, IMeterFactory meters)
    {
        var limits = settings.Webhooks;
        (_time, Room) = (time, limits.Room);
        _shops = PartitionedRateLimiter.Create<string, string>(shop => TryLimits.Window(shop, limits.ShopPerMinute));
        _marketplaces = PartitionedRateLimiter.Create<string, string>(m => TryLimits.Window(m, limits.MarketplacePerMinute));
        _meter = meters.Create(MeterName);
        _callbacks = _meter.CreateCounter<long>("ocop.webhooks", "{callback}", "Callbacks of platforms by what became of them.");
    }

    /// <summary>What a day may bring.</summary>
    public WebhookRoom Room { get; }

    public DateOnly Today => VietnamDay.Of(_time.GetUtcNow());

    /// <summary>The shop comes first: what it is refused takes nothing of what its marketplace's other shops share. Where these have used up everything, a
    /// shop that is refused loses nothing of its own.</summary>
    /// <returns>Null: it is listened to.</returns>
    public WebhookRefusal? Take(WebhookReceipt receipt)
    {
        if (_marketplaces.GetStatistics(receipt.Marketplace) is { CurrentAvailablePermits: <= 0 })
        {
            return new("marketplace_minute", _soon);
        }

        if (receipt.Shop is { } shop && !Take(_shops, $"{receipt.Marketplace}:{shop}"))
        {
            return new("shop_minute", _soon);
        }

        return Take(_marketplaces, receipt.Marketplace) ? null : new("marketplace_minute", _soon);
    }

    /// <returns>Null: it is kept, or was before.</returns>
    public WebhookRefusal? Of(WebhookKept kept) => kept switch
    {
        WebhookKept.ShopIsFull => new("shop_day", UntilTomorrow),
        WebhookKept.MarketplaceIsFull => new("marketplace_day", UntilTomorrow),
        _ => null,
    };

    /// <param name="outcome">kept, repeated, ping, forged, broken, huge, closed (we have no key to check it), or the code of a <see cref="WebhookRefusal"/>.</param>
    public void Count(string marketplace, string outcome) => _callbacks.Add(1, new("marketplace", marketplace), new("outcome", outcome));

    public void Dispose()
    {
        _shops.Dispose();
        _marketplaces.Dispose();
        _meter.Dispose();
    }

    private TimeSpan UntilTomorrow => VietnamDay.StartOf(Today.AddDays(1)) - _time.GetUtcNow();

    private static bool Take(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }
}

/// <param name="Code">shop_minute, marketplace_minute, shop_day, marketplace_day.</param>
/// <param name="Wait">When it is worth telling it again.</param>
public sealed record WebhookRefusal(string Code, TimeSpan Wait);
