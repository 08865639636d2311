using System.Diagnostics;
using OcopMarket.Sandbox;

namespace OcopMarket.Benchmarks;

/// <summary>Seconds from a change of stock in the catalogue until the platform has it, while very many creates wait in the same shops and the
/// platform grants its usual rate. The 95th of a hundred changes, against five seconds.</summary>
internal sealed class LaneBenchmark : IBenchmark
{
    private const int Shops = 50;
    private const int OnSale = 4;
    private const int Changes = 100;
    private const double Limit = 5;
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(0.4);

    public string Name => "lane";
    public double Goal => 1;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var waiting = options.Rows ?? 100_000;
        await using var field = await EngineField.StartAsync(
            "voso",
            SandboxSettings.For("voso") with { ListLagSeconds = 1, ReviewMinSeconds = 0.2, ReviewMaxSeconds = 1, ShopVerificationSeconds = 0.2, TokenLifetimeSeconds = 7200, FetchImages = false },
            new Dictionary<string, string?>(), cancellationToken);
        await field.OpenShopsAsync(Shops, cancellationToken);
        await field.AddGoodsAsync(1, OnSale, cancellationToken);
        await field.StartLoopsAsync(cancellationToken);
        await field.UntilAsync($"count(*) = {Shops * OnSale} FROM listing WHERE marketplace = 'voso' AND state = 'live'", cancellationToken);
        var goods = await field.QueryAsync<(long Variant, string Sku)>(
            "SELECT variant_id, seller_sku FROM listing WHERE marketplace = 'voso' ORDER BY random()", null, cancellationToken);
        var planning = Stopwatch.GetTimestamp();
        await field.AddGoodsAsync(OnSale + 1, OnSale + (waiting / Shops), cancellationToken);
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"the creates are waiting, planned in {Stopwatch.GetElapsedTime(planning).TotalSeconds:0} s"));
        var after = (await field.CallsAsync(0, cancellationToken)).Max(c => c.Seq);
        var changed = await ChangeAsync(field, [.. goods.Take(Changes)], cancellationToken);
        var seconds = await ArriveAsync(field, changed, after, cancellationToken);
        var left = (await field.QueryAsync<long>(
            "SELECT count(*) FROM listing_task WHERE lane = 'create' AND state = 'due'", null, cancellationToken))[0];
        var p95 = seconds[(int)(0.95 * seconds.Count) - 1];
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"median {seconds[seconds.Count / 2]:0.00} s, 95th of a hundred {p95:0.00} s, longest {seconds[^1]:0.00} s; {left} creates still waiting"));
        return new(Name, waiting, p95, Limit, p95 / Limit, Goal, p95 <= Limit && left > waiting / 2, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    private static async Task<Dictionary<string, DateTimeOffset>> ChangeAsync(
        EngineField field, IReadOnlyList<(long Variant, string Sku)> goods, CancellationToken cancellationToken)
    {
        var changed = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (variant, sku) in goods)
        {
            changed[sku] = DateTimeOffset.UtcNow;
            await field.ExecuteAsync(
                """
                WITH v AS (UPDATE variant SET stock_units = stock_units - 1 WHERE id = @variant RETURNING product_id)
                UPDATE product p SET revision = revision + 1 FROM v WHERE p.id = v.product_id
                """, new { variant }, cancellationToken);
            await field.PlanAsync(cancellationToken);
            await Task.Delay(_between, cancellationToken);
        }

        return changed;
    }

    /// <returns>Seconds of each, ascending.</returns>
    private static async Task<List<double>> ArriveAsync(
        EngineField field, Dictionary<string, DateTimeOffset> changed, long after, CancellationToken cancellationToken)
    {
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        while (seconds.Count < changed.Count)
        {
            foreach (var call in await field.CallsAsync(after, cancellationToken))
            {
                after = Math.Max(after, call.Seq);
                foreach (var sku in call.Skus.Where(s => call.Landed && changed.TryGetValue(s, out var at) && call.Time >= at))
                {
                    seconds.TryAdd(sku, (call.Time - changed[sku]).TotalSeconds);
                }
            }

            await Task.Delay(500, cancellationToken);
        }

        return [.. seconds.Values.Order()];
    }
}
