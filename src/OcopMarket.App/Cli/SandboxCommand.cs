using System.CommandLine;
using OcopMarket.App.Demo;
using OcopMarket.App.Hosting;
using OcopMarket.Sandbox;

namespace OcopMarket.App.Cli;

/// <summary><c>./run sandbox</c>: the simulated platforms alone, until they are stopped.</summary>
internal static class SandboxCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print all that an outside client needs to log in, as JSON on standard output." };
        var data = new Option<string?>("--data") { Description = "Keep the platforms' state in this folder; without it they forget everything when they stop." };
        var port = new Option<int?>("--port") { Description = "First port; the platforms take this one and the next ones. 0: any free ports. Default 5091." };
        var seed = new Option<long>("--seed") { Description = "What reviews are drawn from.", DefaultValueFactory = _ => DemoSession.DefaultSeed };
        var command = new Command("sandbox", "The simulated marketplaces alone, for trying out clients. Stop with Ctrl+C.") { json, data, port, seed };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(json), parsed.GetValue(data), parsed.GetValue(port), parsed.GetValue(seed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, string? data, int? port, long seed, CancellationToken cancellationToken)
    {
        var folder = data is null ? Directory.CreateTempSubdirectory("ocop-sandbox-").FullName : Path.Combine(AppHome.At(data).DataFolder, "sandbox");
        await using var fleet = await SandboxFleet.StartAsync(folder, SandboxOptions.AllPlatforms, port ?? 5091, takenPortMovesOn: false, seed, cancellationToken);
        if (json)
        {
            await Console.Out.WriteLineAsync(fleet.ToJson());
        }
        else
        {
            foreach (var client in fleet.Clients)
            {
                await Console.Out.WriteLineAsync($"{client.Platform.Name}: {client.Platform.BaseUrl}  (what a buyer sees: {client.Platform.BaseUrl}/_sandbox/)");
            }
        }

        await Console.Out.FlushAsync(cancellationToken);
        await Waiting.ForStopAsync(cancellationToken);
        return ExitCodes.Done;
    }
}
