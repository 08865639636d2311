using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>What makes the machine or the folder unusable is one sentence with what to do, and changes nothing.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();

    public Task InitializeAsync() => _folder.InitializeAsync();

    public Task DisposeAsync() => _folder.DisposeAsync();

    [Theory]
    [InlineData("14")]
    [InlineData("99")]
    public async Task A_folder_of_another_major_version_is_refused_and_left_as_it_is(string version)
    {
        await MakeAndStopAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Data, "PG_VERSION"), version + "\n");
        var before = Directory.GetFileSystemEntries(_folder.Data).Order(StringComparer.Ordinal).ToList();

        var refused = await RefusedAsync(_folder.Options with { Sources = BinarySources.Installed | BinarySources.Fetched });
        Assert.Equal(EmbeddedPostgresFault.OtherVersion, refused.Fault);
        Assert.Contains($"PostgreSQL {version}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"postgresql-{version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Data).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Programs_from_the_setting_that_are_of_another_version_than_the_folder_are_refused()
    {
        await MakeAndStopAsync();
        var bin = Path.Combine(_folder.Path, "fake", "bin");
        await FakePrograms.WriteAsync(bin, "99.1");

        var refused = await RefusedAsync(_folder.Options with { Binaries = bin });
        Assert.Equal(EmbeddedPostgresFault.OtherVersion, refused.Fault);
        Assert.Contains("Database:Binaries", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_names_no_programs_is_refused_and_nothing_else_is_tried()
    {
        var refused = await RefusedAsync(_folder.Options with { Binaries = "/nowhere/bin" });
        Assert.Equal(EmbeddedPostgresFault.NoBinaries, refused.Fault);
        Assert.Contains("/nowhere/bin", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_programs_the_ways_to_get_them_are_told()
    {
        await FakePrograms.WriteAsync(Path.Combine(_folder.Server, "binaries", "npm-1", "native", "bin"), "18.1");
        await FakePrograms.WriteAsync(Path.Combine(_folder.Server, "binaries", "npm-2", "native", "bin"), "9.6");

        var refused = await RefusedAsync(_folder.Options with { Sources = BinarySources.Fetched });
        Assert.Equal(EmbeddedPostgresFault.NoBinaries, refused.Fault);
        Assert.Contains("only a fake", refused.Message, StringComparison.Ordinal);
        Assert.Contains("too old", refused.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install postgresql", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Database:ConnectionString", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task A_folder_without_rights_is_refused()
    {
        Directory.CreateDirectory(_folder.Path);
        File.SetUnixFileMode(_folder.Path, Environment.IsPrivilegedProcess ? UnixFileMode.UserRead : UnixFileMode.None);
        using var holder = await Holder.StartAsync(_folder.Path, Environment.IsPrivilegedProcess ? "nobody" : null);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.StartsWith($"{HolderProgram.Refused} {EmbeddedPostgresFault.NoRights}", holder.Line, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, holder.Line, StringComparison.Ordinal);
        Assert.Contains("--data", holder.Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_folder_is_refused()
    {
        Directory.CreateDirectory(_folder.Path);
        var file = Path.Combine(_folder.Path, "data.txt");
        await File.WriteAllTextAsync(file, "");
        Assert.Equal(EmbeddedPostgresFault.NoRights, (await RefusedAsync(_folder.Options with { DataRoot = file })).Fault);
    }

    [Fact]
    public async Task A_full_disk_is_told_before_anything_is_made()
    {
        var refused = await RefusedAsync(_folder.Options with { MinimumFreeBytes = long.MaxValue });
        Assert.Equal(EmbeddedPostgresFault.NoSpace, refused.Fault);
        Assert.Contains("MB", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task A_port_that_was_set_and_is_taken_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var refused = await RefusedAsync(_folder.Options with { Port = ((IPEndPoint)taken.LocalEndpoint).Port });
        Assert.Equal(EmbeddedPostgresFault.PortTaken, refused.Fault);
        Assert.Contains("Database:Port", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("global/pg_control")]
    [InlineData("PG_VERSION")]
    public async Task A_cluster_that_lacks_a_file_is_damaged(string file)
    {
        await MakeAndStopAsync();
        File.Delete(Path.Combine(_folder.Data, file));
        Assert.Equal(EmbeddedPostgresFault.Damaged, (await RefusedAsync(_folder.Options)).Fault);
    }

    [Fact]
    public async Task A_cluster_that_the_server_refuses_is_told_with_its_reason()
    {
        await MakeAndStopAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Data, "global", "pg_control"), "cut");
        var refused = await RefusedAsync(_folder.Options);
        Assert.Equal(EmbeddedPostgresFault.Damaged, refused.Fault);
        Assert.Contains("pg_control", refused.Message, StringComparison.Ordinal);
        Assert.Contains("server.log", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_or_wrong_password_is_told()
    {
        await MakeAndStopAsync();
        var password = Path.Combine(_folder.Server, "password");
        await File.WriteAllTextAsync(password, "wrong");
        var wrong = await RefusedAsync(_folder.Options);
        Assert.Contains(password, wrong.Message, StringComparison.Ordinal);
        Assert.False(await _folder.IsServedAsync());

        File.Delete(password);
        Assert.Equal(EmbeddedPostgresFault.Damaged, (await RefusedAsync(_folder.Options)).Fault);
    }

    [Fact]
    public async Task A_start_that_another_process_never_ends_is_told()
    {
        Directory.CreateDirectory(_folder.Server);
        using var held = FileLock.TryTake(Path.Combine(_folder.Server, "start.lock"));
        var refused = await RefusedAsync(_folder.Options with { StartTimeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal(EmbeddedPostgresFault.Busy, refused.Fault);
    }

    [Fact]
    public async Task A_data_folder_that_the_servers_user_cannot_reach_keeps_its_database_elsewhere()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // An ordinary user reaches its own folders.
        }

        var elsewhere = new DataFolder();
        Directory.CreateDirectory(_folder.Path);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = _folder.Options with { Elsewhere = [elsewhere.Path] };
        string first;
        await using (var server = await EmbeddedPostgres.StartAsync(options, CancellationToken.None))
        {
            first = server.Folder;
            Assert.StartsWith(elsewhere.Path, first, StringComparison.Ordinal);
        }

        File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        await using (var again = await EmbeddedPostgres.StartAsync(options, CancellationToken.None))
        {
            Assert.Equal(first, again.Folder);
        }

        await elsewhere.DisposeAsync();
    }

    private async Task MakeAndStopAsync() => await (await _folder.StartAsync()).DisposeAsync();

    private static Task<EmbeddedPostgresException> RefusedAsync(EmbeddedPostgresOptions options) =>
        Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(options, CancellationToken.None));
}
