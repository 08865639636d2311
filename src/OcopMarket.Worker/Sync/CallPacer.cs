using System.Collections.Concurrent;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;

namespace OcopMarket.Worker.Sync;

/// <summary>Takes the rate tokens of a call: platform, login and shop at once, all or none. The limits come from the platform's file.</summary>
public sealed class CallPacer(RateBuckets buckets, MarketplaceRegistry marketplaces, TimeProvider time)
{
    /// <summary>Of the platform's rate. Over time we use nearly all of it; what keeps us below its limit is the burst: a call arrives there
    /// up to half a second earlier or later than its token was taken here, so at most half of what may come at once is ever saved up.</summary>
    private const decimal Share = 0.985m;

    /// <summary>Where only one call or two a second are allowed nothing can be saved up, and the distance between calls must be the slack.</summary>
    private const decimal SlowShare = 0.85m;
    private readonly ConcurrentDictionary<string, bool> _known = new();

    /// <summary>Daily readings of whole shops may use this share of a platform's rate.</summary>
    private const decimal SweepShare = 0.1m;

    /// <summary>The tokens of one page of a shop's whole reading.</summary>
    /// <param name="budgeted">Out of the share for daily readings; otherwise work waits for it, and it goes like any call.</param>
    /// <returns>As <see cref="TryTakeAsync(ShopRow, CallKind, CancellationToken)"/>.</returns>
    public Task<TimeSpan> TryTakeSweepAsync(ShopRow shop, bool budgeted, CancellationToken cancellationToken)
    {
        var specs = Specs(shop, CallKind.LookUp);
        if (budgeted)
        {
            specs.AddRange([.. specs.Select(s => new BucketSpec($"{s.Key}:sweep", s.PerSecond * SweepShare, 1))]);
        }

        return TryTakeAsync(specs, cancellationToken);
    }

    /// <returns>Zero: the tokens are taken. Else how long until it is worth asking again.</returns>
    public Task<TimeSpan> TryTakeAsync(ShopRow shop, CallKind call, CancellationToken cancellationToken) =>
        TryTakeAsync(Specs(shop, call), cancellationToken);

    private async Task<TimeSpan> TryTakeAsync(List<BucketSpec> specs, CancellationToken cancellationToken)
    {
        if (specs.Count == 0)
        {
            return TimeSpan.Zero;
        }

        if (specs.Any(s => !_known.ContainsKey(s.Key)))
        {
            await buckets.EnsureAsync(specs, cancellationToken);
            specs.ForEach(s => _known[s.Key] = true);
        }

        return await buckets.TakeAsync([.. specs.Select(s => s.Key)], cancellationToken);
    }

    /// <summary>Waits for the tokens up to a limit.</summary>
    /// <returns>Zero: taken. Else the wait that was too long.</returns>
    public async Task<TimeSpan> TakeAsync(ShopRow shop, CallKind call, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var wait = await TryTakeAsync(shop, call, cancellationToken);
            if (wait == TimeSpan.Zero)
            {
                return wait;
            }

            if (time.GetElapsedTime(start) + wait > atMost)
            {
                return wait;
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>The platform said "too many".</summary>
    public Task BlockAsync(ShopRow shop, CallKind call, TimeSpan wait, CancellationToken cancellationToken) =>
        buckets.BlockAsync([.. Specs(shop, call).Where(s => !s.Key.EndsWith(":platform", StringComparison.Ordinal)).Select(s => s.Key)],
            wait, cancellationToken);

    private List<BucketSpec> Specs(ShopRow shop, CallKind call)
    {
        var word = call.ToString();
        return [.. marketplaces.Profile(shop.Key).Limits
            .Where(l => l.Calls.Any(c => c == "*" || c.Equals(word, StringComparison.OrdinalIgnoreCase)))
            .Select(l => new BucketSpec(Key(shop, l), l.PerSecond * (l.Burst > 2 ? Share : SlowShare), Math.Max(1, l.Burst / 2)))];
    }

    private static string Key(ShopRow shop, RateLimit limit) => limit.Scope switch
    {
        "shop" => $"{shop.Marketplace}:{limit.Name}:shop:{shop.Id}",
        "login" => $"{shop.Marketplace}:{limit.Name}:login:{shop.CredentialId}",
        _ => $"{shop.Marketplace}:{limit.Name}:platform",
    };
}
