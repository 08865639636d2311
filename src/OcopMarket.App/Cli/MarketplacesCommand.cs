using System.CommandLine;
using OcopMarket.App.Hosting;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;

namespace OcopMarket.App.Cli;

/// <summary><c>./run marketplaces list, stop, resume</c>: which platforms are in use.</summary>
internal static class MarketplacesCommand
{
    public static Command Create() => new("marketplaces", "Marketplaces: which are in use; take one out of use, and back.") { List(), Stop(), Resume() };

    private static Command List()
    {
        var (json, data) = AccountLookCommands.Usual("Print {marketplaces: [...]} as JSON on standard output.");
        var command = new Command("list", """
            The marketplaces of this installation, and of those out of use how many items may still be on sale there.

            JSON keys: marketplaces[{key, inUse, stoppedAt, stoppedBy, reason, standing, byHand}]; byHand are items that a person must take off sale.
            Exit codes: 0 done; 4 no installation or no database.
            Example: ./run marketplaces list
            """)
        { json, data };
        command.SetAction((parsed, cancellationToken) => LeaveCommands.WithAsync(parsed.GetValue(data), async services =>
        {
            var stopped = (await services.GetRequiredService<MarketplaceStops>().ListAsync(cancellationToken)).ToDictionary(s => s.Marketplace);
            var keys = services.GetRequiredService<MarketplaceRegistry>().Keys.Select(k => k.Value).Union(stopped.Keys).Order(StringComparer.Ordinal);
            var rows = keys.Select(k => (Key: k, Stop: stopped.GetValueOrDefault(k))).ToList();
            if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(new
                {
                    marketplaces = rows.Select(r => new
                    {
                        r.Key,
                        inUse = r.Stop is null,
                        r.Stop?.StoppedAt,
                        r.Stop?.StoppedBy,
                        r.Stop?.Reason,
                        r.Stop?.Standing,
                        r.Stop?.ByHand,
                    }),
                });
                return ExitCodes.Done;
            }

            rows.ForEach(r => AccountLookCommands.Line(r.Stop is { } s
                ? (FormattableString)$"{r.Key}: out of use since {s.StoppedAt:u}, {s.StoppedBy}: {s.Reason}; {s.Standing} items may still be on sale, {s.ByHand} of them for a person to take off"
                : $"{r.Key}: in use"));
            return ExitCodes.Done;
        }, cancellationToken));
        return command;
    }

    private static Command Stop() => Decision(
        "stop", """
            Takes a marketplace out of use: nothing more is put on sale there, and the workers hide what is, in every shop that we may act for, until a
            later reading says that it is away. Shops and logins stay. ./run marketplaces list says how much is left, and for whom.

            Exit codes: 0 done; 2 wrong arguments; 4 it is out of use already, no installation or no database.
            Example: ./run marketplaces stop voso --by "Lan" --reason "the platform has announced that it closes"
            """,
        async (stops, key, by, reason, cancellationToken) => await stops.StopAsync(key, CommandActor.Of(by), reason, cancellationToken)
            ? (FormattableString)$"Marketplace {key} is out of use; the workers take off sale what is there."
            : throw new StartException($"Marketplace {key} is out of use already; ./run marketplaces list says since when."));

    private static Command Resume() => Decision(
        "resume", """
            Takes a marketplace into use again: what was on sale there, and what came since, is put on sale with the next plan.

            Exit codes: 0 done; 2 wrong arguments; 4 it is in use, no installation or no database.
            Example: ./run marketplaces resume voso --by "Lan" --reason "the platform goes on after all"
            """,
        async (stops, key, by, reason, cancellationToken) => await stops.ResumeAsync(key, CommandActor.Of(by), reason, cancellationToken)
            ? (FormattableString)$"Marketplace {key} is in use again."
            : throw new StartException($"Marketplace {key} is in use; nothing was changed."));

    private static Command Decision(
        string name, string text, Func<MarketplaceStops, string, string, string, CancellationToken, Task<FormattableString>> decide)
    {
        var key = new Argument<string>("marketplace") { Description = "Key of the marketplace, from ./run marketplaces list." };
        var person = new PersonOptions();
        var data = AccountLookCommands.Usual("").Data;
        var command = new Command(name, text) { key, data };
        person.AddTo(command);
        command.SetAction((parsed, cancellationToken) => LeaveCommands.WithAsync(parsed.GetValue(data), async services =>
        {
            var known = services.GetRequiredService<MarketplaceRegistry>().Keys.Select(k => k.Value).ToList();
            var (wanted, (by, reason)) = (parsed.GetValue(key)!, person.Of(parsed));
            if (!known.Contains(wanted))
            {
                throw new StartException($"There is no marketplace '{wanted}'. Known: {string.Join(", ", known)}.", ExitCodes.Usage);
            }

            AccountLookCommands.Line(await decide(services.GetRequiredService<MarketplaceStops>(), wanted, by, reason, cancellationToken));
            return ExitCodes.Done;
        }, cancellationToken));
        return command;
    }
}
