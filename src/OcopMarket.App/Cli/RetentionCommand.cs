using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Core;
using OcopMarket.Data.Retention;

namespace OcopMarket.App.Cli;

/// <summary><c>./run retention</c>: what is stored for what and for how long; with <c>--now</c> the nightly work at once.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var now = new Option<bool>("--now") { Description = "Do at once what is done every night: remove what was kept long enough." };
        var json = new Option<bool>("--json") { Description = "Print the answer as JSON, alone on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("retention", """
            Every table with its purpose, how long its rows are kept under the settings that hold (Retention:*), and what of it stays all the
            same. Looks only, and needs no database; with --now it removes what is older, as the worker does every night.

            JSON keys: tables[{name, purpose, period, days, stays, emptied, emptiedDays}]; days is null for what stays as long as the thing
            itself, emptied is the column with a platform's own words. With --now: removed[{table, emptied, rows}].
            Exit codes: 0 done; 2 wrong arguments; 4 a setting is wrong, or with --now there is no installation or no database.
            Example: ./run retention --now --json
            """)
        { now, json, data };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(now)
            ? RemoveAsync(parsed.GetValue(data), parsed.GetValue(json), cancellationToken)
            : ShowAsync(parsed.GetValue(data), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ShowAsync(string? data, bool json)
    {
        var home = AppHome.At(data);
        var settings = Settings.Load(home, demo: false, []);
        SettingsCheck.Require(home, settings);
        var periods = OcopHost.Periods(settings);
        if (json)
        {
            await JsonOutput.WriteAsync(new
            {
                tables = TableRegistry.All.Select(t => new
                {
                    t.Name,
                    t.Purpose,
                    period = Words.Of(t.Kept),
                    days = t.Kept == Period.Standing ? (double?)null : periods.Of(t.Kept).TotalDays,
                    t.Stays,
                    t.Emptied,
                    emptiedDays = t.Emptied is null ? (double?)null : periods.Answers.TotalDays,
                }),
            });
            return ExitCodes.Done;
        }

        foreach (var table in TableRegistry.All)
        {
            await Console.Out.WriteLineAsync($"{table.Name}: {table.Purpose}");
            if (table.Kept != Period.Standing)
            {
                await Console.Out.WriteLineAsync($"    {Days(periods.Of(table.Kept))}; stays: {table.Stays ?? "nothing"}");
            }

            if (table.Emptied is not null)
            {
                await Console.Out.WriteLineAsync($"    platforms' own words in it {Days(periods.Answers)}");
            }
        }

        return ExitCodes.Done;
    }

    private static async Task<int> RemoveAsync(string? data, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        SettingsCheck.Require(installation.Home, installation.Settings);
        var keeper = new RetentionKeeper(installation.Database.Worker, OcopHost.Periods(installation.Settings), TimeProvider.System);
        var removed = await keeper.RunAsync(cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(new { removed });
            return ExitCodes.Done;
        }

        foreach (var count in removed)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{count.Table}: {count.Rows} rows {(count.Emptied ? "emptied of platforms' words" : "removed")}"));
        }

        if (removed.Count == 0)
        {
            await Console.Out.WriteLineAsync("Nothing is older than its time.");
        }

        return ExitCodes.Done;
    }

    private static string Days(TimeSpan period) => string.Create(CultureInfo.InvariantCulture, $"{period.TotalDays:0} days");
}
