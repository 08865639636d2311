using System.Globalization;
using System.Text.Json;
using OcopMarket.Benchmarks;

var benchmarks = PullBenchmarks.All.ToDictionary(b => b.Name, StringComparer.Ordinal);
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    await Console.Error.WriteLineAsync($"Name one of: {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

var options = new BenchmarkOptions(Number("--rows"), Number("--pairs"));
var result = await benchmark.RunAsync(options, CancellationToken.None);
await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
return 0;

int? Number(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length
    ? int.Parse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture) : null;
