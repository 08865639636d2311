using System.Net.Http.Json;
using System.Text.Json;
using OcopMarket.App.Demo;
using OcopMarket.Testing.Processes;

namespace OcopMarket.Chaos;

internal sealed record PlatformItem(string Id, string Shop, string Sku, string Name, bool Live, bool Deleted, long Price, int Quantity, IReadOnlyList<string> Reasons);

internal sealed record PlatformState(IReadOnlyList<PlatformItem> Items, long DuplicateItems, long RateBreaches);

/// <summary>The simulated platforms, a process of their own that nobody strikes: their records are what the run is judged by.</summary>
internal sealed class ChaosPlatforms : IAsyncDisposable
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);
    private readonly AppProcess _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private ChaosPlatforms(AppProcess process, SandboxFleet fleet)
    {
        _process = process;
        Fleet = fleet;
    }

    public SandboxFleet Fleet { get; }
    public IEnumerable<string> Keys => Fleet.Clients.Select(c => c.Key);

    public static async Task<ChaosPlatforms> StartAsync(AppFolder home)
    {
        var process = AppProcess.Start(home, null, "sandbox", "--json", "--port", "0", "--data", Path.Combine(home.Path, "platforms"));
        while (true)
        {
            await process.WaitForAsync("}");
            try
            {
                using var whole = JsonDocument.Parse(process.Output);
                return new(process, SandboxFleet.Connect(home.Write("platforms.json", process.Output)));
            }
            catch (JsonException)
            {
                await Task.Delay(50); // the rest is on its way
            }
        }
    }

    /// <summary>How the platforms are while nothing is done to them: for opening shops.</summary>
    public async Task SetAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        foreach (var client in Fleet.Clients)
        {
            await client.SettingsAsync(new
            {
                seed = options.Seed,
                listLagSeconds = options.IndexLagSeconds,
                loginCallsPerSecond = options.LoginRate,
                shopCallsPerSecond = client.Key == "postmart" ? options.ShopRate : 0,
                createsPerSecond = client.Key == "voso" ? options.CreateRate : 0,
                newItemsPerDay = client.Key == "postmart" ? options.DailyCap : 0,
                latencyMilliseconds = options.LatencyMilliseconds,
                reviewMinSeconds = 1,
                reviewMaxSeconds = 5,
                refusedShare = options.RefusedShare,
                shopVerificationSeconds = 1,
                lockedShopNumber = 0,
                fetchImages = false,
            }, cancellationToken);
        }
    }

    /// <summary>Lost answers and late landings, from here to the end.</summary>
    public async Task SpoilAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        foreach (var client in Fleet.Clients)
        {
            await client.FaultAsync(new { call = "writes", kind = "droppedAfter", share = options.DroppedShare }, cancellationToken);
            await client.FaultAsync(
                new { call = "writes", kind = "lateLanding", share = options.LateShare, seconds = options.LateSeconds }, cancellationToken);
        }
    }

    /// <summary>A platform that has a bad minute: the next calls are answered so.</summary>
    public async Task StormAsync(int number, CancellationToken cancellationToken)
    {
        var kind = (number % 4) switch { 0 => "rateLimitedRetryAfter", 1 => "serverErrorAfter", 2 => "serverErrorBefore", _ => "rateLimited" };
        var client = Fleet.Clients[number % Fleet.Clients.Count];
        await client.FaultAsync(new { call = "*", kind, count = 30, seconds = 2 }, cancellationToken);
    }

    public async Task<PlatformState> StateAsync(string key, CancellationToken cancellationToken)
    {
        var url = Fleet.Clients.Single(c => c.Key == key).Platform.BaseUrl.TrimEnd('/');
        return (await _http.GetFromJsonAsync<PlatformState>($"{url}/_sandbox/state", _json, cancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Fleet.DisposeAsync();
        await _process.DisposeAsync();
    }
}
