using Dapper;
using OcopMarket.App.Demo;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Migrations;

namespace OcopMarket.App.Cli;

/// <summary>What a data folder stands for, opened for one command. Its database is the configured one; without it, on the embedded server,
/// the real installation's when the folder is marked as one, else the demo's when a demo has been here, else the real one's.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const string Real = "ocop";
    private const string Demo = "ocop_demo";

    /// <summary>Not in an empty database, nor for a login that an older schema knows nothing of.</summary>
    private const string MayReadMode = "SELECT coalesce(has_table_privilege(to_regclass('setting'), 'SELECT'), false)";

    private Installation(AppHome home, DatabaseHome database)
    {
        Home = home;
        Database = database;
        Settings = Hosting.Settings.Load(home, demo: false, []);
    }

    public AppHome Home { get; }
    public DatabaseHome Database { get; }
    public DemoQueries Queries => new(Database.Worker);

    /// <summary>With the demo's own laid over them in a demo.</summary>
    public IConfigurationRoot Settings { get; private set; }

    /// <summary>demo or real; null: nobody has said yet.</summary>
    public string? Mode { get; private set; }

    /// <summary>For verbs that look at an installation and never make one.</summary>
    /// <exception cref="StartException">There is none, no database can be had, or it is older or newer than this program; says what to do.</exception>
    public static async Task<Installation> OpenExistingAsync(AppHome home, CancellationToken cancellationToken)
    {
        if (!Exists(home))
        {
            throw new StartException($"There is no installation in {home.DataFolder} yet; start one with ./run, or name its folder with --data.");
        }

        var installation = await OpenAsync(home, cancellationToken);
        try
        {
            await installation.RequireCurrentAsync(cancellationToken);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="StartException">No database can be had; says what to do.</exception>
    public static async Task<Installation> OpenAsync(AppHome home, CancellationToken cancellationToken)
    {
        var settings = Hosting.Settings.Load(home, demo: false, []);
        using var logs = Logs(settings);
        var log = logs.CreateLogger("OcopMarket.Database");
        if (!DatabaseStrings.Of(settings).IsEmpty || home.IsReal)
        {
            return await ReadyAsync(home, await DatabaseHome.OpenAsync(settings, home, Real, log, cancellationToken), cancellationToken);
        }

        await using var server = await DatabaseHome.OpenAsync(settings, home, "postgres", log, cancellationToken);
        await using var connection = await server.OwnerSource.OpenConnectionAsync(cancellationToken);
        var isDemo = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = @Demo)", new { Demo }, cancellationToken: cancellationToken));
        return await ReadyAsync(
            home, await DatabaseHome.OpenAsync(settings, home, isDemo ? Demo : Real, log, cancellationToken), cancellationToken);
    }

    /// <summary>Whether a command that only looks has anything to look at; starting a server would make an empty one.</summary>
    public static bool Exists(AppHome home) =>
        !DatabaseStrings.Of(Hosting.Settings.Load(home, demo: false, [])).IsEmpty
        || Directory.Exists(Path.Combine(home.DataFolder, "postgres")) || File.Exists(Path.Combine(home.DataFolder, "postgres.elsewhere"));

    /// <exception cref="StartException">The database is older or newer than this program.</exception>
    public async Task RequireCurrentAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await Migrator.IsCurrentAsync(Database.Strings.Any, cancellationToken))
            {
                return;
            }
        }
        catch (MigrationException e)
        {
            throw new StartException(e.Message);
        }

        throw new StartException("The database has not been brought to this program's version yet; run ./run migrate, then give the command again.");
    }

    public async Task ClaimRealAsync(CancellationToken cancellationToken)
    {
        if (Mode is null)
        {
            await Queries.SetAsync("mode", Mode = "real", cancellationToken);
            Home.MarkReal();
        }
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private static async Task<Installation> ReadyAsync(AppHome home, DatabaseHome database, CancellationToken cancellationToken)
    {
        var installation = new Installation(home, database);
        await using var connection = await database.Any.OpenConnectionAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(MayReadMode, cancellationToken: cancellationToken)))
        {
            installation.Mode = await new DemoQueries(database.Any).SettingAsync("mode", cancellationToken);
        }

        if (installation.Mode == "demo")
        {
            installation.Settings = Hosting.Settings.Load(home, demo: true, []);
        }

        return installation;
    }

    /// <summary>Only what a person must know, and never on standard output.</summary>
    private static ILoggerFactory Logs(IConfiguration settings) =>
        LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Warning).AddOcopConsole(settings));
}
