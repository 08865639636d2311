using Dapper;
using Npgsql;
using OcopMarket.Data;
using OcopMarket.Data.Migrations;
using OcopMarket.Data.Tenancy;
using Xunit;

namespace OcopMarket.Testing;

/// <summary>A migrated database of its own for one test class: a copy of a template that the migrator built once in this process.
/// Dropped when the class is done.</summary>
public class PostgresFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<string>> Template = new(BuildTemplateAsync);

    /// <summary>As superuser.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>As the workers' login, at most 20 connections: what is tested.</summary>
    public NpgsqlDataSource DataSource { get; private set; } = null!;

    /// <summary>As the portal's login, at most 20 connections.</summary>
    public NpgsqlDataSource WebSource { get; private set; } = null!;

    /// <summary>As superuser: for what a test arranges and looks at.</summary>
    public NpgsqlDataSource Superuser { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        var copy = await PostgresServer.CreateDatabaseAsync("test", await Template.Value);
        ConnectionString = new NpgsqlConnectionStringBuilder(DatabaseLink.Tuned(copy)) { MaxPoolSize = 20, IncludeErrorDetail = true }.ConnectionString;
        Superuser = NpgsqlDataSource.Create(ConnectionString);
        DataSource = NpgsqlDataSource.Create(DatabaseLogins.Derive(ConnectionString, DatabaseRole.Worker));
        WebSource = NpgsqlDataSource.Create(DatabaseLogins.Derive(ConnectionString, DatabaseRole.Web));
    }

    public virtual async Task DisposeAsync()
    {
        var leaks = await SuiteCanary.SearchAsync(Superuser);
        await Superuser.DisposeAsync();
        await DataSource.DisposeAsync();
        await WebSource.DisposeAsync();
        await DropAsync(ConnectionString);
        if (leaks.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{GetType().Name}: a secret stands in clear in {string.Join(", ", leaks)}"); // the runner names the class, not the reason
            Assert.Fail($"A secret of this class's tests stands in clear in {string.Join(", ", leaks)}.");
        }
    }

    /// <summary>Gives back the connections at rest: a restore suffers nobody beside it.</summary>
    public void Rest()
    {
        Superuser.Clear();
        DataSource.Clear();
        WebSource.Clear();
    }

    public async Task<T?> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Superuser.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Superuser.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Superuser.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>Rows of a table (its name is a constant of the test).</summary>
    public Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM {table}");

    /// <summary>Empties the named tables and all that refer to them, for tests that want a clean start within a class.</summary>
    public Task TruncateAsync(params string[] tables) => ExecuteAsync($"TRUNCATE {string.Join(", ", tables)} RESTART IDENTITY CASCADE");

    private static async Task<string> BuildTemplateAsync()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync("template");
        await Migrator.MigrateAsync(connectionString, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.Run(() => TryDropAsync(connectionString)).GetAwaiter().GetResult();
        return new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    /// <summary>At the end of the process the server may have gone first; it begins empty next time.</summary>
    private static async Task TryDropAsync(string connectionString)
    {
        try
        {
            await DropAsync(connectionString);
        }
        catch (NpgsqlException)
        {
        }
    }

    private static async Task DropAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var name = settings.Database;
        settings.Database = "postgres";
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
    }
}
