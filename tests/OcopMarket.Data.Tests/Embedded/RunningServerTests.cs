using System.Globalization;
using System.Runtime.Versioning;
using Npgsql;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>What a running server is like, and its databases.</summary>
public sealed class RunningServerTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_password_lies_in_a_file_of_its_owner_and_a_wrong_one_is_refused()
    {
        var file = Path.Combine(server.Handle.Folder, "password");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var wrong = new NpgsqlConnectionStringBuilder(server.Handle.ConnectionString) { Password = "wrong", Pooling = false };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => EmbeddedPostgresTests.ScalarAsync<int>(wrong.ConnectionString, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    [Trait("Category", "Culture")]
    public async Task Vietnamese_letters_change_case_and_sort_as_in_vietnamese()
    {
        Assert.Equal("mật ong", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SELECT lower('MẬT ONG')"));
        Assert.Equal("UTF8", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW server_encoding"));
        var sorted = await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString,
            """SELECT string_agg(w, ' ' ORDER BY w COLLATE "vi-x-icu") FROM (VALUES ('đậu'), ('dừa'), ('cam')) AS v(w)""");
        Assert.Equal("cam dừa đậu", sorted);
    }

    [Fact]
    public async Task Writes_are_flushed_the_zone_is_utc_and_only_loopback_is_listened_to()
    {
        Assert.Equal("on", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW fsync"));
        Assert.Equal("GMT", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW timezone"));
        Assert.Equal("127.0.0.1", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW listen_addresses"));
        Assert.Equal("", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW unix_socket_directories"));
        Assert.Equal("off", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW jit"));
        Assert.Equal("scram-sha-256", await EmbeddedPostgresTests.ScalarAsync<string>(server.Handle.ConnectionString, "SHOW password_encryption"));
        Assert.True(await EmbeddedPostgresTests.ScalarAsync<bool>(
            server.Handle.ConnectionString, "SELECT setting = 'lz4' OR NOT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'wal_compression'"));
    }

    [Fact]
    public async Task The_server_has_a_session_of_its_own_and_does_not_run_as_root()
    {
        var pid = server.Handle.ProcessId.ToString(CultureInfo.InvariantCulture);
        var afterName = (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Split(") ")[^1].Split(' ');
        Assert.Equal(pid, afterName[3]);
        var uid = (await File.ReadAllLinesAsync($"/proc/{pid}/status")).Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
        Assert.NotEqual("0", uid);
    }

    [Fact]
    public async Task A_database_is_copied_and_dropped_though_somebody_is_connected()
    {
        await server.Handle.EnsureDatabaseAsync("template_one", CancellationToken.None);
        await using (var data = NpgsqlDataSource.Create(server.Handle.ConnectionStringFor("template_one") + ";Pooling=false"))
        {
            await data.CreateCommand("CREATE TABLE t AS SELECT 7 AS n").ExecuteNonQueryAsync();
        }

        await server.Handle.CopyDatabaseAsync("template_one", "copy_one", CancellationToken.None);
        await using var held = new NpgsqlConnection(server.Handle.ConnectionStringFor("copy_one") + ";Pooling=false");
        await held.OpenAsync();
        await using var seven = new NpgsqlCommand("SELECT n FROM t", held);
        Assert.Equal(7, await seven.ExecuteScalarAsync());

        await server.Handle.DropDatabaseAsync("copy_one", CancellationToken.None);
        Assert.False(await EmbeddedPostgresTests.ScalarAsync<bool>(server.Handle.ConnectionString, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'copy_one')"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\"; DROP DATABASE postgres; --")]
    [InlineData("Ocop")]
    public async Task A_name_that_is_no_plain_name_is_no_database(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => server.Handle.DropDatabaseAsync(name, CancellationToken.None));
    }
}
