using System.Diagnostics;

namespace OcopMarket.Benchmarks;

/// <summary>What one row of a pull costs when the catalogue is ten times as large, and ten times again: a new list, one that did not change
/// and one of which a hundredth did. Ratio: the dearest step from one size to the next; below 1 it becomes cheaper. By hand only, it takes
/// long: the largest size is <c>--rows</c>.</summary>
internal sealed class GrowthBenchmark : IBenchmark
{
    private const int Smallest = 10_000;
    private static readonly string[] _kinds = ["new", "unchanged", "1 % changed"];

    public string Name => "growth";
    public double Goal => 1.25;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (largest, worst) = (options.Rows ?? 1_000_000, 0.0);
        var (last, before) = (new double[3], new double[3]);
        for (var rows = Smallest; rows <= largest; rows = rows < largest && rows * 10L > largest ? largest : rows * 10)
        {
            (before, last) = (last, await CostsAsync(rows, cancellationToken));
            await Console.Error.WriteLineAsync(FormattableString.Invariant(
                $"{rows} rows: {string.Join(", ", _kinds.Zip(last, (k, c) => FormattableString.Invariant($"{k} {1e6 * c:0.0} us a row")))}"));
            worst = before[0] > 0 ? Math.Max(worst, last.Zip(before, (l, b) => l / b).Max()) : worst;
        }

        return new(Name, largest, last[0] * largest, before[0] * largest, worst, Goal, worst <= Goal, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    /// <returns>Seconds a row: new, unchanged, 1 % changed; of the latter two the best of three.</returns>
    private static async Task<double[]> CostsAsync(int rows, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.StartAsync(cancellationToken);
        var file = Path.Combine(database.Folder, "feed.ndjson");
        await PullFeed.WriteAsync(file, rows, 0, null, cancellationToken);
        var costs = new[] { await SecondsAsync(database, file, cancellationToken) / rows, double.MaxValue, double.MaxValue };
        await database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        for (var time = 1; time <= 3; time++)
        {
            costs[1] = Math.Min(costs[1], await SecondsAsync(database, file, cancellationToken) / rows);
            await PullFeed.WriteAsync(file, rows, time, null, cancellationToken);
            costs[2] = Math.Min(costs[2], await SecondsAsync(database, file, cancellationToken) / rows);
        }

        return costs;
    }

    private static async Task<double> SecondsAsync(BenchDatabase database, string file, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync("CHECKPOINT", cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await PullBenchmarks.PullAsync(database.Source, file, cancellationToken);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
