using Npgsql;
using OcopMarket.Data;
using OcopMarket.Data.Embedded;
using OcopMarket.Data.Migrations;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.App.Hosting;

/// <summary>The database: the one that is configured, else an embedded server in the data folder. Each part of the program has a login of its
/// own; what was not configured is asked for only by who needs it.</summary>
internal sealed class DatabaseHome : IAsyncDisposable
{
    private readonly EmbeddedPostgres? _server;
    private readonly DatabaseStrings _strings;
    private readonly Dictionary<string, NpgsqlDataSource> _sources = new(StringComparer.Ordinal);
    private readonly Lock _opening = new();

    private DatabaseHome(DatabaseStrings strings, EmbeddedPostgres? server) => (_strings, _server) = (strings, server);

    /// <summary>Of the owner of the tables: for migrate, backup and restore.</summary>
    /// <exception cref="StartException">Not configured.</exception>
    public string OwnerString => Required(_strings.Owner, DatabaseStrings.OwnerKey, "the login that owns the tables");

    /// <summary>Whether this process may change the schema.</summary>
    public bool IsOwner => _strings.Owner is not null;
    public string WorkerString => Required(_strings.Worker, DatabaseStrings.WorkerKey, "the workers' own login");
    public NpgsqlDataSource OwnerSource => Source(OwnerString, "ocop-owner");

    /// <summary>The engine's and the commands'.</summary>
    public NpgsqlDataSource Worker => Source(WorkerString, "ocop");

    public string WebString => Required(_strings.Web, DatabaseStrings.WebKey, "the portal's own login");

    /// <summary>The pages'.</summary>
    public NpgsqlDataSource Web => Source(WebString, "ocop-web");

    /// <summary>Whichever login there is, for what each may read: settings, and how old the schema is.</summary>
    public NpgsqlDataSource Any => Source(_strings.Any, "ocop-look");
    public bool HasWorker => _strings.Worker is not null;
    public DatabaseStrings Strings => _strings;
    public bool IsEmbedded => _server is not null;
    public string Description => _server is null ? "configured server" : $"embedded PostgreSQL {_server.MajorVersion} ({_server.BinariesFrom})";

    /// <param name="database">Name of the database on the embedded server.</param>
    /// <exception cref="StartException">No database can be had; says what to do.</exception>
    public static async Task<DatabaseHome> OpenAsync(
        IConfiguration configuration, AppHome home, string database, ILogger log, CancellationToken cancellationToken)
    {
        if (DatabaseStrings.Of(configuration) is { IsEmpty: false } configured)
        {
            return await ConfiguredAsync(configured, cancellationToken);
        }

        try
        {
            var server = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions
                {
                    DataRoot = home.DataFolder,
                    Binaries = configuration["Database:Binaries"],
                    Logger = log,
                },
                cancellationToken);
            await server.EnsureDatabaseAsync(database, cancellationToken);
            var owner = server.ConnectionStringFor(database);
            await DatabaseLogins.OwnAsync(owner, cancellationToken);
            return new(
                new(owner, DatabaseLogins.Derive(owner, DatabaseRole.Worker), DatabaseLogins.Derive(owner, DatabaseRole.Web),
                    DatabaseLogins.Derive(owner, DatabaseRole.ReadOnly)),
                server);
        }
        catch (EmbeddedPostgresException e)
        {
            throw new StartException(e.Message);
        }
    }

    /// <summary>Refuses a login that row security would not hold back, or that has not what its part needs.</summary>
    /// <exception cref="StartException">Says what is wrong with it.</exception>
    public async Task RequireAsync(DatabaseRole role, CancellationToken cancellationToken)
    {
        var (source, key) = role == DatabaseRole.Web ? (Web, DatabaseStrings.WebKey) : (Worker, DatabaseStrings.WorkerKey);
        if (await DatabaseLogins.FaultAsync(source, role, cancellationToken) is { } fault)
        {
            throw new StartException(
                $"The login in {key} {fault}. Name one that is made for {role.Purpose} alone; ./run migrate makes it, or says what to run.");
        }
    }

    /// <summary>Brings the schema up to date when this process has the owner's login, else waits for nobody: it must be so already.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        if (IsOwner)
        {
            await MigrateAsync(cancellationToken);
            return;
        }

        try
        {
            if (await Migrator.IsCurrentAsync(_strings.Any, cancellationToken))
            {
                return;
            }
        }
        catch (MigrationException e)
        {
            throw new StartException(e.Message);
        }

        throw new StartException("The database has not been brought to this program's version yet; run ./run migrate with the owner's login, then start again.");
    }

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrator.MigrateAsync(OwnerString, cancellationToken);
        }
        catch (MigrationException e)
        {
            throw new StartException(e.Message);
        }
    }

    /// <summary>Gives back the connections at rest: a restore suffers nobody beside it.</summary>
    public void Rest()
    {
        lock (_opening)
        {
            foreach (var source in _sources.Values)
            {
                source.Clear();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values)
        {
            await source.DisposeAsync();
        }

        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.DisposeAsync();
        }
    }

    private static string Required(string? text, string key, string what) => text ?? throw new StartException(
        $"{key} is missing: {what}. Set it as Host=...;Database=...;Username=...;Password=... ; ./run migrate makes the login, or says what to run.");

    /// <summary>Named, because PostgreSQL's client publishes numbers under the name, and that of an unnamed one is its connection string.</summary>
    private NpgsqlDataSource Source(string text, string name)
    {
        lock (_opening)
        {
            return _sources.TryGetValue(text, out var known)
                ? known
                : _sources[text] = new NpgsqlDataSourceBuilder(Tuned(text)) { Name = name }.Build();
        }
    }

    private static async Task<DatabaseHome> ConfiguredAsync(DatabaseStrings strings, CancellationToken cancellationToken)
    {
        var home = new DatabaseHome(strings, null);
        foreach (var (key, text) in strings.All)
        {
            NpgsqlConnectionStringBuilder parsed;
            try
            {
                parsed = new(text);
            }
            catch (ArgumentException)
            {
                throw new StartException($"The setting {key} is no connection string. Write it as Host=...;Database=...;Username=...;Password=... .");
            }

            // The owner first: his migrate makes the others' logins.
            if (text != strings.Any)
            {
                continue;
            }

            try
            {
                await OpenOnceReadyAsync(home.Any, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
            {
                await home.DisposeAsync();
                var reason = e is PostgresException refused ? refused.MessageText : e.Message;
                throw new StartException(
                    $"The database {parsed.Database} at {parsed.Host}:{parsed.Port} does not let us in: {reason.TrimEnd('.')}. Check {key} and that the server runs.");
            }
        }

        return home;
    }

    /// <summary>A server that is just starting, or recovering after a crash, is waited for: it will let us in.</summary>
    private static async Task OpenOnceReadyAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow && tries < 120)
            {
                await Task.Delay(500, cancellationToken);
            }
        }
    }

    private static string Tuned(string text) => new NpgsqlConnectionStringBuilder(DatabaseLink.Tuned(text))
    {
        ApplicationName = "ocopmarket",
        MaxPoolSize = 40,
        IncludeErrorDetail = Environment.GetEnvironmentVariable("OCOP_DEBUG") is not null,
    }.ConnectionString;
}
