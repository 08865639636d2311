using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using OcopMarket.Chaos;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Testing;
using OcopMarket.Testing.Vault;

namespace OcopMarket.EndToEnd.Tests.Canary;

/// <summary>The whole program as real processes with a secret in every place where one can stand, and the places where none may be found.</summary>
public sealed partial class CanaryField : PostgresFixture
{
    private readonly ChaosOptions _options = ChaosOptions.Short with
    {
        Producers = 2,
        ProductsEach = 12,
        Edits = 10,
        RefusedShare = 0.4,
        DroppedShare = 0,
        LateShare = 0,
        IndexLagSeconds = 1,
        CallTimeout = TimeSpan.FromSeconds(2),
        Lease = TimeSpan.FromSeconds(4),
        SettlingTime = TimeSpan.FromSeconds(4),
    };

    private readonly List<(string Name, string Text)> _said = [];
    private ChaosPlatforms _platforms = null!;
    private ChaosOffice _office = null!;
    private TransitServer _transit = null!;
    private ChaosCatalogue _catalogue = null!;
    private int _port;
    private int _waves;

    internal AppFolder Home { get; } = new();
    internal Marks Marks { get; } = new();
    internal Dictionary<string, string> Settings { get; private set; } = null!;
    internal string Metrics { get; } = $"so-lieu-{Secrets.NewHex()}";
    internal HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var password = $"mật khẩu+{Secrets.NewHex(16)}";
        var role = $"canary_{Guid.NewGuid():n}";
        await ExecuteAsync(
            $"""
            CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{password}';
            CREATE ROLE {role}_worker LOGIN PASSWORD '{password}' IN ROLE ocop_worker;
            CREATE ROLE {role}_web LOGIN PASSWORD '{password}' IN ROLE ocop_web
            """);
        string As(string login) => new NpgsqlConnectionStringBuilder(ConnectionString) { Username = login, Password = password }.ConnectionString;
        _platforms = await ChaosPlatforms.StartAsync(Home);
        await _platforms.SetAsync(_options, CancellationToken.None);
        _transit = await TransitServer.StartAsync("ocopmarket");
        _port = FreePort();
        Settings = ChaosField.Environment(_options, As(role), _platforms);
        Settings["Database__WorkerConnectionString"] = As($"{role}_worker");
        Settings["Database__WebConnectionString"] = As($"{role}_web");
        Settings["Metrics__Enabled"] = "true";
        Settings["Metrics__Token"] = Metrics;
        Settings["AutoMapper__LicenseKey"] = $"giay-phep-{Secrets.NewHex()}";
        Settings["Logging__LogLevel__Default"] = "Trace";
        Settings["Logging__LogLevel__OcopMarket"] = "Trace";
        foreach (var (key, value) in await _platforms.Fleet.CallBackAsync($"http://127.0.0.1:{_port}", CancellationToken.None))
        {
            Settings[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        _office = await ChaosOffice.OpenAsync(Home, Settings, CancellationToken.None);
        _catalogue = new(_options);
        ChaosField.CopyPictures(Home);
        await ChangeAsync();
        await _office.OpenShopsAsync(_platforms.Fleet, CancellationToken.None);

        Marks.Add("password of the connection", password);
        Marks.Add("token of /metrics", Metrics);
        Marks.Add("licence key", Settings["AutoMapper__LicenseKey"]);
        Marks.Add("token of Vault", _transit.Token);
        foreach (var client in _platforms.Fleet.Clients)
        {
            Marks.Add($"partner login of {client.Key}", client.Platform.Application.Secret);
            foreach (var id in await QueryAsync<long>("SELECT id FROM producer"))
            {
                var shop = await client.OpenShopAsync("x", FormattableString.Invariant($"0531{id:000000}"), CancellationToken.None);
                Marks.Add($"password of a shop on {client.Key}", shop.Password);
            }
        }
    }

    public override async Task DisposeAsync()
    {
        Client.Dispose();
        await _office.DisposeAsync();
        await _platforms.DisposeAsync();
        await _transit.DisposeAsync();
        await base.DisposeAsync(); // the role goes with the server, which begins empty whenever it starts
        await Home.DisposeAsync();
    }

    internal AppProcess Start(string roles, string format) => AppProcess.Start(
        Home, new Dictionary<string, string>(Settings) { ["Logging__Format"] = format }, "serve", "--roles", roles, "--port",
        roles == "web" ? _port.ToString(System.Globalization.CultureInfo.InvariantCulture) : "0", "--data", Home.Data);

    internal void UseVault()
    {
        Settings["Vault__Address"] = _transit.Address.ToString();
        Settings["Vault__TokenFile"] = Home.Write("vault-token", _transit.Token);
    }

    internal async Task ChangeAsync()
    {
        _catalogue.Edit(_waves++);
        var path = Path.Combine(Home.Path, "products.ndjson");
        await _catalogue.WriteAsync(path, CancellationToken.None);
        await _office.PullAsync("chaos", path, CancellationToken.None);
    }

    internal async Task BreakAsync(string kind)
    {
        foreach (var client in _platforms.Fleet.Clients)
        {
            await client.FaultAsync(new { call = "*", kind, count = 2, seconds = 1 }, CancellationToken.None);
        }
    }

    /// <summary>Waits until a condition holds; a minute at most.</summary>
    internal async Task UntilAsync(string condition)
    {
        for (var i = 0; !await ScalarAsync<bool>($"SELECT {condition}"); i++)
        {
            Assert.True(i < 200, $"Never came true: {condition}");
            await Task.Delay(300);
        }
    }

    /// <summary>Tokens as they are now, and the keys in the files.</summary>
    internal async Task MarkAsync(bool vault = false)
    {
        foreach (var name in new[] { "vault.key", "audit.key" }.Where(n => File.Exists(Path.Combine(Home.Data, "keys", n))))
        {
            foreach (var key in new KeyFile(Path.Combine(Home.Data, "keys", name), "").Read().Values)
            {
                Marks.Add(name, key);
            }
        }

        if (!vault)
        {
            var store = Store(out var keys);
            foreach (var id in await QueryAsync<long>("SELECT id FROM credential WHERE sealed_access IS NOT NULL"))
            {
                Marks.Add("token of a login", (await store.OpenAccessAsync(await store.GetAsync(id, CancellationToken.None), CancellationToken.None)).Reveal());
            }

            keys.Dispose();
        }
    }

    /// <summary>The partner's password is another one over there, and the token has ended.</summary>
    internal async Task SpoilPartnerAsync(string wrong)
    {
        Marks.Add("wrong password", wrong);
        var store = Store(out var keys);
        var row = await store.GetAsync(await ScalarAsync<long>("SELECT id FROM credential WHERE scope = 'partner' AND marketplace = 'postmart'"), CancellationToken.None);
        await store.SaveAsync(
            new("postmart"), CredentialScope.PartnerLogin, new(row.Login, new(wrong), row.ParameterMap), keepPassword: true,
            new(new($"ended-token-{wrong}"), null, DateTimeOffset.UnixEpoch), new("test", "test"), CancellationToken.None);
        keys.Dispose();
    }

    internal async Task<AppResult> RunAsync(string verbs, Dictionary<string, string>? settings = null)
    {
        var result = await AppProcess.RunAsync(Home, settings ?? Settings, [.. verbs.Split(' '), "--data", Home.Data]);
        Hear($"./run {verbs}", result.Output + result.Errors);
        return result;
    }

    internal void Hear(string name, string text) => _said.Add((name, text));

    internal async Task GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{_port}{path}"));
        request.Headers.TryAddWithoutValidation("Authorization", path == "/metrics" ? $"Bearer {Metrics}" : null);
        using var answer = await Client.SendAsync(request);
        Hear($"page {path}", $"{answer.Headers}{await answer.Content.ReadAsStringAsync()}");
    }

    internal async Task PostAsync(string path, string body)
    {
        using var answer = await Client.PostAsync(new Uri($"http://127.0.0.1:{_port}{path}"), new StringContent(body, Encoding.UTF8, "application/json"));
        Hear($"answer of {path}", await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Every page that another page leads to, and error pages.</summary>
    internal async Task ReadPagesAsync()
    {
        var (seen, open) = (new HashSet<string>(), new Queue<string>(["/", "/metrics", "/health/ready", "/nowhere", "/san-pham/999999"]));
        while (open.TryDequeue(out var path) && seen.Count < 80)
        {
            if (seen.Add(path))
            {
                await GetAsync(path);
                foreach (Match link in Link().Matches(_said[^1].Text))
                {
                    open.Enqueue(WebUtility.HtmlDecode(link.Groups[1].Value));
                }
            }
        }
    }

    /// <summary>Everything that was said, every column of every table of every schema, Hangfire's too, and what is in the files.</summary>
    internal async Task<IReadOnlyList<string>> SearchAsync(params string[] files)
    {
        var found = _said.SelectMany(s => Marks.FoundIn(s.Name, s.Text)).ToList();
        foreach (var table in await QueryAsync<string>(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"))
        {
            foreach (var row in await QueryAsync<string>($"SELECT t::text FROM {table} t"))
            {
                found.AddRange(Marks.FoundIn($"table {table}", row));
            }
        }

        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(Home.Path, file));
            found.AddRange(Marks.FoundIn(file, Encoding.Latin1.GetString(bytes)));
            if (file.EndsWith(".zip", StringComparison.Ordinal))
            {
                using var zip = new ZipArchive(new MemoryStream(bytes));
                foreach (var entry in zip.Entries)
                {
                    using var text = new StreamReader(await entry.OpenAsync(), Encoding.Latin1);
                    found.AddRange(Marks.FoundIn($"{file} {entry.FullName}", await text.ReadToEndAsync()));
                }
            }
        }

        return found;
    }

    private CredentialStore Store(out DataKeys keys)
    {
        var wrappers = KeyWrappers.OfFile(Path.Combine(Home.Data, "keys", "vault.key"), mayCreate: false);
        keys = new DataKeys(DataSource, wrappers, TimeProvider.System);
        return new(DataSource, new CredentialVault(DataSource, keys, wrappers));
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    [GeneratedRegex("""href="(/[^"#]*)""")]
    private static partial Regex Link();
}
