using OcopMarket.Sandbox.Common;
using OcopMarket.Sandbox.Lazada;
using OcopMarket.Sandbox.Postmart;
using OcopMarket.Sandbox.Shopee;
using OcopMarket.Sandbox.Voso;
using OcopMarket.Sandbox.WooCommerce;

namespace OcopMarket.Sandbox;

/// <summary>The simulated marketplaces, each on its own port of 127.0.0.1.</summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly List<Platform> _platforms = [];
    private readonly List<PlatformServer> _servers = [];
    private string? _temporaryFolder;

    private SandboxHost()
    {
    }

    /// <summary>As of now: shops that were opened later are in it.</summary>
    public IReadOnlyList<SandboxPlatformInfo> Platforms => [.. _platforms.Select(Info)];

    /// <summary>State and call log, one folder per platform.</summary>
    public string DataFolder { get; private set; } = "";

    /// <exception cref="ArgumentException">A platform key that is not simulated.</exception>
    /// <exception cref="IOException">A port is taken, or the folder is in use or cannot be written.</exception>
    public static async Task<SandboxHost> StartAsync(SandboxOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var host = new SandboxHost();
        try
        {
            await host.StartAllAsync(options, ct);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _platforms.ForEach(p => p.Dispose());
        if (_temporaryFolder is not null && Directory.Exists(_temporaryFolder))
        {
            Directory.Delete(_temporaryFolder, recursive: true);
            _temporaryFolder = null;
        }
    }

    private static Platform Create(string key, PlatformContext context) => key switch
    {
        "postmart" => new PostmartPlatform(context),
        "voso" => new VosoPlatform(context),
        "shopee" => new ShopeePlatform(context),
        "lazada" => new LazadaPlatform(context),
        "woocommerce" => new WooCommercePlatform(context),
        _ => throw new ArgumentException($"No simulated platform is called '{key}'.", nameof(key))
    };

    private async Task StartAllAsync(SandboxOptions options, CancellationToken ct)
    {
        _temporaryFolder = options.DataFolder is null ? Directory.CreateTempSubdirectory("ocop-sandbox-").FullName : null;
        DataFolder = _temporaryFolder ?? options.DataFolder!;
        var port = options.FirstPort;
        foreach (var key in options.Platforms)
        {
            var settings = (options.Settings.GetValueOrDefault(key) ?? SandboxSettings.For(key)) with { Seed = options.Seed };
            var context = new PlatformContext(Path.Combine(DataFolder, key), DemoFaults.Over(settings, options.Demo), options);
            var platform = Create(key, context);
            _platforms.Add(platform);
            platform.Open();
            while (options.TakenPortMovesOn && port > 0 && !PlatformServer.IsFree(port))
            {
                port++;
            }

            _servers.Add(await PlatformServer.StartAsync(platform, port, ct));
            port = port == 0 ? 0 : port + 1;
        }
    }

    private static SandboxPlatformInfo Info(Platform platform)
    {
        lock (platform.Gate)
        {
            platform.Advance();
            var shops = platform.Shops.Select(s => new SandboxShopInfo(s.Id, s.Name, s.Phone, s.Username, s.Password, s.Status, s.Url));
            return new SandboxPlatformInfo(platform.Key, platform.Name, platform.BaseUrl, platform.Application, [.. shops]);
        }
    }
}
