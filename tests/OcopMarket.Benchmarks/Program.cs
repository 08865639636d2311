using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OcopMarket.Benchmarks;

if (await PaceBenchmark.WorkAsync(args) || await PullProcess.WorkAsync(args) || await AccountsBenchmark.WorkAsync(args) || await WebhooksBenchmark.WorkAsync(args))
{
    return 0;
}

var benchmarks = PullBenchmarks.All.Concat([new PaceBenchmark(), new LaneBenchmark(), new PlanBenchmark(), new IdleBenchmark(), new PushBenchmark("postmart"), new PushBenchmark("voso"), new ClaimBenchmark(), new GrowthBenchmark(), new AccountsBenchmark(), new WebhooksBenchmark()]).ToDictionary(b => b.Name, StringComparer.Ordinal);
var usage = $"Name one of: {string.Join(", ", benchmarks.Keys)}; then, if you like, --rows N, --pairs N, --json.";
if (args.Length == 0)
{
    await Console.Out.WriteLineAsync(usage);
    return 0;
}

BenchmarkOptions options;
try
{
    options = new(Number("--rows"), Number("--pairs"));
}
catch (FormatException)
{
    await Console.Error.WriteLineAsync("--rows and --pairs need a whole number behind them.");
    return 2;
}

if (!benchmarks.TryGetValue(args[0], out var benchmark))
{
    await Console.Error.WriteLineAsync($"There is no benchmark '{args[0]}'. {usage}");
    return 2;
}

var result = await benchmark.RunAsync(options, CancellationToken.None);
var json = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
await Console.Out.WriteLineAsync(args.Contains("--json")
    ? JsonSerializer.Serialize(result, json)
    : string.Create(CultureInfo.InvariantCulture,
        $"{result.Name}: ratio {result.Ratio:0.000}, goal {result.Goal:0.00}, {(result.Holds ? "holds" : "does not hold")}; {result.Rows} rows, {result.Seconds:0.00} s, yardstick {result.YardstickSeconds:0.00} s, peak {result.PeakMiB:0} MiB"));
return result.Holds ? 0 : 1;

int? Number(string name)
{
    var at = Array.IndexOf(args, name);
    return at < 0 ? null : int.Parse(args.ElementAtOrDefault(at + 1) ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
}
