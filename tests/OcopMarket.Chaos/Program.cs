using System.Text.Json;
using OcopMarket.Chaos;

JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
ChaosOptions options;
try
{
    options = ChaosOptions.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var say = new Lines();
var report = await new ChaosRun(options, say, TimeProvider.System).RunAsync(stop.Token);
await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, json));
return report.Faults.Count == 0 ? 0 : 1;

/// <summary>Progress, one line each, in order.</summary>
internal sealed class Lines : IProgress<string>
{
    public void Report(string value) => Console.Error.WriteLine(value);
}
