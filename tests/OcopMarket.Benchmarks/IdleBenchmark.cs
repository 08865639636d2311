using System.Diagnostics;

namespace OcopMarket.Benchmarks;

/// <summary>What a worker with very many connected shops and nothing to do uses: share of one core over a minute, and memory. The shops were
/// read today and are looked at tomorrow.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private const double Core = 0.01;
    private const double MiB = 250;

    private const string AddShops = """
        WITH p AS (
            INSERT INTO producer (key, name, name_folded) SELECT 'p' || n, 'HTX số ' || n, 'htx so ' || n FROM generate_series(1, @shops) n RETURNING id),
        a AS (
            INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, state, state_evidence, next_check_at, opened_by, unswept_since, sweep_at)
            SELECT 'voso', 'S' || id, id, 'HTX số ' || id, 'active', 'read', now() + interval '1 day', 'self', NULL, now() + interval '1 day' FROM p
            RETURNING id, marketplace)
        INSERT INTO account_queue (account_id, marketplace) SELECT id, marketplace FROM a
        """;

    public string Name => "idle";
    public double Goal => 1;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var shops = options.Rows ?? 130_000;
        await using var field = await EngineField.StartAsync("voso", null, new Dictionary<string, string?>(), cancellationToken);
        await field.ExecuteAsync(AddShops, new { shops }, cancellationToken);
        await field.Database.ExecuteAsync("ANALYZE", cancellationToken);
        await field.StartLoopsAsync(cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(15), cancellationToken);
        using var process = Process.GetCurrentProcess();
        var (start, used) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await Task.Delay(TimeSpan.FromSeconds(60), cancellationToken);
        process.Refresh();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var busy = (process.TotalProcessorTime - used).TotalSeconds;
        var memory = process.WorkingSet64 / 1048576.0;
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{100 * busy / seconds:0.00} % of a core, {memory:0} MiB"));
        return new(Name, shops, busy, Core * seconds, busy / (Core * seconds), Goal, busy <= Core * seconds && memory <= MiB, process.PeakWorkingSet64 / 1048576.0);
    }
}
