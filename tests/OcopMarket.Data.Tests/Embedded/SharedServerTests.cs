using System.Diagnostics;
using System.Globalization;
using OcopMarket.Data.Embedded;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>Several users of one data folder, in this process and in others.</summary>
public sealed class SharedServerTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();

    public Task InitializeAsync() => _folder.InitializeAsync();

    public Task DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Two_handles_of_one_process_share_and_the_second_out_stops()
    {
        var first = await _folder.StartAsync();
        var second = await _folder.StartAsync();
        Assert.Equal(first.ProcessId, second.ProcessId);

        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.True(await _folder.IsServedAsync());

        await second.DisposeAsync();
        Assert.False(await _folder.IsServedAsync());
    }

    [Fact]
    public async Task A_second_process_shares_and_the_last_one_out_stops()
    {
        using var first = await Holder.StartAsync(_folder.Path);
        using var second = await Holder.StartAsync(_folder.Path);
        Assert.Equal(first.ServerPid, second.ServerPid);

        Assert.Equal(0, await first.LetGoAsync());
        Assert.True(await _folder.IsServedAsync());

        Assert.Equal(0, await second.LetGoAsync());
        Assert.False(await _folder.IsServedAsync());
    }

    [Fact]
    public async Task Processes_that_start_at_once_get_one_server()
    {
        var starting = Enumerable.Range(0, 3).Select(_ => Holder.StartAsync(_folder.Path)).ToList();
        var here = await _folder.StartAsync();
        var holders = await Task.WhenAll(starting);

        Assert.All(holders, holder => Assert.Equal(here.ProcessId, holder.ServerPid));
        foreach (var holder in holders)
        {
            await holder.LetGoAsync();
            holder.Dispose();
        }

        Assert.True(await _folder.IsServedAsync());
        await here.DisposeAsync();
        Assert.False(await _folder.IsServedAsync());
    }

    [Fact]
    public async Task A_server_whose_starter_was_killed_is_taken_over_and_then_stopped()
    {
        using var killed = await Holder.StartAsync(_folder.Path);
        await killed.KillAsync();
        Assert.True(await _folder.IsServedAsync());

        var heir = await _folder.StartAsync();
        Assert.Equal(killed.ServerPid, heir.ProcessId);
        Assert.Equal(killed.Port, heir.Port);

        await heir.DisposeAsync();
        Assert.False(await _folder.IsServedAsync());
    }

    [Fact]
    public async Task A_server_that_was_killed_itself_recovers()
    {
        using var holder = await Holder.StartAsync(_folder.Path);
        using (var server = Process.GetProcessById(holder.ServerPid))
        {
            server.Kill();
        }

        await holder.KillAsync();
        await using var again = await _folder.StartAsync();
        Assert.NotEqual(holder.ServerPid, again.ProcessId);
        Assert.Equal(1, await EmbeddedPostgresTests.ScalarAsync<int>(again.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_foreign_process_in_the_lock_file_does_not_count()
    {
        await (await _folder.StartAsync()).DisposeAsync();
        var user = ServerUser.Choose();
        using var foreign = Process.Start(Sleeping(user))!;
        var pid = foreign.Id.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Postmaster.PidFile(_folder.Data), $"{pid}\n{_folder.Data}\n1\n5432\n\n127.0.0.1\n\nready   \n");
        await user.OwnAsync(_folder.Data, CancellationToken.None);
        Assert.False(await _folder.IsServedAsync());

        await using (var server = await _folder.StartAsync())
        {
            Assert.NotEqual(foreign.Id, server.ProcessId);
            Assert.NotEqual(5432, server.Port);
        }

        Assert.False(foreign.HasExited);
        foreign.Kill();
    }

    [Fact]
    public async Task A_server_of_another_folder_in_the_lock_file_does_not_count()
    {
        var other = new DataFolder();
        await using (var elsewhere = await other.StartAsync())
        {
            await (await _folder.StartAsync()).DisposeAsync();
            File.Copy(Postmaster.PidFile(other.Data), Postmaster.PidFile(_folder.Data));

            await using var own = await _folder.StartAsync();
            Assert.NotEqual(elsewhere.ProcessId, own.ProcessId);
        }

        await other.DisposeAsync();
    }

    [Fact]
    public async Task An_ordinary_user_starts_a_server_without_changing_user()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // Every other test here already runs as an ordinary user.
        }

        Directory.CreateDirectory(_folder.Path);
        await new ServerUser("nobody").OwnAsync(_folder.Path, CancellationToken.None);
        using var holder = await Holder.StartAsync(_folder.Path, "nobody");
        Assert.StartsWith(HolderProgram.Ready, holder.Line, StringComparison.Ordinal);
        Assert.Equal(0, await holder.LetGoAsync());
        Assert.False(await _folder.IsServedAsync());
    }

    /// <summary>A process of the server's own user, which PostgreSQL itself would take for a living server.</summary>
    private static ProcessStartInfo Sleeping(ServerUser user)
    {
        var start = new ProcessStartInfo("sleep", ["600"]) { WorkingDirectory = "/" };
        if (user.Name is not null)
        {
            start.UserName = user.Name;
        }

        return start;
    }
}
