namespace OcopMarket.Sandbox.Common;

/// <summary>Limiters of rate r and capacity r, one per key; full at first sight.</summary>
internal sealed class TokenBuckets
{
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _buckets = [];

    /// <summary>Takes one token from every bucket, or from none. Rate 0 or less: no limit.</summary>
    public bool Take(DateTimeOffset now, params ReadOnlySpan<(string Key, double Rate)> wanted)
    {
        foreach (var (key, rate) in wanted)
        {
            if (rate > 0 && Level(key, rate, now) < 1)
            {
                return false;
            }
        }

        foreach (var (key, rate) in wanted)
        {
            if (rate > 0)
            {
                _buckets[key] = (Level(key, rate, now) - 1, now);
            }
        }

        return true;
    }

    public void Clear() => _buckets.Clear();

    private double Level(string key, double rate, DateTimeOffset now)
    {
        var capacity = Math.Max(rate, 1);
        return _buckets.TryGetValue(key, out var bucket)
            ? Math.Min(capacity, bucket.Tokens + (rate * Math.Max(0, (now - bucket.At).TotalSeconds)))
            : capacity;
    }
}
