using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Certifications;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing;
using OcopMarket.Testing.Conformance;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>Producers with shops on the simulated Voso whose logins nobody has given yet, and one program without its loops.</summary>
public sealed class TypedLoginFixture : PostgresFixture
{
    public const long Person = 7;

    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-typed-").FullName;
    private SandboxHost _host = null!;
    private HttpClient _platform = null!;
    private ServiceProvider _program = null!;
    private int _shops;

    public KeyWrappers Keys { get; private set; } = null!;
    internal IServiceProvider Program => _program;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await SandboxHost.StartAsync(new SandboxOptions { FirstPort = 0, Platforms = ["voso"] }, CancellationToken.None);
        _platform = new() { BaseAddress = new(_host.Platforms[0].BaseUrl) };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Marketplaces:Voso:BaseUrl"] = _host.Platforms[0].BaseUrl,
            ["Marketplaces:Voso:CallTimeout"] = "00:00:05",
        }).Build();
        Keys = KeyWrappers.OfFile(Path.Combine(_folder, "key"), mayCreate: true);
        _program = new ServiceCollection().AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(DataSource)
            .AddSingleton(Keys)
            .AddSingleton(AuditChain.OfFile(Path.Combine(_folder, "audit.key"), mayCreate: true))
            .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
            .AddMarketplaces(configuration, WorkingCopy.Config)
            .AddOcopEngine(new CertificateRules())
            .BuildServiceProvider(validateScopes: true);
        await _program.GetRequiredService<IntakeKeys>().EnsureAsync(CancellationToken.None);
    }

    public override async Task DisposeAsync()
    {
        await _program.DisposeAsync();
        _platform.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
    }

    /// <summary>A producer with a shop that a list has named, and that shop on the platform.</summary>
    internal async Task<TypedShop> AddAsync()
    {
        var number = Interlocked.Increment(ref _shops).ToString(CultureInfo.InvariantCulture);
        var shop = await PostAsync("shops", new() { ["name"] = $"HTX {number}", ["phone"] = $"09124{number.PadLeft(5, '0')}", ["ownerName"] = "Chị Thi" });
        var (producer, account) = (await QueryAsync<(long, long)>(
            """
            WITH p AS (INSERT INTO producer (key, name, name_folded) VALUES ('p' || @number, 'HTX ' || @number, 'htx ' || @number) RETURNING id)
            INSERT INTO seller_account (marketplace, producer_id, shop_name, external_id, state, state_evidence, opened_by, login_wanted, next_check_at)
            SELECT 'voso', id, 'Gian hàng ' || @number, @external, 'registered', 'test', 'self', true, 'infinity' FROM p RETURNING producer_id, id
            """,
            new { number, external = (string)shop["id"]! })).Single();
        return new(this, account, producer, (string)shop["id"]!, (string)shop["username"]!, (string)shop["password"]!);
    }

    internal Task<JsonNode> PostAsync(string path, JsonObject body) => _platform.TellAsync(path, body);

    internal Task MendAsync() => _platform.MendAsync();
}

internal sealed record TypedShop(TypedLoginFixture Field, long Account, long Producer, string External, string User, string Password)
{
    /// <summary>As the portal seals and hands it on, and as a worker ends it.</summary>
    /// <param name="sealedFor">The shop that the box was sealed for; null: this one.</param>
    public async Task<string?> TypeAsync(string? user = null, string? password = null, long? sealedFor = null)
    {
        var id = await HandOnAsync(user, password, sealedFor);
        await EndAsync();
        return await ResultAsync(id);
    }

    public async Task<long> HandOnAsync(string? user = null, string? password = null, long? sealedFor = null)
    {
        var (key, point) = (await Field.QueryAsync<(long, byte[])>("SELECT id, public_key FROM intake_key ORDER BY id DESC LIMIT 1")).Single();
        var box = new TypedLogin(user ?? User, new(password ?? Password), null).Seal(point, sealedFor ?? Account, TypedLoginFixture.Person);
        return await Field.ScalarAsync<long>(
            """
            INSERT INTO connect_attempt (kind, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace, step, returned_at, typed, typed_key)
            VALUES ('login', gen_random_uuid(), @Person, 'person/7', 'producer', '127.0.0.1', 'c', @Account, @Producer, 'voso', 'returned', now(), @box, @key) RETURNING id
            """,
            new { TypedLoginFixture.Person, Account, Producer, box, key });
    }

    public async Task EndAsync()
    {
        foreach (var attempt in await Field.Program.GetRequiredService<ConnectStore>().TakeAsync(10, CancellationToken.None))
        {
            await Field.Program.GetRequiredService<ShopConnecting>().EndAsync(attempt, CancellationToken.None);
        }
    }

    /// <summary>Null where it is done.</summary>
    public Task<string?> ResultAsync(long id) =>
        Field.ScalarAsync<string>("SELECT CASE step WHEN 'done' THEN NULL ELSE coalesce(result, step) END FROM connect_attempt WHERE id = @id", new { id });

    public Task<string?> StandingAsync() => Field.ScalarAsync<string>(
        """
        SELECT concat_ws(' ', a.state, a.login_wanted, c.scope, c.state, c.keeper, c.sealed_password IS NULL, c.sealed_access IS NOT NULL)
        FROM seller_account a LEFT JOIN credential c ON c.id = a.credential_id WHERE a.id = @Account
        """,
        new { Account });

    public async Task<string> CheckAsync() => (await Field.Program.GetRequiredService<AccountChecks>().AskAsync(Account, CancellationToken.None))!.Code;
}
