using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Sandbox;

namespace OcopMarket.App.Demo;

/// <summary>Everything a demo needs in one process: database, simulated platforms, pages for the pictures, loops.</summary>
internal sealed class DemoSession : IAsyncDisposable
{
    public const long DefaultSeed = 20261123;

    private DemoSession(DatabaseHome database, SandboxFleet fleet, WebApplication app, AppHome home, int port)
    {
        Port = port;
        Database = database;
        Fleet = fleet;
        App = app;
        Home = home;
        Queries = new(database.Worker);
        Scene = ActivatorUtilities.CreateInstance<DemoScene>(
            app.Services, Queries, ActivatorUtilities.CreateInstance<DemoShops>(app.Services, Queries), home,
            app.Configuration, database);
    }

    public int Port { get; }
    public DatabaseHome Database { get; }
    public SandboxFleet Fleet { get; }
    public WebApplication App { get; }
    public AppHome Home { get; }
    public DemoQueries Queries { get; }
    public DemoScene Scene { get; }

    /// <param name="sandboxFile">Null: the simulated platforms run in this process.</param>
    /// <param name="port">0: any free port.</param>
    public static async Task<DemoSession> StartAsync(
        AppHome home, string? sandboxFile, int port, int sandboxPort, long seed, CancellationToken cancellationToken)
    {
        var settings = Settings.Load(home, demo: true, []);
        Cli.SettingsCheck.Require(home, settings);
        var database = await DatabaseHome.OpenAsync(settings, home, "ocop_demo", Quiet(settings), cancellationToken);
        try
        {
            await database.MigrateAsync(cancellationToken);
            var fleet = sandboxFile is not null
                ? SandboxFleet.Connect(sandboxFile)
                : await SandboxFleet.StartAsync(home.SandboxFolder, SandboxOptions.DemoPlatforms, sandboxPort, takenPortMovesOn: true, seed, cancellationToken);
            var free = await SamePortAsync(home, port, cancellationToken);
            var url = FormattableString.Invariant($"http://127.0.0.1:{free}");
            var layered = Settings.Load(
                home, demo: true,
                [.. fleet.Addresses(), .. await fleet.CallBackAsync(url, cancellationToken), new("Web:PublicUrl", url)]);
            var app = await OcopHost.BuildAsync(
                new HostRequest(Roles.Web | Roles.Worker, free, home, layered, database) { IsDemo = true }, cancellationToken);
            await app.StartAsync(cancellationToken);
            return new(database, fleet, app, home, free);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        await Fleet.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>The port of the last start when it is free: platforms go on fetching pictures from the address that they were told.</summary>
    private static async Task<int> SamePortAsync(AppHome home, int port, CancellationToken cancellationToken)
    {
        if (port == 0 && File.Exists(home.DemoPortFile)
            && int.TryParse(await File.ReadAllTextAsync(home.DemoPortFile, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && last is > 0 and <= ushort.MaxValue && Ports.IsFree(last))
        {
            return last;
        }

        var free = Ports.FirstFree(port);
        Directory.CreateDirectory(home.DataFolder);
        await File.WriteAllTextAsync(home.DemoPortFile, free.ToString(CultureInfo.InvariantCulture), cancellationToken);
        return free;
    }

    private static ILogger Quiet(IConfiguration settings) =>
        LoggerFactory.Create(b => b.AddConfiguration(settings.GetSection("Logging"))).CreateLogger("OcopMarket.Database");
}
