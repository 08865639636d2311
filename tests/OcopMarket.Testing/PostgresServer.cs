using OcopMarket.Data.Embedded;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.Testing;

/// <summary>One real PostgreSQL for all tests of all test processes, started by the first that asks, stopped by the last one out.
/// It begins empty whenever it starts and flushes nothing: what a test needs there it makes itself.</summary>
public static class PostgresServer
{
    private const int MostConnections = 300;
    private static readonly Lazy<Task<EmbeddedPostgres>> Shared = new(StartAsync);

    /// <summary>Outside the repository; <c>TMPDIR</c> decides where.</summary>
    public static string DataRoot { get; } = Path.Combine(Path.GetTempPath(), $"ocopmarket-tests-{Environment.UserName}");

    /// <summary>The running server. Not to be disposed: that happens when the process ends.</summary>
    public static Task<EmbeddedPostgres> GetAsync() => Shared.Value;

    /// <summary>Makes a fresh empty database.</summary>
    /// <param name="prefix">Begins its name: lower-case letters, digits, underscores.</param>
    /// <returns>Its connection string, as superuser.</returns>
    public static async Task<string> CreateDatabaseAsync(string prefix)
    {
        var server = await GetAsync();
        var name = NewName(prefix);
        await server.EnsureDatabaseAsync(name, CancellationToken.None);
        return server.ConnectionStringFor(name);
    }

    /// <summary>Makes a database as a copy of another one, to which nobody may be connected at that time (25-79 ms).</summary>
    public static async Task<string> CreateDatabaseAsync(string prefix, string template)
    {
        var server = await GetAsync();
        var name = NewName(prefix);
        await server.CopyDatabaseAsync(template, name, CancellationToken.None);
        return server.ConnectionStringFor(name);
    }

    /// <summary>A database for a process: the settings of its environment, each part of the program with its own login.</summary>
    /// <param name="superuser">Connection string of the database.</param>
    public static Dictionary<string, string> Settings(string superuser) => new()
    {
        ["Database__ConnectionString"] = superuser,
        ["Database__WorkerConnectionString"] = DatabaseLogins.Derive(superuser, DatabaseRole.Worker),
        ["Database__WebConnectionString"] = DatabaseLogins.Derive(superuser, DatabaseRole.Web),
    };

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        var options = new EmbeddedPostgresOptions
        {
            DataRoot = DataRoot,
            Ephemeral = true,
            MaxConnections = MostConnections,
            Sources = BinarySources.All & ~BinarySources.AptInstall, // A test run never installs a server on the machine.
        };
        var server = await EmbeddedPostgres.StartAsync(options, CancellationToken.None);
        await DatabaseLogins.OwnAsync(server.ConnectionString, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.Run(() => server.DisposeAsync().AsTask()).GetAwaiter().GetResult();
        return server;
    }

    private static string NewName(string prefix) => $"{prefix}_{Guid.NewGuid():N}"[..Math.Min(63, prefix.Length + 13)];
}
