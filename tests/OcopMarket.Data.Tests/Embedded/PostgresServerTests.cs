using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>The server that all tests share.</summary>
public sealed class PostgresServerTests
{
    [Fact]
    public async Task Each_test_gets_a_database_of_its_own()
    {
        var first = await PostgresServer.CreateDatabaseAsync("shared");
        var second = await PostgresServer.CreateDatabaseAsync("shared");
        Assert.NotEqual(first, second);
        await EmbeddedPostgresTests.ScalarAsync<object>(first, "CREATE TABLE t AS SELECT 1 AS n");
        Assert.Equal(0L, await EmbeddedPostgresTests.ScalarAsync<long>(second, "SELECT count(*) FROM pg_tables WHERE tablename = 't'"));
    }

    [Fact]
    public async Task A_database_is_made_as_a_copy_of_a_template()
    {
        var template = new Npgsql.NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync("template"));
        await EmbeddedPostgresTests.ScalarAsync<object>(template.ConnectionString, "CREATE TABLE t AS SELECT 5 AS n");

        var copies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostgresServer.CreateDatabaseAsync("copy", template.Database!)));
        foreach (var copy in copies)
        {
            Assert.Equal(5, await EmbeddedPostgresTests.ScalarAsync<int>(copy, "SELECT n FROM t"));
        }
    }
}
