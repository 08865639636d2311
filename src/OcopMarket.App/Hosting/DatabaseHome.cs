using Npgsql;
using OcopMarket.Data;
using OcopMarket.Data.Embedded;
using OcopMarket.Data.Migrations;

namespace OcopMarket.App.Hosting;

/// <summary>The database: the one that is configured, else an embedded server in the data folder.</summary>
internal sealed class DatabaseHome : IAsyncDisposable
{
    private readonly EmbeddedPostgres? _server;

    private DatabaseHome(string connectionString, EmbeddedPostgres? server)
    {
        ConnectionString = connectionString;
        _server = server;
        Source = new NpgsqlDataSourceBuilder(connectionString) { Name = "ocop" }.Build(); // unnamed, its numbers would carry the connection string
    }

    public string ConnectionString { get; }
    public NpgsqlDataSource Source { get; }
    public bool IsEmbedded => _server is not null;
    public string Description => _server is null ? "configured server" : $"embedded PostgreSQL {_server.MajorVersion} ({_server.BinariesFrom})";

    /// <param name="database">Name of the database on the embedded server.</param>
    /// <exception cref="StartException">No database can be had; says what to do.</exception>
    public static async Task<DatabaseHome> OpenAsync(
        IConfiguration configuration, AppHome home, string database, ILogger log, CancellationToken cancellationToken)
    {
        if (ConnectionStringOf(configuration) is { } configured)
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
            return new(Tuned(server.ConnectionStringFor(database)), server);
        }
        catch (EmbeddedPostgresException e)
        {
            throw new StartException(e.Message);
        }
    }

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrator.MigrateAsync(ConnectionString, cancellationToken);
        }
        catch (MigrationException e)
        {
            throw new StartException(e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.DisposeAsync();
        }
    }

    public static string? ConnectionStringOf(IConfiguration configuration)
    {
        if (configuration["Database:ConnectionStringFile"] is { Length: > 0 } file)
        {
            try
            {
                return File.ReadAllText(file).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartException(
                    $"The file {file} named by Database:ConnectionStringFile cannot be read. Put the connection string there or correct the setting.");
            }
        }

        return configuration["Database:ConnectionString"] is { Length: > 0 } text ? text : null;
    }

    private static async Task<DatabaseHome> ConfiguredAsync(string text, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new(text);
        }
        catch (ArgumentException)
        {
            throw new StartException(
                "The setting Database:ConnectionString is no connection string. Write it as Host=...;Database=...;Username=...;Password=... .");
        }

        var home = new DatabaseHome(Tuned(text), null);
        try
        {
            await OpenOnceReadyAsync(home.Source, cancellationToken);
            return home;
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            await home.DisposeAsync();
            var reason = e is PostgresException refused ? refused.MessageText : e.Message;
            throw new StartException(
                $"The database {parsed.Database} at {parsed.Host}:{parsed.Port} does not let us in: {reason.TrimEnd('.')}. Check Database:ConnectionString and that the server runs.");
        }
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
