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

    [Fact]
    public async Task Programs_that_start_at_once_on_the_schema_before_bring_it_up_once_and_keep_what_is_there()
    {
        var database = await PostgresServer.CreateDatabaseAsync("migrate");
        await using (var connection = new NpgsqlConnection(database + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await Migrator.ApplyAsync(transaction, 0, SchemaFiles() - 1, CancellationToken.None);
            await connection.ExecuteAsync("INSERT INTO producer (key, name, name_folded) VALUES ('p', 'HTX', 'htx')", transaction: transaction);
            await transaction.CommitAsync();
        }

        Assert.False(await Migrator.IsCurrentAsync(database, CancellationToken.None));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Migrator.MigrateAsync(database, CancellationToken.None))));

        Assert.True(await Migrator.IsCurrentAsync(database, CancellationToken.None));
        Assert.Equal(
            Enumerable.Range(1, SchemaFiles()), await QueryAsync<int>(database, "SELECT version FROM schema_version ORDER BY version"));
        Assert.Equal(["p"], await QueryAsync<string>(database, "SELECT key FROM producer"));
    }

    [Fact]
    public async Task A_step_that_somebody_at_work_holds_up_lets_him_pass_and_is_begun_anew()
    {
        const string Waiting = "SELECT coalesce(max(xact_start)::text, '') FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        var database = await PostgresServer.CreateDatabaseAsync("migrate");
        await using var worker = new NpgsqlConnection(database + ";Pooling=false");
        await worker.OpenAsync();
        await using (var before = await worker.BeginTransactionAsync())
        {
            await Migrator.ApplyAsync(before, 0, 8, CancellationToken.None);
            await before.CommitAsync();
        }

        await using var work = await worker.BeginTransactionAsync();
        await worker.ExecuteAsync("SELECT 1 FROM account_queue", transaction: work); // which step 9 alters
        var migrating = Migrator.MigrateAsync(database, CancellationToken.None);
        var (first, last) = ("", "");
        while (first.Length == 0 || last.Length == 0 || first == last)
        {
            Assert.False(migrating.IsCompleted);
            last = (await QueryAsync<string>(database, Waiting))[0];
            first = first.Length == 0 ? last : first;
            await Task.Delay(20);
        }

        await work.CommitAsync();
        await migrating;

        Assert.True(await Migrator.IsCurrentAsync(database, CancellationToken.None));
    }

    private static int SchemaFiles() =>
        typeof(Migrator).Assembly.GetManifestResourceNames().Count(n => n.Contains(".Schema.0", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        return (await connection.QueryAsync<T>(sql)).AsList();
    }
}
