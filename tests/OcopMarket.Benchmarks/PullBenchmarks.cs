using System.Diagnostics;
using Npgsql;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Catalog;
using OcopMarket.Data.Vault;
using OcopMarket.Sources;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Benchmarks;

/// <summary>What <c>./run pull</c> takes beside merely copying the same file in, by the same class. A yardstick slower than
/// <see cref="SlowestYardstick"/> gives no verdict: the machine is busy with something else.</summary>
internal sealed class PullBenchmarks(string name, double goal, bool isNew, int daysPerPull, bool newBytes) : IBenchmark
{
    private const int SlowestYardstick = 90_000;

    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new PullBenchmarks("pull-unchanged", 0.30, false, 0, false),
        new PullBenchmarks("pull-1pct", 0.50, false, 1, false),
        new PullBenchmarks("pull-unchanged-content", 0.55, false, 0, true),
        new PullBenchmarks("pull-1pct-content", 0.75, false, 1, true),
        new PullBenchmarks("pull-new", 3.0, true, 0, false),
    ];

    public string Name => name;
    public double Goal => goal;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (rows, pairs) = (options.Rows ?? 1_000_000, Math.Max(1, options.Pairs ?? 5));
        await using var database = await BenchDatabase.StartAsync(cancellationToken);
        return await MeasureAsync(database, Path.Combine(database.Folder, "feed.ndjson"), rows, pairs, cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(
        BenchDatabase database, string file, int rows, int pairs, CancellationToken cancellationToken)
    {
        var (ours, plain) = (new List<double>(), new List<double>());
        await PullFeed.WriteAsync(file, rows, 0, newBytes ? 0 : null, cancellationToken);
        if (!isNew)
        {
            await PullAsync(database.Source, file, cancellationToken);
            await database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        }

        for (var pair = 1; pair <= pairs; pair++)
        {
            await PrepareAsync(database, file, rows, pair, cancellationToken);
            plain.Add(await PullYardstick.SecondsAsync(database.Owner, file, cancellationToken));
            await database.ExecuteAsync("DROP TABLE plain; CHECKPOINT", cancellationToken);
            var watch = Stopwatch.StartNew();
            var result = await PullAsync(database.Source, file, cancellationToken);
            ours.Add(watch.Elapsed.TotalSeconds);
            Check(result, rows);
        }

        await PrepareAsync(database, file, rows, pairs + 1, cancellationToken);
        var peak = await PullProcess.PeakMiBAsync(database.WorkerString, file, cancellationToken);
        var (seconds, yardstick) = (Figures.Median(ours), Figures.Median(plain));
        var ratio = seconds / yardstick;
        return new(
            name, rows, seconds, yardstick, ratio, goal, ratio <= goal && rows / yardstick >= SlowestYardstick, peak);
    }

    private async Task PrepareAsync(BenchDatabase database, string file, int rows, int pull, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            await database.ExecuteAsync("TRUNCATE source, producer, source_line, source_row_revision CASCADE", cancellationToken);
        }
        else if (daysPerPull > 0 || newBytes)
        {
            await PullFeed.WriteAsync(file, rows, daysPerPull * pull, newBytes ? pull : null, cancellationToken);
        }
    }

    /// <summary>Fast and wrong is no result.</summary>
    private void Check(PullResult result, int rows)
    {
        var part = Math.Max(1, rows / 1_000);
        var ok = isNew ? result.Accepted == rows
            : daysPerPull == 0 ? result is { Accepted: 0, Gone: 0 } && result.Unchanged == rows
            : result.Gone == part && result.Accepted >= rows / 100;
        if (!ok || result.FailureCode is not null)
        {
            throw new InvalidOperationException($"{name} applied the wrong rows: {result}");
        }
    }

    internal static Task<PullResult> PullAsync(NpgsqlDataSource database, string file, CancellationToken cancellationToken) =>
        new PullSource(
            new CatalogueStore(database, new CertificateRules(), new(new(new KeyFile("no key: nobody is erased", "the audit"))), TimeProvider.System), new SourceRunStore(database, TimeProvider.System),
            new NoPlanner()).RunAsync(
                ProductSources.Create(new() { Key = "bench", Kind = SourceKind.Ndjson, Path = file, CompleteSnapshot = true }),
                new(false, "bench", null), null, cancellationToken);

    private sealed class NoPlanner : ICatalogueChanged
    {
        public Task<int> PlanAsync(CancellationToken cancellationToken) => Task.FromResult(0);

        public Task<int> PlanEditedAsync(CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
