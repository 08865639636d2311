using OcopMarket.App.Cli;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.App.Demo;

/// <summary><c>./run</c> without settings: everything in one process, on the sample, against the simulated platforms.</summary>
internal static class DemoServer
{
    public static async Task<int> RunAsync(AppHome home, IConfiguration settings, int? port, CancellationToken cancellationToken)
    {
        var wanted = port ?? settings.GetValue("Web:Port", 5080);
        var sandboxPort = settings.GetValue("Sandbox:FirstPort", 5091);
        await using var session = await DemoSession.StartAsync(home, null, wanted, sandboxPort, DemoSession.DefaultSeed, cancellationToken);
        await session.Scene.ClaimAsync(cancellationToken);
        if (session.Port != wanted)
        {
            await Console.Out.WriteLineAsync($"Port {wanted} is taken; the pages are at {session.Port} instead.");
        }

        await Console.Out.WriteLineAsync($"OcopMarket demo is ready: http://localhost:{session.Port}/");
        foreach (var client in session.Fleet.Clients)
        {
            await Console.Out.WriteLineAsync($"  {client.Platform.Name} (simulated): {client.Platform.BaseUrl}/_sandbox/");
        }

        await Console.Out.WriteLineAsync($"  Database: {session.Database.Description} in {home.DataFolder}");
        var people = DemoPeople.Open(home);
        await people.PutAsync(session.App.Services, cancellationToken);
        await Console.Out.WriteLineAsync("  Sign in as:");
        foreach (var person in people.All)
        {
            await Console.Out.WriteLineAsync($"    {person.Who,-42} {person.Login,-24} {person.Password}");
        }

        await Console.Out.WriteLineAsync("Loading the sample and opening shops; listings go live over the next minute. Stop with Ctrl+C.");
        await FillAsync(session, people, cancellationToken);
        await Waiting.ForStopAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private static async Task FillAsync(DemoSession session, DemoPeople people, CancellationToken cancellationToken)
    {
        try
        {
            var seed = await session.Scene.SeedAsync(cancellationToken) ?? DemoSession.DefaultSeed;
            await session.Scene.PullAsync(null, null, cancellationToken);
            await people.PutBusinessAsync(session.App.Services, session.Queries, cancellationToken);
            await session.Scene.ScriptAsync(session.Fleet.Clients, seed, cancellationToken);
            await session.Scene.OpenShopsAsync(session.Fleet.Clients, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped while filling: the next start goes on.
        }
        catch (MarketplaceException e)
        {
            await Console.Error.WriteLineAsync($"Some shops are not open yet: {e.Message} Start again to go on.");
        }
    }
}
