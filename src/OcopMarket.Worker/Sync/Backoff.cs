namespace OcopMarket.Worker.Sync;

/// <summary>How long to wait after failures in a row: doubling, with jitter, so that shops do not come back in step.</summary>
public static class Backoff
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(15);

    /// <param name="failures">Failures in a row before this one.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan After(int failures, double random)
    {
        var full = TimeSpan.FromSeconds(Math.Min(_longest.TotalSeconds, Math.Pow(2, Math.Clamp(failures, 0, 20) + 1)));
        return full * (0.5 + (random / 2));
    }
}
