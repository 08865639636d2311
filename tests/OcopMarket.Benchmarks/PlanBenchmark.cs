using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Benchmarks;

/// <summary>Listings a second that are composed and planned: a catalogue that was just loaded, the same on a new day when nothing differs,
/// and one of which a hundredth did. Ratio: the first plan against the bare writing of the rows that it leaves behind, by one statement a table
/// with the same indexes.</summary>
internal sealed class PlanBenchmark : IBenchmark
{
    private const int Shops = 50;

    private static readonly string[] _tables = ["listing", "listing_task", "listing_issue", "listing_event"];

    public string Name => "plan";
    public double Goal => 3;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var products = (options.Rows ?? 100_000) / Shops * Shops;
        await using var field = await EngineField.StartAsync(
            "voso", Sandbox.SandboxSettings.For("voso") with { FetchImages = false }, new Dictionary<string, string?>(), cancellationToken);
        await field.OpenShopsAsync(Shops, cancellationToken);
        await field.AddGoodsAsync(1, 1, cancellationToken); // statements prepared, code compiled
        await field.StockUpAsync(2, 1 + (products / Shops), cancellationToken);
        var listings = 2 * (products + Shops);
        var first = await PlanAsync(field, "new", listings, cancellationToken);
        await field.Database.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        await field.ExecuteAsync("UPDATE product SET composed_on = composed_on - 1", null, cancellationToken);
        await field.Database.ExecuteAsync("VACUUM ANALYZE product", cancellationToken);
        await PlanAsync(field, "a new day, nothing differs", listings, cancellationToken);
        await field.ExecuteAsync(
            """
            WITH v AS (UPDATE variant SET stock_units = stock_units - 1 WHERE id % 100 = 0 RETURNING product_id)
            UPDATE product p SET revision = revision + 1 FROM v WHERE p.id = v.product_id
            """, null, cancellationToken);
        await PlanAsync(field, "1 % changed", listings / 100, cancellationToken);
        await PlanAsync(field, "nothing to do", listings, cancellationToken);
        var bare = await BareAsync(field, cancellationToken);
        return new(
            Name, listings, first, bare, first / bare, Goal, first / bare <= Goal, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    private static async Task<double> PlanAsync(EngineField field, string what, int listings, CancellationToken cancellationToken)
    {
        await field.Database.ExecuteAsync("CHECKPOINT", cancellationToken);
        var planning = ActivatorUtilities.CreateInstance<ListingPlanning>(field.Services); // as a worker that was just started: it looks at all
        var (start, processor) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        await planning.PlanAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var own = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"{what}: {listings} listings in {seconds:0.00} s, {listings / seconds:0} a second, {1e6 * own / listings:0} us of our processor each"));
        return seconds;
    }

    private static async Task<double> BareAsync(EngineField field, CancellationToken cancellationToken)
    {
        foreach (var table in _tables)
        {
            await field.Database.ExecuteAsync($"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL); GRANT ALL ON bare_{table} TO ocop_worker", cancellationToken);
        }

        await field.Database.ExecuteAsync("CHECKPOINT", cancellationToken);
        var start = Stopwatch.GetTimestamp();
        foreach (var table in _tables)
        {
            var columns = string.Join(", ", await field.QueryAsync<string>(
                """
                SELECT quote_ident(column_name) FROM information_schema.columns
                WHERE table_name = @table AND is_generated = 'NEVER' ORDER BY ordinal_position
                """, new { table }, cancellationToken));
            await field.ExecuteAsync(
                $"INSERT INTO bare_{table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {table}", null, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
