using Dapper;
using Npgsql;
using OcopMarket.Data.Migrations;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Migrations;

public sealed class MigratorTests
{
    [Fact]
    public async Task Sixteen_processes_that_start_at_once_on_an_empty_database_all_succeed()
    {
        var database = await PostgresServer.CreateDatabaseAsync("migrate");

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Migrator.MigrateAsync(database, CancellationToken.None))));

        Assert.True(await Migrator.IsCurrentAsync(database, CancellationToken.None));
        Assert.Equal(
            Enumerable.Range(1, SchemaFiles()), await QueryAsync<int>(database, "SELECT version FROM schema_version ORDER BY version"));
        Assert.Equal(["hangfire"], await QueryAsync<string>(database, "SELECT schemaname FROM pg_tables WHERE tablename = 'job'"));
    }

    [Fact]
    public async Task An_empty_database_is_not_current_and_looking_writes_nothing()
    {
        var database = await PostgresServer.CreateDatabaseAsync("migrate");

        Assert.False(await Migrator.IsCurrentAsync(database, CancellationToken.None));
        Assert.Empty(await QueryAsync<string>(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Theory]
    [InlineData("UPDATE schema_version SET sha256 = repeat('0', 64) WHERE version = 1", "script_changed")]
    [InlineData("INSERT INTO schema_version (version, name, sha256) VALUES (9999, 'later', 'x')", "database_newer")]
    [InlineData("INSERT INTO schema_version (version, name, sha256) VALUES (0, 'foreign', 'x')", "script_missing")]
    public async Task A_database_that_does_not_fit_the_program_is_refused_with_a_sentence(string tamper, string code)
    {
        var database = await PostgresServer.CreateDatabaseAsync("migrate");
        await Migrator.MigrateAsync(database, CancellationToken.None);
        await QueryAsync<int>(database, tamper);

        var error = await Assert.ThrowsAsync<MigrationException>(() => Migrator.MigrateAsync(database, CancellationToken.None));

        Assert.Equal(code, error.Code);
        Assert.True(error.MessageVi.Length is > 20 and <= 160);
        await Assert.ThrowsAsync<MigrationException>(() => Migrator.IsCurrentAsync(database, CancellationToken.None));
    }

    private static int SchemaFiles() =>
        typeof(Migrator).Assembly.GetManifestResourceNames().Count(n => n.Contains(".Schema.", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        return (await connection.QueryAsync<T>(sql)).AsList();
    }
}
