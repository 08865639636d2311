using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing.Conformance;
using OcopMarket.Testing;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>Producers with shops on the simulated Shopee, and as many programs as a test wants, without their loops.</summary>
public sealed class ConsentFixture : PostgresFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-consent-").FullName;
    private readonly List<ServiceProvider> _programs = [];
    private SandboxHost _host = null!;
    private HttpClient _platform = null!;
    private int _shops;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await SandboxHost.StartAsync(new SandboxOptions { FirstPort = 0, Platforms = ["shopee"] }, CancellationToken.None);
        _platform = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(_host.Platforms[0].BaseUrl) };
        var app = _host.Platforms[0].Application;
        await Program().GetRequiredService<CredentialStore>().SaveAsync(
            new("shopee"), CredentialScope.PartnerLogin, new(app.Id, new(app.Secret), new Dictionary<string, string>()), keepPassword: true, null,
            new("test", "test"), CancellationToken.None);
    }

    public override async Task DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        _platform.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
    }

    /// <summary>A process of its own as far as memory goes.</summary>
    internal IServiceProvider Program(TimeProvider? time = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Marketplaces:Shopee:BaseUrl"] = _host.Platforms[0].BaseUrl,
            ["Marketplaces:Shopee:ConsentUrl"] = $"{_host.Platforms[0].BaseUrl}/auth",
            ["Marketplaces:Shopee:CallTimeout"] = "00:00:05",
        }).Build();
        var program = new ServiceCollection().AddLogging()
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton(DataSource)
            .AddSingleton(KeyWrappers.OfFile(Path.Combine(_folder, "key"), mayCreate: true))
            .AddSingleton(AuditChain.OfFile(Path.Combine(_folder, "audit.key"), mayCreate: true))
            .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
            .AddMarketplaces(configuration, WorkingCopy.Config)
            .AddOcopEngine(new CertificateRules())
            .BuildServiceProvider(validateScopes: true);
        _programs.Add(program);
        return program;
    }

    /// <summary>A producer, its planned account, and a shop on the platform.</summary>
    internal async Task<ConsentShop> AddAsync()
    {
        var number = Interlocked.Increment(ref _shops);
        var (producer, account) = (await QueryAsync<(long, long)>(
            """
            WITH p AS (INSERT INTO producer (key, name, name_folded) VALUES ('p' || @number, 'HTX ' || @number, 'htx ' || @number) RETURNING id)
            INSERT INTO seller_account (marketplace, producer_id, shop_name, state, state_evidence, opened_by, login_wanted, next_check_at)
            SELECT 'shopee', id, 'Gian hàng ' || @number, 'planned', 'test', 'self', true, 'infinity' FROM p RETURNING producer_id, id
            """,
            new { number = number.ToString(CultureInfo.InvariantCulture) })).Single();
        var shop = 14701710 + number;
        await PostAsync("shops", new() { ["name"] = $"HTX {number}", ["phone"] = Phone(number), ["id"] = shop.ToString(CultureInfo.InvariantCulture) });
        return new(this, account, producer, shop.ToString(CultureInfo.InvariantCulture), Phone(number));
    }

    internal async Task<ConsentShop> AddConnectedAsync()
    {
        var shop = await AddAsync();
        await shop.ConnectAsync();
        return shop;
    }

    internal Task<JsonNode> PostAsync(string path, JsonObject body) => _platform.TellAsync(path, body);

    internal Task MendAsync() => _platform.MendAsync();

    /// <summary>As the platform's owner of that shop clicks.</summary>
    internal async Task<string> CodeAsync(string shop)
    {
        using var answer = await _platform.GetAsync(new Uri($"/auth/agree?shop_id={shop}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx&state=s", UriKind.Relative));
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
    }

    internal async Task<int> CallsAsync(string call, string shop)
    {
        var log = await _platform.GetFromJsonAsync<JsonArray>(new Uri("/_sandbox/log", UriKind.Relative));
        return log!.Count(c => (string?)c!["call"] == call && (string?)c["shop"] == shop);
    }

    internal static string Phone(int number) => FormattableString.Invariant($"09123{number:00000}");
}

internal sealed record ConsentShop(ConsentFixture Field, long Account, long Producer, string External, string Phone)
{
    /// <summary>As the portal hands it on, and as a worker ends it.</summary>
    /// <param name="consented">The shop whose owner clicked; null: the right one.</param>
    /// <param name="claimed">As the address says; null: the one that consented.</param>
    public async Task<string?> ConnectAsync(string? consented = null, string? claimed = null, string keeper = "producer", IServiceProvider? program = null)
    {
        var code = await Field.CodeAsync(consented ?? External);
        return await RunAsync("connect", code, claimed ?? consented ?? External, keeper, program);
    }

    public Task<string?> DisconnectAsync() => RunAsync("disconnect", null, null, "producer", null);

    /// <summary>Ends with the result, null where it is done.</summary>
    public async Task<string?> RunAsync(string kind, string? code, string? claimed, string keeper, IServiceProvider? program)
    {
        var id = await Field.ScalarAsync<long>(
            """
            INSERT INTO connect_attempt (kind, state_hash, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace,
                step, returned_at, code, claimed_shop)
            VALUES (@kind, CASE WHEN @kind = 'connect' THEN sha256(gen_random_uuid()::text::bytea) END, gen_random_uuid(), 1, 'Thạch Thị Chal Thi', @keeper,
                '127.0.0.1', 'c', @Account, @Producer, 'shopee', 'returned', now(), @code, @claimed) RETURNING id
            """,
            new { kind, keeper, Account, Producer, code, claimed });
        var services = program ?? Field.Program();
        foreach (var attempt in await services.GetRequiredService<ConnectStore>().TakeAsync(10, CancellationToken.None))
        {
            await services.GetRequiredService<ShopConnecting>().EndAsync(attempt, CancellationToken.None);
        }

        return await Field.ScalarAsync<string>("SELECT CASE step WHEN 'done' THEN NULL ELSE coalesce(result, step) END FROM connect_attempt WHERE id = @id", new { id });
    }

    public Task<long> CredentialAsync() => Field.ScalarAsync<long>("SELECT credential_id FROM seller_account WHERE id = @Account", new { Account });

    public async Task<CredentialRow> RowAsync() =>
        await Field.Program().GetRequiredService<CredentialStore>().GetAsync(await CredentialAsync(), CancellationToken.None);

    public async Task<SellerSession?> OpenAsync(IServiceProvider program) => await program.GetRequiredService<SellerSessions>().OpenAsync(
        (await program.GetRequiredService<AccountStore>().FindAsync(Account, CancellationToken.None))!, CancellationToken.None);

    public async Task<CheckOutcome> CheckAsync(IServiceProvider? program = null) =>
        (await (program ?? Field.Program()).GetRequiredService<AccountChecks>().AskAsync(Account, CancellationToken.None))!;

    /// <summary>The access token has ended by the database's clock.</summary>
    public Task ExpireAsync() => Field.ExecuteAsync(
        "UPDATE credential SET access_expires_at = now() - interval '1 s' WHERE id = (SELECT credential_id FROM seller_account WHERE id = @Account)", new { Account });

    public Task<string?> IssuesAsync() => Field.ScalarAsync<string>(
        "SELECT coalesce(string_agg(code || ' ' || owner, ', ' ORDER BY code), '') FROM account_issue WHERE account_id = @Account AND closed_at IS NULL", new { Account });

    public Task<string?> StateAsync() => Field.ScalarAsync<string>("SELECT state FROM seller_account WHERE id = @Account", new { Account });

    public Task<string?> AuditAsync() => Field.ScalarAsync<string>(
        "SELECT string_agg(action || ' ' || actor, ', ' ORDER BY id) FROM audit WHERE producer_id = @Producer", new { Producer });
}
