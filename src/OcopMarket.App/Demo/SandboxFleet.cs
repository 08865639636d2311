using System.Text.Json;
using OcopMarket.App.Hosting;
using OcopMarket.Sandbox;

namespace OcopMarket.App.Demo;

/// <summary>The simulated platforms: started in this process, or running in one of their own and named by what <c>./run sandbox --json</c> printed.</summary>
internal sealed class SandboxFleet : IAsyncDisposable
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly SandboxHost? _host;
    private readonly HttpClient _http;
    private readonly ServiceProvider _services = Services();
    private readonly IReadOnlyList<SandboxPlatformInfo> _platforms;

    private SandboxFleet(IReadOnlyList<SandboxPlatformInfo> platforms, SandboxHost? host)
    {
        _platforms = platforms;
        _host = host;
        _http = _services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(SandboxFleet));
        Clients = [.. platforms.Select(p => new SandboxClient(_http, p))];
    }

    public IReadOnlyList<SandboxClient> Clients { get; }

    public static async Task<SandboxFleet> StartAsync(
        string folder, IReadOnlyList<string> platforms, int firstPort, bool takenPortMovesOn, long seed, CancellationToken cancellationToken)
    {
        try
        {
            var host = await SandboxHost.StartAsync(
                new SandboxOptions { DataFolder = folder, Platforms = platforms, FirstPort = firstPort, TakenPortMovesOn = takenPortMovesOn, Seed = seed },
                cancellationToken);
            return new(host.Platforms, host);
        }
        catch (IOException e)
        {
            throw new StartException(
                $"The simulated platforms cannot start: {e.Message.TrimEnd('.')}. Stop the program that has this port or folder, or choose another with --port or --data.");
        }
    }

    /// <summary>Of those that run, the demo's own floors.</summary>
    /// <param name="file">What <c>./run sandbox --json</c> printed.</param>
    public static SandboxFleet Connect(string file)
    {
        try
        {
            var list = JsonSerializer.Deserialize<PlatformList>(File.ReadAllText(file), _json);
            return new([.. list!.Platforms.Where(p => SandboxOptions.DemoPlatforms.Contains(p.Key))], null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NullReferenceException)
        {
            throw new StartException($"{file} does not describe running simulated platforms. Make it with: ./run sandbox --json > {file}");
        }
    }

    /// <summary>All that an outside client needs to log in.</summary>
    public string ToJson() => JsonSerializer.Serialize(new PlatformList(_host?.Platforms ?? _platforms), _json);

    /// <summary>Where the adapters find them, as settings.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Addresses() =>
        _platforms.Select(p => KeyValuePair.Create($"Marketplaces:{p.Key}:BaseUrl", (string?)p.BaseUrl));

    /// <summary>Tells the platforms that call back where our pages are.</summary>
    /// <returns>The keys that their callbacks are signed with, as settings.</returns>
    public async Task<IReadOnlyList<KeyValuePair<string, string?>>> CallBackAsync(string url, CancellationToken cancellationToken)
    {
        var keys = new List<KeyValuePair<string, string?>>();
        foreach (var client in Clients)
        {
            if (await client.PublicKeyAsync(cancellationToken) is { } key)
            {
                await client.SettingsAsync(new { callbackUrl = $"{url}/webhooks/{client.Key}" }, cancellationToken);
                keys.Add(new($"Marketplaces:{client.Key}:CallbackPublicKey", key));
            }
        }

        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private static ServiceProvider Services() => new ServiceCollection()
        .AddHttpClient(nameof(SandboxFleet), c => c.Timeout = TimeSpan.FromSeconds(30))
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false })
        .Services.BuildServiceProvider();

    private sealed record PlatformList(IReadOnlyList<SandboxPlatformInfo> Platforms);
}
