using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sync;

namespace OcopMarket.App.Cli;

/// <summary><c>./run release HOLD</c>: a person has looked, and what the guard kept back goes out.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var hold = new Argument<long>("HOLD") { Description = "Number of the hold, from ./run holds." };
        var by = new Option<string>("--by") { Description = "Your name; it is kept with the hold.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why the change is right; at least ten characters.", Required = true };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("release", """
            Lets go what the mass-change guard keeps back. Look at ./run holds first. The change goes out with the worker's next turn.

            Exit codes: 0 done; 2 wrong arguments; 4 there is no such open hold, no installation or no database.
            Example: ./run release 3 --by "Lan" --reason "the producer confirmed the new price list by telephone"
            """)
        { hold, by, reason, data };
        by.Validators.Add(r => Require(r.GetValue(by), 1, "--by needs your name.", r.AddError));
        reason.Validators.Add(r => Require(r.GetValue(reason), 10, "--reason needs at least ten characters: say who confirmed the change.", r.AddError));
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(hold), parsed.GetValue(by)!.Trim(), parsed.GetValue(reason)!.Trim(), parsed.GetValue(data), cancellationToken));
        return command;
    }

    private static void Require(string? value, int least, string message, Action<string> fail)
    {
        if ((value?.Trim().Length ?? 0) < least)
        {
            fail(message);
        }
    }

    private static async Task<int> RunAsync(long hold, string by, string reason, string? data, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        await using var host = await OcopHost.BuildAsync(
            new HostRequest(Roles.None, 0, installation.Home, installation.Settings, installation.Database), cancellationToken);
        var released = await host.Services.GetRequiredService<GuardHolds>().ReleaseAsync(hold, by, reason, cancellationToken)
            ?? throw new StartException(string.Create(
                CultureInfo.InvariantCulture, $"There is no open hold {hold}. ./run holds shows those that are open."));
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Released {released} items."));
        return ExitCodes.Done;
    }
}
