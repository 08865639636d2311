using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OcopMarket.App.Hosting;
using OcopMarket.Sandbox;
using OcopMarket.Testing;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.Connecting;

/// <summary>The program with pages and workers, one producer with a planned shop, and the simulated Shopee. The operator's login was entered with
/// the real command.</summary>
public sealed class ConnectApp : PostgresFixture
{
    private DatabaseHome? _database;
    private SandboxHost _host = null!;
    private HttpClient _platform = null!;
    private WebApplication? _app;

    internal AppFolder Folder { get; } = new();
    internal string PlatformAddress => _host.Platforms[0].BaseUrl;
    internal Uri Address { get; private set; } = null!;
    internal TestPeople People { get; private set; } = null!;

    internal Dictionary<string, string> Settings => new(PostgresServer.Settings(ConnectionString))
    {
        ["Marketplaces__Shopee__BaseUrl"] = PlatformAddress,
        ["Marketplaces__Shopee__ConsentUrl"] = $"{PlatformAddress}/auth",
        ["SignIn__HashRounds"] = "1000",
    };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await SandboxHost.StartAsync(
            new() { FirstPort = 0, Platforms = ["shopee"], Shops = [new("HTX Trà Cú", "Thạch Thị Chal Thi", "0912345678", "14701711")] }, CancellationToken.None);
        _platform = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(PlatformAddress) };
        await ExecuteAsync("""
            INSERT INTO producer (key, name, name_folded) VALUES ('p1', 'HTX Trà Cú', 'htx tra cu');
            INSERT INTO seller_account (marketplace, producer_id, shop_name, state, state_evidence, opened_by, login_wanted, next_check_at)
            VALUES ('shopee', 1, 'HTX Trà Cú', 'planned', 'test', 'self', true, 'infinity')
            """);
        var (id, key) = (_host.Platforms[0].Application.Id, _host.Platforms[0].Application.Secret);
        var entered = await AppProcess.RunAsync(Folder, Settings, "vault", "partner", "shopee", id, "--key-file", Folder.Write("shopee.key", key), "--data", Folder.Data);
        Assert.True(entered.Code == 0, entered.Errors);
        Assert.DoesNotContain(key, entered.Output + entered.Errors, StringComparison.Ordinal);
    }

    /// <summary>What <see cref="StartAsync"/> started.</summary>
    internal async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            await _database!.DisposeAsync();
            _app = null;
        }
    }

    public override async Task DisposeAsync()
    {
        await StopAsync();
        _platform.Dispose();
        await _host.DisposeAsync();
        await base.DisposeAsync();
        await Folder.DisposeAsync();
    }

    /// <summary>Pages and workers in this process, as the program itself builds them.</summary>
    internal async Task StartAsync()
    {
        if (_app is not null)
        {
            return;
        }

        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppFolder.Config, "appsettings.json")).AddInMemoryCollection(
        [
            .. Settings.Select(p => new KeyValuePair<string, string?>(p.Key.Replace("__", ":", StringComparison.Ordinal), p.Value)),
            new("SignIn:TriesPerAddress", "100000"), new("SignIn:TriesInAll", "100000"), new("Logging:LogLevel:Default", "None"),
            new("Logging:LogLevel:OcopMarket", "None"),
        ]).Build();
        var home = AppHome.At(Folder.Data);
        _database = await DatabaseHome.OpenAsync(settings, home, "unused", NullLogger.Instance, CancellationToken.None);
        _app = await OcopHost.BuildAsync(new HostRequest(Roles.Web | Roles.Worker, 0, home, settings, _database) { IsDemo = true }, CancellationToken.None);
        await _app.StartAsync();
        Address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        People = new(_app.Services, Address);
    }

    /// <param name="killAt">See the program's kill points; null: it lives.</param>
    internal AppProcess StartWorker(string? killAt = null) => AppProcess.Start(
        Folder, killAt is null ? Settings : new Dictionary<string, string>(Settings) { ["OCOP_KILL_AT"] = killAt },
        "serve", "--roles", "worker", "--port", "0", "--data", Folder.Data);

    /// <summary>Pages and workers as a process, which sends its mails over this port.</summary>
    internal AppProcess StartServing(int mailPort, string? killAt)
    {
        var settings = new Dictionary<string, string>(Settings)
        {
            ["Mail__Host"] = "127.0.0.1",
            ["Mail__Port"] = mailPort.ToString(CultureInfo.InvariantCulture),
            ["Mail__Security"] = "none",
            ["Mail__From"] = "ocop@test.example",
        };
        if (killAt is not null)
        {
            settings["OCOP_KILL_AT"] = killAt;
        }

        return AppProcess.Start(Folder, settings, "serve", "--roles", "web,worker", "--port", "0", "--data", Folder.Data);
    }

    /// <summary>As the shop's owner clicks on the platform's page.</summary>
    /// <returns>Path and query of the way back.</returns>
    internal async Task<string> AgreeAsync(string page)
    {
        var html = await _platform.GetStringAsync(new Uri(page));
        var link = System.Net.WebUtility.HtmlDecode(html.Split("id=\"shop-14701711\" href=\"")[1].Split('"')[0]);
        using var answer = await _platform.GetAsync(new Uri(link, UriKind.Relative));
        return answer.Headers.Location!.PathAndQuery;
    }

    /// <summary>An attempt as the portal hands it on.</summary>
    /// <param name="begun">Its person is still on the platform's page.</param>
    internal async Task<long> HandOnAsync(bool begun = false)
    {
        using var answer = await _platform.GetAsync(new Uri("/auth/agree?shop_id=14701711&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx", UriKind.Relative));
        return await ScalarAsync<long>(
            """
            INSERT INTO connect_attempt (kind, state_hash, session_id, person_id, person, keeper, origin, account_id, producer_id, marketplace, step,
                returned_at, code, claimed_shop)
            VALUES ('connect', sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), 1, 'Lan', 'staff', '127.0.0.1', 1, 1, 'shopee',
                CASE WHEN @begun THEN 'begun' ELSE 'returned' END, now(), CASE WHEN NOT @begun THEN @code END, '14701711') RETURNING id
            """,
            new { begun, code = System.Web.HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"] });
    }

    internal async Task<int> CallsAsync(string call)
    {
        var log = await _platform.GetFromJsonAsync<JsonArray>(new Uri("/_sandbox/log", UriKind.Relative));
        return log!.Count(c => (string?)c!["call"] == call);
    }

    /// <summary>Waits until a query says true.</summary>
    internal async Task UntilAsync(string condition, AppProcess? worker = null)
    {
        for (var i = 0; !await ScalarAsync<bool>($"SELECT {condition}"); i++)
        {
            Assert.True(i < 1200 && worker is not { HasExited: true }, string.Create(CultureInfo.InvariantCulture, $"Never came true: {condition} {worker?.Errors}"));
            await Task.Delay(100);
        }
    }
}
