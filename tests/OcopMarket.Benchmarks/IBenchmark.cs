namespace OcopMarket.Benchmarks;

/// <summary>One figure beside its yardstick, measured in the same run.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>The ratio to hold.</summary>
    double Goal { get; }

    Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken);
}

internal static class Figures
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}

internal sealed record BenchmarkOptions(int? Rows, int? Pairs);

internal sealed record BenchmarkResult(
    string Name, long Rows, double Seconds, double YardstickSeconds, double Ratio, double Goal, bool Holds, double PeakMiB);
