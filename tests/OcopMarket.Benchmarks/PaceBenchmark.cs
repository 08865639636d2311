using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Benchmarks;

/// <summary>How much of what a platform allows four processes use together in a minute, eight callers each, through the pacer that the
/// workers use. Counted by the simulated platform's own limiter and log; one call above the limit and it does not hold.</summary>
internal sealed class PaceBenchmark : IBenchmark
{
    private const string WorkerName = "pace-worker";
    private const int Processes = 4;
    private const int Callers = 8;
    private const int Rate = 20;
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(5);

    public string Name => "pace";
    public double Goal => 0.97;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.StartAsync(cancellationToken);
        await using var sandbox = await SandboxHost.StartAsync(
            new SandboxOptions
            {
                DataFolder = Path.Combine(database.Folder, "platforms"),
                FirstPort = 0,
                Platforms = ["voso"],
                Settings = new Dictionary<string, SandboxSettings>
                {
                    ["voso"] = SandboxSettings.For("voso") with { LoginCallsPerSecond = Rate, TokenLifetimeSeconds = 7200 },
                },
                Shops = [new SandboxShopSeed("HTX đo nhịp", "Người đo", "0912000001")],
            },
            cancellationToken);
        return await MeasureAsync(sandbox.Platforms.Single(), database.WorkerString, cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(SandboxPlatformInfo platform, string connection, CancellationToken cancellationToken)
    {
        var workers = Enumerable.Range(0, Processes).Select(_ => Start(platform, connection)).ToList();
        try
        {
            await Task.Delay(_warmUp, cancellationToken);
            using var http = new HttpClient { BaseAddress = new Uri(platform.BaseUrl) };
            var from = DateTimeOffset.UtcNow;
            await Task.Delay(_length + TimeSpan.FromSeconds(1), cancellationToken);
            var calls = await http.GetFromJsonAsync<List<Call>>("/_sandbox/log?after=0", JsonSerializerOptions.Web, cancellationToken);
            using var state = JsonDocument.Parse(await http.GetStringAsync(new Uri("/_sandbox/state", UriKind.Relative), cancellationToken));
            var breaches = state.RootElement.GetProperty("rateBreaches").GetInt64();
            var used = calls!.Count(c => c.Time >= from && c.Time < from + _length);
            var allowed = Rate * _length.TotalSeconds;
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{used} of {allowed} calls, {breaches} above the limit"));
            return new(Name, used, _length.TotalSeconds, used / (double)Rate, used / allowed, Goal, used >= Goal * allowed && breaches == 0,
                Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Kill();
                worker.Dispose();
            }
        }
    }

    /// <returns>False: this process is none of the benchmark's own workers.</returns>
    public static async Task<bool> WorkAsync(string[] arguments)
    {
        if (arguments.FirstOrDefault() != WorkerName)
        {
            return false;
        }

        var settings = new ConfigurationBuilder().AddEnvironmentVariables("PACE_").Build();
        await using var database = NpgsqlDataSource.Create(settings["Connection"]!);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddMarketplaces(settings, Path.Combine(AppContext.BaseDirectory, "config")).BuildServiceProvider();
        var marketplaces = services.GetRequiredService<MarketplaceRegistry>();
        var pacer = new CallPacer(new RateBuckets(database), marketplaces, TimeProvider.System);
        var adapter = marketplaces.Adapter(new("voso"));
        var shop = new ShopRow { Id = 1, Marketplace = "voso", CredentialId = 1 };
        await Take(pacer, shop, CallKind.SignIn);
        var tokens = await ((ISellerSignIn)adapter).SignInAsync(
            new(settings["User"]!, new Secret(settings["Password"]!), new Dictionary<string, string>()), CancellationToken.None);
        var session = new SellerSession(settings["Shop"]!, tokens.AccessToken);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (true)
            {
                await Take(pacer, shop, CallKind.CheckAccount);
                await adapter.CheckAccountAsync(session, CancellationToken.None);
            }
        }));
        return true;
    }

    private static async Task Take(CallPacer pacer, ShopRow shop, CallKind kind)
    {
        while (await pacer.TakeAsync(shop, kind, TimeSpan.FromSeconds(30), CancellationToken.None) > TimeSpan.Zero)
        {
            // The queue is long: wait on.
        }
    }

    private static Process Start(SandboxPlatformInfo platform, string connection)
    {
        var shop = platform.Shops[0];
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(PaceBenchmark).Assembly.Location);
        }

        start.ArgumentList.Add(WorkerName);
        start.Environment["PACE_Connection"] = connection;
        start.Environment["PACE_User"] = shop.Username;
        start.Environment["PACE_Password"] = shop.Password;
        start.Environment["PACE_Shop"] = shop.Id;
        start.Environment["PACE_Marketplaces__voso__BaseUrl"] = platform.BaseUrl;
        start.Environment["PACE_Marketplaces__voso__Limits__login__PerSecond"] = Rate.ToString(CultureInfo.InvariantCulture);
        start.Environment["PACE_Marketplaces__voso__Limits__login__Burst"] = Rate.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    private sealed record Call(DateTimeOffset Time);
}
