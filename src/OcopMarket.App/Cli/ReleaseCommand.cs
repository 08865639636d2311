using System.CommandLine;
using System.Globalization;
using Npgsql;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sync;

namespace OcopMarket.App.Cli;

/// <summary><c>./run release HOLD</c>: two people have looked, and what the guard kept back goes out.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var hold = new Argument<long>("HOLD") { Description = "Number of the hold, from ./run holds." };
        var person = new PersonOptions();
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("release", """
            Lets go what the mass-change guard keeps back, once two people have said so: the first call proposes, the same call with another
            person's name confirms and lets go. Look at ./run holds first; what is held after that must be proposed anew.

            Exit codes: 0 proposed, or released; 2 wrong arguments; 4 there is no such open hold, the same person would confirm, no installation
            or no database.
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
        var actor = CommandActor.Of(person.By);
        var outcome = await DecideAsync(installation.Database.Worker, t => HoldDecisions.ApproveAsync(t, hold, actor, null, cancellationToken), cancellationToken);
        if (outcome is HoldOutcome.NotProposed or HoldOutcome.Changed)
        {
            outcome = await DecideAsync(
                installation.Database.Worker, t => HoldDecisions.ProposeAsync(t, hold, actor, person.Reason, null, cancellationToken), cancellationToken);
            if (outcome == HoldOutcome.Done)
            {
                await Console.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"Proposed by {actor.Name}. It goes out when a second person looks and gives: ./run release {hold} --by NAME --reason TEXT"));
                return ExitCodes.Done;
            }
        }

        if (outcome != HoldOutcome.Done)
        {
            throw new StartException(outcome switch
            {
                HoldOutcome.SamePerson => $"{actor.Name} has proposed this hold already: a second person must confirm it.",
                HoldOutcome.Changed => "This hold is going out already; what was added since waits in ./run holds.",
                _ => string.Create(CultureInfo.InvariantCulture, $"There is no open hold {hold}. ./run holds shows those that are open."),
            });
        }

        var released = await host.Services.GetRequiredService<GuardHolds>().ReleaseApprovedAsync(cancellationToken);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Released {released} items."));
        return ExitCodes.Done;
    }

    private static async Task<HoldOutcome> DecideAsync(
        NpgsqlDataSource source, Func<NpgsqlTransaction, Task<HoldOutcome>> decide, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var outcome = await decide(transaction);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }
}
