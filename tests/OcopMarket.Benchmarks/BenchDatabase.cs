using Npgsql;
using OcopMarket.Data;
using OcopMarket.Data.Embedded;
using OcopMarket.Data.Migrations;
using OcopMarket.Data.Tenancy;

namespace OcopMarket.Benchmarks;

/// <summary>A database of its own for one benchmark, with the schema and the server that <c>./run</c> uses, in a folder that goes with it.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres _server;
    private readonly NpgsqlDataSource _owner;

    private BenchDatabase(EmbeddedPostgres server, string folder)
    {
        (_server, Folder) = (server, folder);
        ConnectionString = DatabaseLink.Tuned(server.ConnectionStringFor("bench"));
        Source = NpgsqlDataSource.Create(WorkerString);
        _owner = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>For files of the benchmark; removed at the end.</summary>
    public string Folder { get; }

    /// <summary>With the password in it: never print it.</summary>
    public string ConnectionString { get; }

    /// <summary>As the workers' login, with row security on as in every installation: what is measured.</summary>
    public string WorkerString => DatabaseLogins.Derive(ConnectionString, DatabaseRole.Worker);
    public NpgsqlDataSource Source { get; }

    /// <summary>For yardsticks, which make tables of their own; the workers' login may not.</summary>
    public NpgsqlDataSource Owner => _owner;

    public static async Task<BenchDatabase> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ocop-bench").FullName;
        try
        {
            var server = await EmbeddedPostgres.StartAsync(new() { DataRoot = Path.Combine(folder, "server") }, cancellationToken);
            await server.EnsureDatabaseAsync("bench", cancellationToken);
            await DatabaseLogins.OwnAsync(server.ConnectionStringFor("bench"), cancellationToken);
            var database = new BenchDatabase(server, folder);
            await Migrator.MigrateAsync(database.ConnectionString, cancellationToken);
            return database;
        }
        catch
        {
            Directory.Delete(folder, true);
            throw;
        }
    }

    /// <param name="sql">Constants of the benchmark; statements that must run by themselves stand apart by a semicolon.</param>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await _owner.OpenConnectionAsync(cancellationToken);
        foreach (var statement in sql.Split(';'))
        {
#pragma warning disable CA2100 // Constants of the benchmark.
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _owner.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(Folder, true);
        if (Directory.Exists(_server.Folder))
        {
            // Where the server's user may not enter the temporary folder its data lie elsewhere: gigabytes that nobody would come back for.
            Directory.Delete(_server.Folder, true);
        }
    }
}
