using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sync;

namespace OcopMarket.App.Cli;

/// <summary><c>./run keep</c> and <c>./run replay</c>: what a person decides about listings of <c>./run undecided</c>.</summary>
internal static class DecisionCommands
{
    private const string Codes = """
        Exit codes: 0 done; 2 wrong arguments; 4 for one of the listings nothing waits to be decided so (the others are done), there is no
            installation or no database.
        """;

    public static Command Keep()
    {
        var whose = new Argument<string>("WHOSE") { Description = "ours or theirs." };
        whose.AcceptOnlyFromAmong("ours", "theirs");
        var command = new Command("keep", $"""
            Decides whose version stays where a marketplace shows something else than what we want. ours: it is sent again with the worker's
            next turn. theirs: the price over there is left as it is until we want a new one, an item hidden over there stays hidden; a stock
            has no theirs. Look at ./run undecided first. After ./run restore a price over there may be one that we sent and the backup has
            forgotten: pull your sources, then --since-restore names all listings whose price differs since.

            {Codes}
            Examples: ./run keep ours 41 42 --by "Lan" --reason "the producer confirmed our price by telephone"
                      ./run keep ours --since-restore --by "Lan" --reason "all lists were pulled again this morning"
            """)
        { whose };
        var sinceRestore = new Option<bool>("--since-restore")
        {
            Description = "In place of numbers: every listing whose price differs since the database was put back to a backup.",
        };
        command.Add(sinceRestore);
        return With(command, parsed => parsed.GetValue(whose) == "ours" ? Decision.Ours : Decision.Theirs, sinceRestore);
    }

    public static Command Replay() => With(
        new Command("replay", $"""
            Tries again what was set aside because it stopped the program several times, first of all alone. An item that may have been created
            by then is looked up, never doubled.

            {Codes}
            Example: ./run replay 41 --by "Lan" --reason "the program was brought up to date"
            """),
        _ => Decision.Replayed);

    private static Command With(Command command, Func<ParseResult, Decision> decision, Option<bool>? sinceRestore = null)
    {
        var listings = new Argument<long[]>("LISTING")
        {
            Description = "Numbers of listings, from ./run undecided.",
            Arity = sinceRestore is null ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        };
        bool All(CommandResult parsed) => sinceRestore is not null && parsed.GetValue(sinceRestore);
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var person = new PersonOptions();
        command.Add(listings);
        command.Add(data);
        person.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (All(parsed) == parsed.GetValue(listings) is { Length: > 0 })
            {
                parsed.AddError(sinceRestore is null
                    ? "Name the listings; ./run undecided shows their numbers."
                    : "Name either the listings (./run undecided shows their numbers) or --since-restore.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            decision(parsed), All(parsed.CommandResult) ? null : parsed.GetValue(listings)!, person.Of(parsed), parsed.GetValue(data), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Decision decision, IReadOnlyList<long>? named, (string By, string Reason) person, string? data, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        await using var host = await OcopHost.BuildAsync(
            new HostRequest(Roles.None, 0, installation.Home, installation.Settings, installation.Database), cancellationToken);
        var listings = named ?? await StaffDecisions.SinceRestoreAsync(installation.Database.Worker, cancellationToken);
        var decided = await host.Services.GetRequiredService<StaffDecisions>()
            .DecideAsync(decision, listings, CommandActor.Of(person.By), person.Reason, cancellationToken);
        var left = listings.Except(decided).Select(l => l.ToString(CultureInfo.InvariantCulture)).ToList();
        if (named is not null && left.Count > 0)
        {
            throw new StartException(
                $"Nothing waits to be decided so for {string.Join(", ", left)}; {decided.Count} others are done. ./run undecided shows what waits.");
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Decided for {decided.Count} listings."));
        return ExitCodes.Done;
    }
}
