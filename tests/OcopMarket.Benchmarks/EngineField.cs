using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker;

namespace OcopMarket.Benchmarks;

/// <summary>The whole engine with its loops, a database of its own and one simulated platform, with shops of one producer each.</summary>
internal sealed class EngineField : IAsyncDisposable
{
    private const string AddProducers = """
        INSERT INTO producer (key, name, name_folded)
        SELECT 'p' || n, 'HTX Hòa Ân ' || n, 'htx hoa an ' || n FROM generate_series(1, @producers) n
        """;

    private const string AddGoods = """
        WITH x AS (
            INSERT INTO product (producer_id, key, name, name_folded, criteria_set_no, short_description, description, shelf_life, origin,
                                 food_safety_no)
            SELECT p.id, 'sp' || p.id || '-' || n, 'Mật hoa dừa cô đặc mẻ ' || n || ' của ' || p.name, 'mat hoa dua', 8, 'Mật hoa dừa cô đặc, thu hoạch tại Trà Vinh.',
                   'Mật hoa dừa cô đặc từ mật tươi, không thêm đường, đóng chai tại xưởng của hợp tác xã.', '12 tháng', 'Trà Vinh, Việt Nam',
                   '15/2025/NNPTNT-TV'
            FROM producer p CROSS JOIN generate_series(@first, @last) n RETURNING id, producer_id, key),
        i AS (INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, @sha FROM x)
        INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm)
        SELECT id, producer_id, 'v' || key, 'chai', 185000, 120, 650, 8, 8, 21 FROM x
        """;

    private const string Story = """
        SELECT concat_ws(' ', count(*), l.marketplace, l.state, i.code, t.lane, t.state, t.last_outcome, t.last_code, a.state, a.problem_code, q.held_reason)
        FROM listing l LEFT JOIN listing_issue i ON i.listing_id = l.id AND i.closed_at IS NULL
        LEFT JOIN listing_task t ON t.listing_id = l.id AND t.state <> 'idle' LEFT JOIN seller_account a ON a.id = l.account_id
        LEFT JOIN account_queue q ON q.account_id = a.id
        GROUP BY l.marketplace, l.state, i.code, t.lane, t.state, t.last_outcome, t.last_code, a.state, a.problem_code, q.held_reason
        ORDER BY count(*) DESC LIMIT 10
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private static readonly string _sha = new('a', 64);
    private readonly SandboxHost? _host;
    private readonly ServiceProvider _services;
    private readonly HttpClient? _control;

    private EngineField(BenchDatabase database, SandboxHost? host, string marketplace, IReadOnlyDictionary<string, string?> settings)
    {
        (Database, _host, Marketplace) = (database, host, new(marketplace));
        var url = host?.Platforms.Single().BaseUrl ?? "http://127.0.0.1:9";
        _control = host is null ? null : new HttpClient { BaseAddress = new Uri(url) };
        _services = new ServiceCollection().AddLogging()
            .AddSingleton(database.Source)
            .AddSingleton(KeyWrappers.OfFile(Path.Combine(database.Folder, "key"), mayCreate: true))
            .AddSingleton(AuditChain.OfFile(Path.Combine(database.Folder, "audit.key"), mayCreate: true))
            .AddSingleton(new SubjectFile(Path.Combine(database.Folder, "erased.marks")))
            .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
            .AddMarketplaces(
                new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(settings)
                {
                    [$"Marketplaces:{marketplace}:BaseUrl"] = url,
                    [$"Marketplaces:{marketplace}:SettlingTime"] = "00:00:03",
                }).Build(),
                Path.Combine(AppContext.BaseDirectory, "config"))
            .AddOcopEngine(new CertificateRules())
            .AddOcopLoops()
            .ConfigureHttpClientDefaults(c => c.AddHttpMessageHandler(() => new CallRecorder()))
            .BuildServiceProvider(validateScopes: true);
    }

    public BenchDatabase Database { get; }
    public MarketplaceKey Marketplace { get; }
    public IServiceProvider Services => _services;
    public Uri Platform => _control!.BaseAddress!;

    /// <param name="platform">Null: no platform, nothing is to be called.</param>
    /// <param name="settings">Of the product, under their names.</param>
    public static async Task<EngineField> StartAsync(
        string marketplace, SandboxSettings? platform, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var database = await BenchDatabase.StartAsync(cancellationToken);
        var host = platform is null ? null : await SandboxHost.StartAsync(
            new SandboxOptions { FirstPort = 0, Platforms = [marketplace], Settings = new Dictionary<string, SandboxSettings> { [marketplace] = platform } },
            cancellationToken);
        return new(database, host, marketplace, settings);
    }

    public async Task StartLoopsAsync(CancellationToken cancellationToken)
    {
        foreach (var loop in _services.GetServices<IHostedService>())
        {
            await loop.StartAsync(cancellationToken);
        }
    }

    /// <summary>Producers, each with an open shop, and a picture for their products.</summary>
    public async Task OpenShopsAsync(int shops, CancellationToken cancellationToken)
    {
        await ExecuteAsync(AddProducers, new { producers = shops }, cancellationToken);
        var png = new byte[64]; // a true header and no pixels
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52 }.CopyTo(png, 0);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1200);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 900);
        await ExecuteAsync(
            "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (@sha, 'image/png', 1200, 900, 64, @png)",
            new { sha = _sha, png }, cancellationToken);
        var adapter = (ISellerSignIn)_services.GetRequiredService<MarketplaceRegistry>().Adapter(Marketplace);
        var application = _host!.Platforms.Single().Application;
        var partner = Marketplace.Value == "postmart";
        foreach (var producer in await QueryAsync<long>("SELECT id FROM producer ORDER BY id", null, cancellationToken))
        {
            var name = FormattableString.Invariant($"HTX Hòa Ân {producer}");
            var shop = await PostAsync("shops", new() { ["name"] = name, ["phone"] = FormattableString.Invariant($"0912{producer:000000}"), ["ownerName"] = name });
            var login = partner
                ? new SellerLogin(application.Id, new Secret(application.Secret), new Dictionary<string, string> { ["customerCode"] = application.CustomerCode! })
                : new SellerLogin((string)shop["username"]!, new Secret((string)shop["password"]!), new Dictionary<string, string>());
            var tokens = await adapter.SignInAsync(login, cancellationToken);
            var credential = await _services.GetRequiredService<CredentialStore>().SaveAsync(
                Marketplace, partner ? CredentialScope.PartnerLogin : CredentialScope.ShopLogin, login, keepPassword: partner, tokens, new("benchmark", "benchmark"), cancellationToken);
            await _services.GetRequiredService<AccountStore>().RegisterAsync(
                new(Marketplace, (string)shop["id"]!, producer, name, null, credential, AccountState.Registered, "registered", "benchmark")
                {
                    MandateGivenOn = new DateOnly(2020, 1, 1),
                    MandateEvidence = "benchmark",
                },
                cancellationToken);
        }
    }

    /// <summary>Products number <paramref name="first"/> to <paramref name="last"/> of every producer, planned.</summary>
    public async Task AddGoodsAsync(int first, int last, CancellationToken cancellationToken)
    {
        await StockUpAsync(first, last, cancellationToken);
        await PlanAsync(cancellationToken);
    }

    /// <summary>The same, not planned yet.</summary>
    public Task StockUpAsync(int first, int last, CancellationToken cancellationToken) =>
        ExecuteAsync(AddGoods, new { first, last, sha = _sha }, cancellationToken);

    public Task PlanAsync(CancellationToken cancellationToken) => _services.GetRequiredService<ICatalogueChanged>().PlanAsync(cancellationToken);

    /// <exception cref="TimeoutException">It does not come true; says how the listings stand.</exception>
    public async Task UntilAsync(string condition, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!(await QueryAsync<bool>($"SELECT {condition}", null, cancellationToken))[0])
        {
            if (TimeProvider.System.GetElapsedTime(begun) > _patience)
            {
                throw new TimeoutException($"Never came true: {condition}. {string.Join("; ", await QueryAsync<string>(Story, null, cancellationToken))}");
            }

            await Task.Delay(200, cancellationToken);
        }
    }

    /// <summary>Items that stand on the platform, by its own count.</summary>
    public async Task<int> ItemsAsync(CancellationToken cancellationToken) =>
        (await _control!.GetFromJsonAsync<JsonObject>(new Uri("/_sandbox/state", UriKind.Relative), cancellationToken))!["items"]!.AsArray().Count;

    /// <summary>The platform's log from a place on.</summary>
    public async Task<IReadOnlyList<PlatformCall>> CallsAsync(long after, CancellationToken cancellationToken) =>
        (await _control!.GetFromJsonAsync<List<PlatformCall>>(
            new Uri(FormattableString.Invariant($"/_sandbox/log?after={after}"), UriKind.Relative), JsonSerializerOptions.Web, cancellationToken))!;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await Database.Source.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(
            sql, parameters, commandTimeout: 0, commandType: System.Data.CommandType.Text, cancellationToken: cancellationToken))).AsList();
    }

    public async Task ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await Database.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _services.GetServices<IHostedService>().Reverse())
        {
            await loop.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        _control?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private async Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        using var answer = await _control!.PostAsJsonAsync(new Uri($"/_sandbox/{path}", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}

internal sealed record PlatformCall(long Seq, DateTimeOffset Time, string Call, bool Landed, IReadOnlyList<string> Skus);
