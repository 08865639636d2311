using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.People;
using OcopMarket.Core.Sellers;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Sync;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing.Conformance;
using OcopMarket.Testing;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>The whole engine with its loops, real PostgreSQL and one simulated platform over real HTTP. Every test opens a shop of its own.</summary>
public abstract class EngineFixture(string key) : PostgresFixture
{
    private const string AddProduct = """
        WITH p AS (
            INSERT INTO producer (key, name, name_folded) VALUES ('p' || @n, 'HTX số ' || @n, 'htx so ' || @n) RETURNING id),
        x AS (
            INSERT INTO product (producer_id, key, name, name_folded, criteria_set_no, short_description, description, shelf_life, origin,
                                 food_safety_no)
            SELECT id, 'sp' || @n, 'Mật hoa dừa cô đặc mẻ ' || @n, 'mat hoa dua', 8, 'Mật hoa dừa cô đặc, thu hoạch tại Trà Vinh.',
                   'Mật hoa dừa cô đặc từ mật tươi, không thêm đường, đóng chai tại xưởng của hợp tác xã.', '12 tháng', 'Trà Vinh, Việt Nam',
                   '15/2025/NNPTNT-TV' FROM p RETURNING id, producer_id),
        i AS (INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, @sha FROM x)
        INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm)
        SELECT id, producer_id, 'v' || @n, 'chai', 185000, 120, 650, 8, 8, 21 FROM x RETURNING producer_id
        """;

    private static readonly string _sha = new('a', 64);
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-engine-").FullName;
    private SandboxHost _host = null!;
    private ServiceProvider _services = null!;
    private HttpClient _control = null!;
    private string? _platformAddress;
    private int _shops;

    public string Key => key;
    public MarketplaceKey Marketplace => new(key);
    public IServiceProvider Services => _services;
    public SandboxPlatformInfo Platform => _host.Platforms.Single();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await SandboxHost.StartAsync(
            new SandboxOptions
            {
                FirstPort = 0,
                Platforms = [key],
                Settings = new Dictionary<string, SandboxSettings>
                {
                    [key] = SandboxSettings.For(key) with
                    {
                        ListLagSeconds = 0.2,
                        ReviewMinSeconds = 0.2,
                        ReviewMaxSeconds = 0.6,
                        ShopVerificationSeconds = 0.2,
                        TokenLifetimeSeconds = 7200,
                        FetchImages = false,
                    },
                },
            },
            CancellationToken.None);
        _control = new HttpClient { BaseAddress = new Uri(Platform.BaseUrl) };
        await AddPictureAsync();
        _services = Build(EngineDatabase());
        await PrepareAsync();
        foreach (var loop in _services.GetServices<IHostedService>())
        {
            await loop.StartAsync(CancellationToken.None);
        }
    }

    public override async Task DisposeAsync()
    {
        foreach (var loop in _services.GetServices<IHostedService>().Reverse())
        {
            await loop.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        await _host.DisposeAsync();
        _control.Dispose();
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
    }

    /// <summary>A producer with one product and an open shop; the listing is planned, and the loops do the rest.</summary>
    /// <param name="prepare">Runs when the seller's code is known and before anything is sent.</param>
    public async Task<Goods> AddAsync(Func<Goods, Task>? prepare = null)
    {
        var number = Interlocked.Increment(ref _shops);
        var producer = await AddProductAsync(number.ToString(CultureInfo.InvariantCulture));
        await WantShopAsync(producer);
        await PlanAsync();
        var (listing, sku) = (await QueryAsync<(long Id, string Sku)>(
            "SELECT id, seller_sku FROM listing WHERE producer_id = @producer AND marketplace = @key", new { producer, key })).Single();
        var phone = FormattableString.Invariant($"09120000{number:00}");
        var goods = new Goods(this, listing, sku, producer, phone);
        if (prepare is not null)
        {
            await prepare(goods);
        }

        var shop = await PostAsync("shops", new JsonObject { ["name"] = $"HTX số {number}", ["phone"] = phone, ["ownerName"] = "Thạch Thị Chal Thi" });
        await RegisterAsync(producer, $"HTX số {number}", shop);
        await PlanAsync();
        return goods;
    }

    /// <summary>The shop becomes the producer's, with a login of its own or the operator's, and with his mandate.</summary>
    protected virtual async Task RegisterAsync(long producer, string name, JsonNode shop)
    {
        var credential = await SignInAsync(LoginOf(shop));
        await Services.GetRequiredService<AccountStore>().RegisterAsync(
            new(Marketplace, (string)shop["id"]!, producer, name, null, credential, AccountState.Registered, "registered", "test")
            {
                MandateGivenOn = new DateOnly(2020, 1, 1),
                MandateEvidence = "test",
            },
            CancellationToken.None);
    }

    /// <summary>What must be there before the loops run.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>A producer with one product; nothing is planned.</summary>
    protected Task<long> AddProductAsync(string number) => ScalarAsync<long>(AddProduct, new { n = number, sha = _sha })!;

    /// <summary>Where nobody misses a shop that a producer has not, he says first that he will have one.</summary>
    protected virtual Task WantShopAsync(long producer) => Task.CompletedTask;

    /// <summary>A change of the catalogue, composed and planned.</summary>
    public async Task ChangeAsync(Goods goods, string sql)
    {
        await ExecuteAsync(sql, new { producer = goods.Producer });
        await ExecuteAsync("UPDATE product SET revision = revision + 1 WHERE producer_id = @producer", new { producer = goods.Producer });
        await PlanAsync();
    }

    /// <summary>Two people decide that a producer is erased, and the loops do it, with nothing left over.</summary>
    public async Task EraseAsync(long producer)
    {
        await using (var connection = await DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var (_, id) = await SubjectDecisions.RecordAsync(
                transaction, new("erase", producer, null, null, "Phiếu 1", new(2026, 11, 23)), new(2, 15, "", new Dictionary<string, string>()),
                new Actor("Lan", "test"), CancellationToken.None);
            Assert.Equal(SubjectOutcome.Done, await SubjectDecisions.ApproveAsync(transaction, id!.Value, new("Minh", "test"), CancellationToken.None));
            await transaction.CommitAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await CountAsync($"subject_request WHERE producer_id = {producer} AND step = 'done' AND left_over = '[]'") == 0)
        {
            Assert.False(limit.IsCancellationRequested, await ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', r.step, l.state, l.desired, l.seen), '; ') FROM subject_request r LEFT JOIN listing l ON l.producer_id = r.producer_id"));
            await Task.Delay(100);
        }
    }

    /// <summary>A change that the engine knows nothing of, as another program of the same seller would make it.</summary>
    public async Task<string?> SubmitBesideAsync(
        Goods goods, ChangeKind kind, string? externalId, Func<ListingDraft, ListingDraft>? change = null)
    {
        var (account, content) = (await QueryAsync<(long, string)>(
            "SELECT account_id, content::text FROM listing WHERE id = @Listing", new { goods.Listing })).Single();
        var shop = await Services.GetRequiredService<AccountStore>().FindAsync(account, CancellationToken.None);
        var session = await Services.GetRequiredService<SellerSessions>().OpenAsync(shop!, CancellationToken.None);
        var drafts = await Services.GetRequiredService<ShopMedia>().PrepareAsync(
            shop!, session!, [JsonSerializer.Deserialize<ListingDraft>(content)!], CancellationToken.None);
        var outcome = Assert.Single(await Services.GetRequiredService<MarketplaceRegistry>().Adapter(Marketplace).SubmitAsync(
            session!, [new(kind, (change?.Invoke(drafts![0]) ?? drafts![0]).ToCanonical(), externalId, $"beside-{kind}")], CancellationToken.None));
        Assert.Null(outcome.Failure);
        return outcome.ExternalId;
    }

    public virtual Task PlanAsync() => Services.GetRequiredService<ICatalogueChanged>().PlanAsync(CancellationToken.None);

    public async Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        using var answer = await _control.PostAsJsonAsync(new Uri($"/_sandbox/{path}", UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public Task BreakAsync(JsonObject fault) => PostAsync("faults", fault);

    public async Task MendAsync()
    {
        using var answer = await _control.DeleteAsync(new Uri("/_sandbox/faults", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    protected async Task<JsonObject> StateAsync() =>
        (await _control.GetFromJsonAsync<JsonObject>(new Uri("/_sandbox/state", UriKind.Relative)))!;

    /// <summary>Undeleted items of a seller's code, by the platform's own count.</summary>
    public Task<int> ItemsAsync(string sku) => ItemsAsync(sku, i => !((bool?)i["deleted"] ?? false));

    /// <summary>Of these, those that a buyer sees.</summary>
    public Task<int> OnSaleAsync(string sku) => ItemsAsync(sku, i => (bool?)i["live"] ?? false);

    private async Task<int> ItemsAsync(string sku, Func<JsonNode, bool> counts)
    {
        var state = await StateAsync();
        return state["items"]!.AsArray().Count(i => (string?)i!["sku"] == sku && counts(i));
    }

    /// <summary>The platform's call log: calls of a name, optionally of one seller's code.</summary>
    public async Task<int> CallsAsync(string call, string? sku = null)
    {
        var log = await _control.GetFromJsonAsync<JsonArray>(new Uri("/_sandbox/log", UriKind.Relative));
        return log!.Count(c => (string?)c!["call"] == call && (sku is null || c["skus"]!.AsArray().Any(s => (string?)s == sku)));
    }

    public async Task<int> CallsOfShopAsync(string call, string shop)
    {
        var log = await _control.GetFromJsonAsync<JsonArray>(new Uri("/_sandbox/log", UriKind.Relative));
        return log!.Count(c => (string?)c!["call"] == call && (string?)c["shop"] == shop);
    }

    /// <summary>Where the engine finds the platform.</summary>
    protected virtual string PlatformAddress() => Platform.BaseUrl;

    /// <summary>How the engine gets to the database.</summary>
    protected virtual NpgsqlDataSource EngineDatabase() => DataSource;

    protected virtual TimeSpan CallTimeout => TimeSpan.FromSeconds(5);

    /// <summary>Settings that only this platform needs.</summary>
    protected virtual IReadOnlyDictionary<string, string?> OwnSettings => new Dictionary<string, string?>();

    protected virtual TimeSpan Lease => TaskQueue.DefaultLease;

    /// <param name="shop">As the simulated platform tells of a shop that it opened.</param>
    protected abstract SellerLogin LoginOf(JsonNode shop);

    protected abstract CredentialScope Scope { get; }

    protected virtual void ConfigureLogging(ILoggingBuilder logging)
    {
    }

    private async Task<long> SignInAsync(SellerLogin login)
    {
        var tokens = await ((ISellerSignIn)Services.GetRequiredService<MarketplaceRegistry>().Adapter(Marketplace)).SignInAsync(login, CancellationToken.None);
        return await Services.GetRequiredService<CredentialStore>().SaveAsync(
            Marketplace, Scope, login, keepPassword: Scope == CredentialScope.PartnerLogin, tokens, new("test", "test"), CancellationToken.None);
    }

    // A true header and no pixels.
    private Task AddPictureAsync()
    {
        var png = new byte[64];
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52 }.CopyTo(png, 0);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1200);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 900);
        return ExecuteAsync(
            "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (@sha, 'image/png', 1200, 900, 64, @png)",
            new { sha = _sha, png });
    }

    /// <summary>The engine's parts over a database; its loops stand still until somebody starts them.</summary>
    protected ServiceProvider Build(NpgsqlDataSource database)
    {
        _platformAddress ??= PlatformAddress();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(OwnSettings).AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"Marketplaces:{key}:BaseUrl"] = _platformAddress,
            [$"Marketplaces:{key}:SettlingTime"] = "00:00:02",
            [$"Marketplaces:{key}:CallTimeout"] = CallTimeout.ToString("c", CultureInfo.InvariantCulture),
            [$"Marketplaces:{key}:Drift:Price"] = "ours",
        }).Build();
        return new ServiceCollection().AddLogging(ConfigureLogging)
            .AddSingleton(database)
            .AddSingleton(KeyWrappers.OfFile(Path.Combine(_folder, "key"), mayCreate: true))
            .AddSingleton(AuditChain.OfFile(Path.Combine(_folder, "audit.key"), mayCreate: true)).AddSingleton(new SubjectFile(Path.Combine(_folder, "erased.marks")))
            .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
            .AddMarketplaces(configuration, WorkingCopy.Config)
            .AddOcopEngine(new CertificateRules(), Lease, grace: TimeSpan.FromSeconds(1))
            .AddOcopLoops()
            .BuildServiceProvider(validateScopes: true);
    }
}

public class PostmartEngine() : EngineFixture("postmart")
{
    protected override CredentialScope Scope => CredentialScope.PartnerLogin;

    protected override SellerLogin LoginOf(JsonNode shop) => new(
        Platform.Application.Id, new Secret(Platform.Application.Secret),
        new Dictionary<string, string> { ["customerCode"] = Platform.Application.CustomerCode! });
}

public class VosoEngine() : EngineFixture("voso")
{
    protected override CredentialScope Scope => CredentialScope.ShopLogin;

    protected override SellerLogin LoginOf(JsonNode shop) => new(
        (string)shop["username"]!, new Secret((string)shop["password"]!), new Dictionary<string, string>());
}

public class WooCommerceEngine() : EngineFixture("woocommerce")
{
    private readonly ConcurrentDictionary<string, SellerLogin> _logins = new();

    protected override CredentialScope Scope => CredentialScope.ShopLogin;

    protected override SellerLogin LoginOf(JsonNode shop) => _logins[(string)shop["id"]!] = new(
        (string)shop["username"]!, new Secret((string)shop["password"]!), new Dictionary<string, string> { ["url"] = (string)shop["url"]! });

    /// <summary>The key of a shop, as its owner has it.</summary>
    public SellerLogin KeyOf(ShopRow shop) => _logins[shop.ExternalId!];

    /// <summary>As <c>accounts connect</c> does it.</summary>
    public Task ConnectAsync(ShopRow shop, SellerLogin login) =>
        Services.GetRequiredService<ShopOpening>().ConnectAsync(shop, login, new("Lan", "test"), null, CancellationToken.None);

    protected override Task WantShopAsync(long producer) => ExecuteAsync(
        """
        INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, state, state_evidence, opened_by)
        SELECT 'woocommerce', id, unit_now, name, 'planned', 'test', 'test' FROM producer WHERE id = @producer;
        UPDATE product SET revision = revision + 1 WHERE producer_id = @producer; -- the loops may have composed it without the shop
        """, new { producer });

    /// <summary>A producer of whom nobody said that he has a shop of his own.</summary>
    public Task<long> AddWithoutShopAsync() => AddProductAsync("không cửa hàng");

    /// <summary>The simulated shop's own rows.</summary>
    public async Task<JsonNode> ItemAsync(string sku) =>
        (await StateAsync())["items"]!.AsArray().Single(i => (string?)i!["sku"] == sku && !(bool)i["deleted"]!)!["raw"]!;
}

/// <summary>One listing of one product in a shop of its own.</summary>
public sealed record Goods(EngineFixture Engine, long Listing, string Sku, long Producer, string Phone)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    public Task<string?> StateAsync() => Engine.ScalarAsync<string>("SELECT state FROM listing WHERE id = @Listing", new { Listing });

    /// <summary>Waits until a condition over the listing's row holds.</summary>
    public async Task UntilAsync(string condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await Engine.ScalarAsync<bool>($"SELECT {condition} FROM listing WHERE id = @Listing", new { Listing }))
        {
            if (TimeProvider.System.GetElapsedTime(start) > _patience)
            {
                Assert.Fail($"Never came true: {condition}. {await StoryAsync()}");
            }

            await Task.Delay(100);
        }
    }

    public Task LiveAsync() => UntilAsync("state = 'live'");

    public Task<string?> IssueAsync() => Engine.ScalarAsync<string>(
        "SELECT string_agg(code, ',' ORDER BY code) FROM listing_issue WHERE listing_id = @Listing AND closed_at IS NULL AND severity = 'blocking'",
        new { Listing });

    public Task<long> AttemptsAsync(string condition) => Engine.ScalarAsync<long>(
        $"SELECT count(*) FROM listing_attempt WHERE listing_id = @Listing AND {condition}", new { Listing });

    private async Task<string> StoryAsync() => string.Join('\n', await Engine.QueryAsync<string>(
        """
        SELECT concat_ws(' ', 'now', state, owner, seen, external_id) FROM listing WHERE id = @Listing
        UNION ALL (SELECT concat_ws(' ', kind, what, how, code, raw) FROM listing_event WHERE listing_id = @Listing ORDER BY id)
        UNION ALL SELECT concat_ws(' ', 'issue', code, array_to_string(fields, '+'), raw) FROM listing_issue WHERE listing_id = @Listing AND closed_at IS NULL
        """, new { Listing }));
}
