using Npgsql;
using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>One process, one data folder, a real server.</summary>
public sealed class EmbeddedPostgresTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();

    public Task InitializeAsync() => _folder.InitializeAsync();

    public Task DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task A_new_folder_becomes_a_server_that_answers_and_is_gone_after_the_last_handle()
    {
        await using (var server = await _folder.StartAsync())
        {
            Assert.Equal(1, await ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
            Assert.True(server.MajorVersion >= 15);
            Assert.True(await _folder.IsServedAsync());
        }

        Assert.False(await _folder.IsServedAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Server, "users")));
    }

    [Fact]
    public async Task What_was_stored_is_there_at_the_next_start()
    {
        await using (var first = await _folder.StartAsync())
        {
            await first.EnsureDatabaseAsync("ocop", CancellationToken.None);
            await ScalarAsync<object>(first.ConnectionStringFor("ocop"), "CREATE TABLE kept AS SELECT 'mật hoa dừa' AS name");
        }

        await using var second = await _folder.StartAsync();
        await second.EnsureDatabaseAsync("ocop", CancellationToken.None);
        Assert.Equal("mật hoa dừa", await ScalarAsync<string>(second.ConnectionStringFor("ocop"), "SELECT name FROM kept"));
    }

    [Fact]
    public async Task A_locale_that_the_system_lacks_is_passed_over()
    {
        await using var server = await EmbeddedPostgres.StartAsync(
            _folder.Options with { Locales = ["xx_XX.UTF-8"] }, CancellationToken.None);
        Assert.Equal("mật ong", await ScalarAsync<string>(server.ConnectionString, "SELECT lower('MẬT ONG')"));
    }

    [Fact]
    public async Task An_ephemeral_server_begins_empty_each_time()
    {
        var options = _folder.Options with { Ephemeral = true };
        await using (var first = await EmbeddedPostgres.StartAsync(options, CancellationToken.None))
        {
            await first.EnsureDatabaseAsync("left_over", CancellationToken.None);
        }

        await using var second = await EmbeddedPostgres.StartAsync(options, CancellationToken.None);
        Assert.False(await ScalarAsync<bool>(second.ConnectionString, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'left_over')"));
    }

    internal static async Task<T?> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own constant statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (T?)await command.ExecuteScalarAsync();
    }
}
