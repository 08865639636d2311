using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using Xunit;

namespace OcopMarket.Testing.Conformance;

/// <summary>One simulated platform with one open shop, on a clock of the test, and the adapter as the application registers it.</summary>
public abstract class SandboxFixture(string key) : IMarketplaceFixture, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
    private readonly LineCollector _log = new();
    private HttpClient _control = null!;
    private SandboxHost _host = null!;
    private ServiceProvider _services = null!;

    public IMarketplaceAdapter Adapter { get; private set; } = null!;
    public MarketplaceProfile Profile { get; private set; } = null!;
    public SellerSession Shop { get; private set; } = null!;
    public SellerLogin Login { get; private set; } = null!;
    public abstract int ApplicableTests { get; }
    public virtual TimeSpan CallbackIsLate => TimeSpan.FromHours(2);
    protected IServiceProvider ServicesOfApplication => _services;
    protected string PlatformAddress => _host.Platforms.Single().BaseUrl;
    public IReadOnlyCollection<string> LogLines => _log.Lines;
    public DateTimeOffset Now => _time.GetUtcNow();

    public async Task InitializeAsync()
    {
        var options = new SandboxOptions
        {
            FirstPort = 0,
            Platforms = [key],
            Time = _time,
            Settings = new Dictionary<string, SandboxSettings>
            {
                // A moderator decides only when a test says so; the limits of pace are the test's clock.
                [key] = SandboxSettings.For(key) with { ReviewMinSeconds = 9e6, ReviewMaxSeconds = 9e6, FetchImages = false },
            },
            Shops = [new SandboxShopSeed("HTX Mật hoa dừa Trà Vinh", "Thạch Thị Chal Thi", "0912345678")],
        };
        _host = await SandboxHost.StartAsync(options, CancellationToken.None);
        var platform = _host.Platforms.Single();
        _control = new HttpClient { BaseAddress = new Uri(platform.BaseUrl) };
        _services = Services(platform.BaseUrl, await PublicKeyAsync(), await SettingsAsync());
        var registry = _services.GetRequiredService<MarketplaceRegistry>();
        Adapter = registry.Adapter(new(key));
        Profile = registry.Profile(new(key));
        Login = LoginOf(platform);
        Shop = new(platform.Shops[0].Id, default);
        _time.Advance(TimeSpan.FromSeconds(10));
        await MendAsync();
        await PrepareAsync();
    }

    public virtual async Task DisposeAsync()
    {
        _control.Dispose();
        await _services.DisposeAsync();
        await _host.DisposeAsync();
    }

    public abstract ListingDraft Draft(string sku);

    public void Wait(TimeSpan time) => _time.Advance(time);

    public async Task BreakAsync(string call, string kind, int count = 1)
    {
        Wait(TimeSpan.FromSeconds(2));
        using var answer = await _control.DeleteAsync(new Uri("/_sandbox/faults", UriKind.Relative));
        await ControlAsync("faults", new JsonObject { ["call"] = call, ["kind"] = kind, ["count"] = count });
    }

    public async Task MendAsync()
    {
        using var answer = await _control.DeleteAsync(new Uri("/_sandbox/faults", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        Wait(TimeSpan.FromSeconds(2));
        Login = await LoginNowAsync();
        Shop = await SessionAsync();
        Wait(TimeSpan.FromSeconds(2));
    }

    public async Task<int> CountAsync(string sku)
    {
        var state = await _control.GetFromJsonAsync<JsonObject>(new Uri("/_sandbox/state", UriKind.Relative));
        return state!["items"]!.AsArray().Count(i => SkuOf(i!) == sku && !IsDeleted(i!));
    }

    public Task ModerateAsync(string externalId, string verdict, string? reason = null)
    {
        Wait(TimeSpan.FromSeconds(2));
        return ControlAsync("moderate", new JsonObject { ["item"] = externalId, ["verdict"] = verdict, ["reason"] = reason });
    }

    public abstract Task<SignedCallback> CallbackAsync(string externalId);

    /// <summary>The login that works now: where a token was taken back, its owner may have to make another.</summary>
    protected virtual Task<SellerLogin> LoginNowAsync() => Task.FromResult(Login);

    /// <summary>The platform refuses calls whose signed time is not its own.</summary>
    protected virtual bool SignsTheTime => false;

    /// <summary>Settings that only this platform has.</summary>
    protected virtual Task<IReadOnlyDictionary<string, string?>> SettingsAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?>());

    /// <summary>The shop with a token that works.</summary>
    protected virtual async Task<SellerSession> SessionAsync() =>
        Shop with { AccessToken = (await ((ISellerSignIn)Adapter).SignInAsync(Login, CancellationToken.None)).AccessToken };

    protected abstract SellerLogin LoginOf(SandboxPlatformInfo platform);

    /// <summary>What the platform must hold before listings are sent, pictures for example.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>One of the sandbox's own knobs.</summary>
    public async Task<JsonNode> ControlAsync(string path, JsonObject body)
    {
        using var answer = await _control.PostAsJsonAsync(new Uri($"/_sandbox/{path}", UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static string SkuOf(JsonNode item) => string.Create(CultureInfo.InvariantCulture, $"{item["sku"]}");

    private static bool IsDeleted(JsonNode item) => (bool?)item["deleted"] ?? false;

    private async Task<string?> PublicKeyAsync()
    {
        using var answer = await _control.GetAsync(new Uri("/_sandbox/public-key.pem", UriKind.Relative));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
    }

    private ServiceProvider Services(string baseUrl, string? publicKey, IReadOnlyDictionary<string, string?> own)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(own).AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"Marketplaces:{key}:BaseUrl"] = baseUrl,
            [$"Marketplaces:{key}:MaxResponseBytes"] = "262144",
            [$"Marketplaces:{key}:CallbackPublicKey"] = publicKey,
            [$"Marketplaces:{key}:WebhookSecret"] = "bi-mat-cua-bai-thu",
        }).Build();
        return new ServiceCollection()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(_log))
            .AddSingleton(SignsTheTime ? _time : TimeProvider.System)
            .AddMarketplaces(configuration, WorkingCopy.Config)
            .BuildServiceProvider(validateScopes: true);
    }

    private sealed class LineCollector : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
