using OcopMarket.App.Cli;
using OcopMarket.App.Demo;
using OcopMarket.Data.Catalog;
using OcopMarket.Sandbox;
using OcopMarket.Web.People;

namespace OcopMarket.App.Hosting;

/// <summary>A real installation: its own database, no sample, no simulated platforms unless that role is asked for.</summary>
internal static class RealServer
{
    public static async Task<int> RunAsync(AppHome home, IConfiguration settings, Roles roles, int? port, CancellationToken cancellationToken)
    {
        using var logs = LoggerFactory.Create(b => b.AddConfiguration(settings.GetSection("Logging")).AddOcopConsole(settings));
        await using var database = await DatabaseHome.OpenAsync(settings, home, "ocop", logs.CreateLogger("OcopMarket.Database"), cancellationToken);
        await database.ReadyAsync(cancellationToken);
        if (await new DemoQueries(database.Any).SettingAsync("mode", cancellationToken) == "demo")
        {
            throw new StartException("This database is a demo's. Name another one, or run ./run without settings to go on with the demo.");
        }

        home.MarkReal();
        if (database.HasWorker)
        {
            await new DemoQueries(database.Worker).SetAsync("mode", "real", cancellationToken);
            await ReferenceData.LoadAsync(database.Worker, Path.Combine(home.ConfigFolder, "ocop"), TimeProvider.System, cancellationToken);
        }

        await using var fleet = roles.HasFlag(Roles.Sandbox)
            ? await SandboxFleet.StartAsync(
                home.SandboxFolder, SandboxOptions.AllPlatforms, settings.GetValue("Sandbox:FirstPort", 5091), takenPortMovesOn: false,
                DemoSession.DefaultSeed, cancellationToken)
            : null;
        var wanted = port ?? settings.GetValue("Web:Port", 5080);
        if (!Ports.IsFree(wanted))
        {
            throw new StartException($"Port {wanted} is taken. Stop the program that has it, or choose another with --port.");
        }

        await using var app = await OcopHost.BuildAsync(new HostRequest(roles, wanted, home, settings, database), cancellationToken);
        await app.StartAsync(cancellationToken);
        await Console.Out.WriteLineAsync(
            $"OcopMarket ({roles}) is ready: {PortalHome.Address(settings, wanted)}  Database: {database.Description}. Stop with Ctrl+C.");
        if (roles.HasFlag(Roles.Web))
        {
            await OfferSetUpAsync(app, cancellationToken);
        }

        await Waiting.ForStopAsync(cancellationToken);
        await app.StopAsync(CancellationToken.None);
        return ExitCodes.Done;
    }

    /// <summary>On standard output and nowhere else: who reads the console set the program up.</summary>
    private static async Task OfferSetUpAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<FirstStart>().OfferAsync(cancellationToken) is { } link)
        {
            await Console.Out.WriteLineAsync($"Nobody can sign in yet. Create the first admin within a day, by this link that works once:\n  {link}");
        }
    }
}
