using System.CommandLine;
using OcopMarket.App.Demo;
using OcopMarket.App.Hosting;

namespace OcopMarket.App.Cli;

/// <summary><c>./run demo</c>: the main job once against the simulated platforms, in a database of its own.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var workbook = new Option<string?>("--workbook") { Description = "A list of your own (.xlsx) instead of the sample." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON, alone on standard output." };
        var repeat = new Option<int>("--repeat") { Description = "Go the whole way this many times in one database.", DefaultValueFactory = _ => 1 };
        var data = new Option<string?>("--data") { Description = "Keep database and simulated platforms in this folder; a killed demo goes on there." };
        var seed = new Option<long?>("--seed") { Description = "What reviews and faults are drawn from." };
        var sandboxes = new Option<string?>("--sandboxes") { Description = "Use the simulated platforms that './run sandbox --json' described in this file." };
        var command = new Command("demo", "The main job once: pull, push, review, status, until every listing is settled.")
        {
            workbook, json, repeat, data, seed, sandboxes,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoRequest(parsed.GetValue(workbook), parsed.GetValue(repeat), parsed.GetValue(seed), TimeSpan.FromMinutes(5)),
            new(parsed.GetValue(json), parsed.GetValue(data), parsed.GetValue(sandboxes)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DemoRequest request, Choices choices, CancellationToken cancellationToken)
    {
        var temporary = choices.Data is null ? Directory.CreateTempSubdirectory("ocop-demo-").FullName : null;
        var home = AppHome.At(choices.Data ?? temporary);
        try
        {
            await using var session = await DemoSession.StartAsync(home, choices.Sandboxes, 0, 0, request.Seed ?? DemoSession.DefaultSeed, cancellationToken);
            var run = new DemoRun(session.Scene, session.Queries, session.Fleet, home, ConsoleProgress.Create(), TimeProvider.System);
            var report = await run.RunAsync(request, cancellationToken);
            if (choices.Json)
            {
                await Console.Out.WriteLineAsync(DemoTable.Json(report));
            }
            else
            {
                DemoTable.Write(Console.Out, report);
            }

            return report.Settled && report.Faults.Count == 0 ? ExitCodes.Done : ExitCodes.NotReached;
        }
        finally
        {
            if (temporary is not null && Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private sealed record Choices(bool Json, string? Data, string? Sandboxes);
}
