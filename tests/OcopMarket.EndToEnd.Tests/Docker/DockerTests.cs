using System.Diagnostics;
using OcopMarket.Chaos;
using OcopMarket.Data.Tenancy;
using OcopMarket.Testing;

namespace OcopMarket.EndToEnd.Tests.Docker;

/// <summary>docker/ without containers: the Dockerfile's own commands build the program from what it copies, and the compose file's services
/// run as plain processes of an ordinary user.</summary>
public sealed class DockerTests(Image image) : IClassFixture<Image>
{
    private static readonly IReadOnlyDictionary<string, ComposeService> _services =
        Compose.Read(Path.Combine(Image.Repository, "docker", "compose.yaml"));

    [Fact]
    public void What_the_Dockerfile_copies_is_enough_to_build_the_program_and_nothing_runs_as_root()
    {
        Assert.True(File.Exists(Path.Combine(image.App, "OcopMarket.App.dll")));
        Assert.True(File.Exists(Path.Combine(image.App, "config", "appsettings.json")));
        Assert.True(image.File.IsForOrdinaryUser);
        Assert.Equal(["dotnet", "/app/OcopMarket.App.dll"], image.File.Entrypoint);
    }

    [Fact]
    public void The_compose_file_runs_the_web_three_workers_and_a_database()
    {
        Assert.Equal(["migrate", "postgres", "web", "worker"], _services.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1, 3), (_services["web"].Replicas, _services["worker"].Replicas));
        Assert.All(
            _services.Values.Where(s => s.Command.Contains("--data")),
            s => Assert.Contains(s.Volumes, v => v.EndsWith($":{s.Command[^1]}", StringComparison.Ordinal)));
        Assert.All(new[] { "migrate", "web", "worker" }, s => Assert.Contains("--data", _services[s].Command)); // everything else is read-only
    }

    [Fact]
    public async Task Its_services_start_become_healthy_and_the_workers_bring_every_listing_into_the_shops()
    {
        var options = ChaosOptions.Short with { Producers = 2, ProductsEach = 2, Edits = 0, RefusedShare = 0, DroppedShare = 0, LateShare = 0 };
        var database = await PostgresServer.CreateDatabaseAsync("compose");
        await using var home = new AppFolder();
        await using var platforms = await ChaosPlatforms.StartAsync(home);
        await platforms.SetAsync(options, CancellationToken.None);
        var mounts = await MountAsync(image, home, database);
        var more = ChaosField.Environment(options, database, platforms);
        foreach (var key in more.Keys.Where(k => k.StartsWith("Database__", StringComparison.Ordinal)).ToList())
        {
            more.Remove(key); // the secrets' files say it
        }

        await using var migrate = Container.Start(image, _services["migrate"], mounts, more);
        Assert.True(await migrate.EndAsync() == 0, migrate.Said);

        await using var web = Container.Start(image, _services["web"], mounts, more);
        await using var first = Container.Start(image, _services["worker"], mounts, more);
        await using var second = Container.Start(image, _services["worker"], mounts, more);
        await using var third = Container.Start(image, _services["worker"], mounts, more);
        await web.UntilHealthyAsync("ready");
        foreach (var worker in new[] { first, second, third })
        {
            await worker.UntilHealthyAsync("live");
        }

        await WorkAsync(options, home, database, platforms, () => string.Join('\n', first.Said, second.Said, third.Said));
    }

    private static async Task WorkAsync(ChaosOptions options, AppFolder home, string database, ChaosPlatforms platforms, Func<string> said)
    {
        await using var office = await ChaosOffice.OpenAsync(home, ChaosField.Environment(options, database, platforms), CancellationToken.None);
        var catalogue = new ChaosCatalogue(options);
        ChaosField.CopyPictures(home);
        var path = Path.Combine(home.Path, "products.ndjson");
        await catalogue.WriteAsync(path, CancellationToken.None);
        await office.PullAsync("chaos", path, CancellationToken.None);
        await office.OpenShopsAsync(platforms.Fleet, CancellationToken.None);
        var start = TimeProvider.System.GetTimestamp();
        while (await LiveAsync(platforms) is var live && live < options.Products * 2)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2), $"{live} items are in the shops. {said()}");
            await Task.Delay(500);
        }

        foreach (var key in platforms.Keys)
        {
            Assert.Equal(0, (await platforms.StateAsync(key, CancellationToken.None)).DuplicateItems);
        }
    }

    private static async Task<int> LiveAsync(ChaosPlatforms platforms)
    {
        var live = 0;
        foreach (var key in platforms.Keys)
        {
            live += (await platforms.StateAsync(key, CancellationToken.None)).Items.Count(i => i is { Live: true, Deleted: false });
        }

        return live;
    }

    /// <summary>The program, the volume and the secrets, as docker/README.md has them made.</summary>
    private static async Task<Dictionary<string, string>> MountAsync(Image image, AppFolder home, string database)
    {
        Image.OpenToAll(home.Path);
        var secrets = Directory.CreateDirectory(Path.Combine(home.Path, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "database_connection"), database);
        await File.WriteAllTextAsync(Path.Combine(secrets, "database_worker"), DatabaseLogins.Derive(database, DatabaseRole.Worker));
        await File.WriteAllTextAsync(Path.Combine(secrets, "database_web"), DatabaseLogins.Derive(database, DatabaseRole.Web));
        Directory.CreateDirectory(home.Data);
        if (Environment.UserName == "root")
        {
            using var own = Process.Start("chown", ["nobody", home.Data]);
            await own.WaitForExitAsync();
        }

        return new() { ["/app"] = image.App, ["/run/secrets"] = secrets, ["/data"] = home.Data };
    }
}
