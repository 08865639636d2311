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
        var person = new PersonOptions();
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("release", """
            Lets go what the mass-change guard keeps back. Look at ./run holds first. The change goes out with the worker's next turn.

            Exit codes: 0 done; 2 wrong arguments; 4 there is no such open hold, no installation or no database.
            Example: ./run release 3 --by "Lan" --reason "the producer confirmed the new price list by telephone"
            """)
        { hold, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(hold), person.Of(parsed), parsed.GetValue(data), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        long hold, (string By, string Reason) person, string? data, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        await using var host = await OcopHost.BuildAsync(
            new HostRequest(Roles.None, 0, installation.Home, installation.Settings, installation.Database), cancellationToken);
        var released = await host.Services.GetRequiredService<GuardHolds>().ReleaseAsync(hold, CommandActor.Of(person.By), person.Reason, cancellationToken)
            ?? throw new StartException(string.Create(
                CultureInfo.InvariantCulture, $"There is no open hold {hold}. ./run holds shows those that are open."));
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Released {released} items."));
        return ExitCodes.Done;
    }
}
