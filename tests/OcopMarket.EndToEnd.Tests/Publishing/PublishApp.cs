using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.Publishing;

/// <summary>The program with pages and workers, one producer with shops on two simulated marketplaces.</summary>
public sealed class PublishApp : PostgresFixture
{
    private const string Products = """
        INSERT INTO producer (key, name, name_folded) VALUES ('p1', 'HTX Trà Cú', 'htx tra cu') ON CONFLICT DO NOTHING;
        WITH x AS (
            INSERT INTO product (producer_id, key, name, name_folded, criteria_set_no, short_description, description, shelf_life, origin, food_safety_no)
            SELECT 1, 'sp' || n, 'Mật hoa dừa cô đặc mẻ ' || n, 'mat hoa dua co dac me ' || n, 8, 'Mật hoa dừa cô đặc, thu hoạch tại Trà Vinh.',
                   'Mật hoa dừa cô đặc từ mật tươi, không thêm đường, đóng chai tại xưởng của hợp tác xã.', '12 tháng', 'Trà Vinh, Việt Nam',
                   '15/2025/NNPTNT-TV' FROM generate_series(@from, @to) n RETURNING id, producer_id, key),
        i AS (INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, @sha FROM x)
        INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm)
        SELECT id, producer_id, 'v' || key, 'chai', 185000, 120, 650, 8, 8, 21 FROM x
        """;

    private static readonly string[] _keys = ["postmart", "voso"];
    private static readonly string _sha = new('a', 64);
    private SandboxHost _host = null!;
    private DatabaseHome? _database;
    private WebApplication? _app;

    internal AppFolder Folder { get; } = new();
    internal Uri Address { get; private set; } = null!;
    internal TestPeople People { get; private set; } = null!;
    internal IServiceProvider Services => _app!.Services;

    internal Dictionary<string, string> Settings
    {
        get
        {
            var settings = new Dictionary<string, string>(PostgresServer.Settings(ConnectionString)) { ["SignIn__HashRounds"] = "1000" };
            foreach (var platform in _host.Platforms)
            {
                var name = platform.Key == "postmart" ? "Postmart" : "Voso";
                settings[$"Marketplaces__{name}__BaseUrl"] = platform.BaseUrl;
                settings[$"Marketplaces__{name}__SettlingTime"] = "00:00:02";
                settings[$"Marketplaces__{name}__CallTimeout"] = "00:00:05";
            }

            return settings;
        }
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await SandboxHost.StartAsync(
            new SandboxOptions
            {
                FirstPort = 0,
                Platforms = _keys,
                Settings = _keys.ToDictionary(k => k, k => SandboxSettings.For(k) with
                {
                    ListLagSeconds = 0.2,
                    ReviewMinSeconds = 0.2,
                    ReviewMaxSeconds = 0.6,
                    ShopVerificationSeconds = 0.2,
                    TokenLifetimeSeconds = 7200,
                    FetchImages = false,
                }),
            },
            CancellationToken.None);
        var png = new byte[64]; // a true header and no pixels
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52 }.CopyTo(png, 0);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1200);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 900);
        await ExecuteAsync(
            "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (@sha, 'image/png', 1200, 900, 64, @png)", new { sha = _sha, png });
        await AddAsync(1, 2);
        await StartAsync();
        foreach (var platform in _host.Platforms)
        {
            await OpenShopAsync(platform);
        }

        await PlanAsync();
    }

    public override async Task DisposeAsync()
    {
        await StopAsync();
        await _host.DisposeAsync();
        await base.DisposeAsync();
        await Folder.DisposeAsync();
    }

    internal Task AddAsync(int from, int to) => ExecuteAsync(Products, new { from, to, sha = _sha });

    internal Task PlanAsync() => Services.GetRequiredService<ICatalogueChanged>().PlanAsync(CancellationToken.None);

    /// <summary>Pages and workers in this process, as the program itself builds them.</summary>
    internal async Task StartAsync()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppFolder.Config, "appsettings.json")).AddInMemoryCollection(
        [
            .. Settings.Select(p => new KeyValuePair<string, string?>(p.Key.Replace("__", ":", StringComparison.Ordinal), p.Value)),
            new("SignIn:TriesPerAddress", "100000"), new("SignIn:TriesInAll", "100000"), new("Logging:LogLevel:Default", "None"),
            new("Logging:LogLevel:OcopMarket", "None"), new("Worker:DeleteAfter", "00:00:01"),
        ]).Build();
        var home = AppHome.At(Folder.Data);
        _database = await DatabaseHome.OpenAsync(settings, home, "unused", NullLogger.Instance, CancellationToken.None);
        _app = await OcopHost.BuildAsync(new HostRequest(Roles.Web | Roles.Worker, 0, home, settings, _database) { IsDemo = true }, CancellationToken.None);
        await _app.StartAsync();
        Address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        People = new(_app.Services, Address);
    }

    internal async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            await _database!.DisposeAsync();
            _app = null;
        }
    }

    internal AppProcess StartWorker() =>
        AppProcess.Start(Folder, Settings, "serve", "--roles", "worker", "--port", "0", "--data", Folder.Data);

    /// <summary>Waits until a query says true.</summary>
    internal async Task UntilAsync(string condition, AppProcess? worker = null)
    {
        for (var i = 0; !await ScalarAsync<bool>($"SELECT {condition}"); i++)
        {
            if (i >= 1200 || worker is { HasExited: true })
            {
                var listings = await ScalarAsync<string>("SELECT string_agg(concat_ws(' ', id, marketplace, desired, state, seen, seen_stock), '; ') FROM (SELECT * FROM listing ORDER BY id LIMIT 8) l");
                Assert.Fail($"Never came true: {condition} {worker?.Errors} {listings}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Undeleted items on both marketplaces, and those that a buyer sees; by the simulated platforms' own word.</summary>
    internal async Task<(int Items, int OnSale, int Doubled)> JudgeAsync()
    {
        var items = new List<(string Sku, bool IsLive)>();
        foreach (var platform in _host.Platforms)
        {
            using var control = new HttpClient { BaseAddress = new(platform.BaseUrl) };
            var state = await control.GetFromJsonAsync<JsonObject>(new Uri("/_sandbox/state", UriKind.Relative));
            items.AddRange(state!["items"]!.AsArray().Where(i => !((bool?)i!["deleted"] ?? false))
                .Select(i => ($"{platform.Key} {(string?)i!["sku"]}", (bool?)i["live"] ?? false)));
        }

        return (items.Count, items.Count(i => i.IsLive), items.Count - items.Select(i => i.Sku).Distinct().Count());
    }

    private async Task OpenShopAsync(SandboxPlatformInfo platform)
    {
        using var control = new HttpClient { BaseAddress = new(platform.BaseUrl) };
        using var answer = await control.PostAsJsonAsync(
            new Uri("/_sandbox/shops", UriKind.Relative), new JsonObject { ["name"] = "HTX Trà Cú", ["phone"] = "0912000001", ["ownerName"] = "Thạch Thị Chal Thi" });
        var shop = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var isPartner = platform.Key == "postmart";
        var login = isPartner
            ? new SellerLogin(
                platform.Application.Id, new Secret(platform.Application.Secret),
                new Dictionary<string, string> { ["customerCode"] = platform.Application.CustomerCode! })
            : new SellerLogin((string)shop["username"]!, new Secret((string)shop["password"]!), new Dictionary<string, string>());
        var key = new MarketplaceKey(platform.Key);
        var tokens = await ((ISellerSignIn)Services.GetRequiredService<MarketplaceRegistry>().Adapter(key)).SignInAsync(login, CancellationToken.None);
        var credential = await Services.GetRequiredService<CredentialStore>().SaveAsync(
            key, isPartner ? CredentialScope.PartnerLogin : CredentialScope.ShopLogin, login, keepPassword: isPartner, tokens, new("test", "test"), CancellationToken.None);
        await Services.GetRequiredService<AccountStore>().RegisterAsync(
            new(key, (string)shop["id"]!, 1, "HTX Trà Cú", null, credential, AccountState.Registered, "registered", "test")
            {
                MandateGivenOn = new DateOnly(2020, 1, 1),
                MandateEvidence = "test",
            },
            CancellationToken.None);
    }
}
