using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Benchmarks;

/// <summary>What one row costs when the catalogue is ten times as large, and ten times again: pulled as a new list, as one that did not change
/// and as one of which a hundredth did; and composed and planned, for the first time and on a new day. Ratio: the dearest step from one size to
/// the next; below 1 it becomes cheaper. By hand only, it takes long: the largest size is <c>--rows</c>.</summary>
internal sealed class GrowthBenchmark : IBenchmark
{
    private const int Smallest = 10_000;
    private static readonly string[] _kinds = ["new", "unchanged", "1 % changed", "planned", "planned on a new day"];

    public string Name => "growth";
    public double Goal => 1.25;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (largest, worst) = (options.Rows ?? 1_000_000, 0.0);
        var (last, before) = (new double[_kinds.Length], new double[_kinds.Length]);
        for (var rows = Smallest; rows <= largest; rows = rows < largest && rows * 10L > largest ? largest : rows * 10)
        {
            (before, last) = (last, await CostsAsync(rows, cancellationToken));
            await Console.Error.WriteLineAsync(FormattableString.Invariant(
                $"{rows} rows: {string.Join(", ", _kinds.Zip(last, (k, c) => FormattableString.Invariant($"{k} {1e6 * c:0.0} us a row")))}"));
            worst = before[0] > 0 ? Math.Max(worst, last.Zip(before, (l, b) => l / b).Max()) : worst;
        }

        return new(Name, largest, last[0] * largest, before[0] * largest, worst, Goal, worst <= Goal, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    /// <returns>Seconds a row, for each kind; of pulls that are not new the best of three.</returns>
    private static async Task<double[]> CostsAsync(int rows, CancellationToken cancellationToken)
    {
        await using var field = await EngineField.StartAsync("voso", null, new Dictionary<string, string?>(), cancellationToken);
        var database = field.Database;
        var file = Path.Combine(database.Folder, "feed.ndjson");
        await PullFeed.WriteAsync(file, rows, 0, null, cancellationToken);
        var pull = () => PullBenchmarks.PullAsync(database.Source, file, cancellationToken);
        var plan = () => (Task)ActivatorUtilities.CreateInstance<ListingPlanning>(field.Services).PlanAsync(cancellationToken);
        var costs = new[] { await SecondsAsync(database, pull, cancellationToken) / rows, double.MaxValue, double.MaxValue, 0, 0 };
        await database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        for (var time = 1; time <= 3; time++)
        {
            costs[1] = Math.Min(costs[1], await SecondsAsync(database, pull, cancellationToken) / rows);
            await PullFeed.WriteAsync(file, rows, time, null, cancellationToken);
            costs[2] = Math.Min(costs[2], await SecondsAsync(database, pull, cancellationToken) / rows);
        }

        costs[3] = await SecondsAsync(database, plan, cancellationToken) / rows;
        await database.ExecuteAsync("VACUUM ANALYZE; UPDATE product SET composed_on = composed_on - 1; VACUUM ANALYZE product", cancellationToken);
        costs[4] = await SecondsAsync(database, plan, cancellationToken) / rows;
        return costs;
    }

    private static async Task<double> SecondsAsync(BenchDatabase database, Func<Task> work, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync("CHECKPOINT", cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
