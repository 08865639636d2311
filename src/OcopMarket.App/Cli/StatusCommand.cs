using System.CommandLine;
using System.Globalization;
using OcopMarket.App.Demo;
using OcopMarket.App.Hosting;

namespace OcopMarket.App.Cli;

/// <summary><c>./run status</c>: how things stand, from the rows that the pages read. Looks only.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the status as JSON, alone on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("status", """
            How things stand: listings, shops, open issues, pulls and tasks. Works while ./run serve runs and when it does not.

            JSON keys: mode, catalogue {producers, products, certifications}, listings[{marketplace, state, count}],
            accounts[{marketplace, state, count}], issues[{marketplace, code, owner, count}],
            pulls[{source, run, startedAt, startedBy, rowsRead, rowsExpected}] that are running,
            tasks {due, overdue, oldestDueAt, leased, unknown, dead},
            unreadShops[{marketplace, shops, closed, since}]: nothing is sent to these until they were read whole; times are UTC.
            Exit codes: 0 done; 2 wrong arguments; 4 there is no installation or no database.
            Example: ./run status --json
            """)
        { json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? data, bool json, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var report = await StatusQueries.ReadAsync(installation, cancellationToken);
        if (json)
        {
            await JsonOutput.WriteAsync(report);
        }
        else
        {
            Write(Console.Out, report, installation);
        }

        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, StatusReport report, Installation installation)
    {
        Line(output, $"Mode: {report.Mode ?? "not used yet"}; database: {installation.Database.Description}");
        Line(output, $"Catalogue: {report.Catalogue.Producers} producers, {report.Catalogue.Products} products, {report.Catalogue.Certifications} certifications");
        Counts(output, "Listings", report.Listings.Select(l => (l.Marketplace, l.State, l.Count)));
        Counts(output, "Shops", report.Accounts.Select(a => (a.Marketplace, a.State, a.Count)));
        Counts(output, "Open issues", report.Issues.Select(i => (i.Marketplace, $"{i.Code} ({i.Owner})", i.Count)));
        Line(output, $"Running pulls: {(report.Pulls.Count == 0 ? "none" : "")}");
        foreach (var pull in report.Pulls)
        {
            Line(output, $"  {pull.Source}: {pull.RowsRead} of {pull.RowsExpected?.ToString(CultureInfo.InvariantCulture) ?? "?"} rows, begun {pull.StartedAt:u} by {pull.StartedBy}");
        }

        foreach (var unread in report.UnreadShops)
        {
            Line(output, $"Not read whole yet, so nothing is sent to them: {unread.Shops} shops on {unread.Marketplace} ({unread.Closed} of these not open), since {unread.Since:u}");
        }

        var tasks = report.Tasks;
        Line(output, $"Tasks: {tasks.Due} due ({tasks.Overdue} now), {tasks.Leased} under way, {tasks.Unknown} of unknown outcome, {tasks.Dead} dead");
        if (tasks.OldestDueAt is { } oldest)
        {
            Line(output, $"  oldest due since {oldest:u}");
        }
    }

    private static void Counts(TextWriter output, string title, IEnumerable<(string Marketplace, string What, long Count)> rows)
    {
        var all = rows.ToList();
        Line(output, $"{title}:{(all.Count == 0 ? " none" : "")}");
        foreach (var (marketplace, what, count) in all)
        {
            Line(output, $"  {marketplace,-10} {what,-44} {count,8}");
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

/// <param name="Mode">demo or real; null before either was used.</param>
internal sealed record StatusReport(
    string? Mode, CatalogueCounts Catalogue, IReadOnlyList<StateCount> Listings, IReadOnlyList<StateCount> Accounts,
    IReadOnlyList<IssueCount> Issues, IReadOnlyList<RunningPull> Pulls, TaskCounts Tasks,
    IReadOnlyList<UnreadShops> UnreadShops);

/// <summary>Shops that nothing is sent to until they were read whole. Closed: not open over there, so they cannot be read either.</summary>
internal sealed record UnreadShops
{
    public string Marketplace { get; init; } = "";
    public long Shops { get; init; }
    public long Closed { get; init; }
    public DateTime Since { get; init; }
}

internal sealed record RunningPull
{
    public string Source { get; init; } = "";
    public long Run { get; init; }
    public DateTime StartedAt { get; init; }
    public string StartedBy { get; init; } = "";
    public int RowsRead { get; init; }
    public int? RowsExpected { get; init; }
}

/// <summary>Overdue: due at this moment. OldestDueAt: null when nothing is due.</summary>
internal sealed record TaskCounts
{
    public long Due { get; init; }
    public long Overdue { get; init; }
    public DateTime? OldestDueAt { get; init; }
    public long Leased { get; init; }
    public long Unknown { get; init; }
    public long Dead { get; init; }
}
