using System.Diagnostics;
using Dapper;
using Npgsql;
using OcopMarket.Data.Embedded;
using OcopMarket.Data.Tenancy;
using OcopMarket.Testing.Processes;

namespace OcopMarket.Chaos;

/// <summary>A PostgreSQL of the run's own that is struck down as by a power cut and started again at the same port.</summary>
internal sealed class ChaosDatabase : IAsyncDisposable
{
    private const string Name = "ocop";
    private readonly string _folder;
    private EmbeddedPostgres _server;

    private ChaosDatabase(string folder, EmbeddedPostgres server)
    {
        _folder = folder;
        _server = server;
        Source = new NpgsqlDataSourceBuilder(ConnectionString).Build();
    }

    public string ConnectionString => _server.ConnectionStringFor(Name);
    public NpgsqlDataSource Source { get; }

    public static async Task<ChaosDatabase> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataRoot = folder }, cancellationToken);
        await server.EnsureDatabaseAsync(Name, cancellationToken);
        await DatabaseLogins.OwnAsync(server.ConnectionStringFor(Name), cancellationToken);
        return new(folder, server);
    }

    /// <summary>SIGQUIT is PostgreSQL's "immediate": nothing is written out, the next start recovers from its log.</summary>
    public async Task StrikeAsync(CancellationToken cancellationToken)
    {
        var (old, port) = (_server, _server.Port);
        await AppProcess.SignalAsync(old.ProcessId, "QUIT");
        await GoneAsync(old.ProcessId, cancellationToken);
        _server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataRoot = _folder, Port = port }, cancellationToken);
        await old.DisposeAsync();
    }

    /// <summary>A question to the ledger; a server that has just come back may close the first connections.</summary>
    public async Task<IReadOnlyList<TRow>> AskAsync<TRow>(string sql, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = await Source.OpenConnectionAsync(cancellationToken);
                return [.. await connection.QueryAsync<TRow>(new CommandDefinition(sql, cancellationToken: cancellationToken))];
            }
            catch (NpgsqlException) when (tries < 10)
            {
                await Task.Delay(300, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static async Task GoneAsync(int process, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var alive = Process.GetProcessById(process);
            }
            catch (ArgumentException)
            {
                return;
            }

            await Task.Delay(20, cancellationToken);
        }
    }
}
