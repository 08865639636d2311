using OcopMarket.App.Hosting;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.App.Demo;

/// <param name="Seed">Null: that of the folder, else the default.</param>
/// <param name="Patience">How long nothing may settle before the demo says that it does not.</param>
internal sealed record DemoRequest(string? Workbook, int Repeat, long? Seed, TimeSpan Patience);

/// <summary>The main job once, or several times in one database: pull, push, moderation, status, until every listing is settled.</summary>
internal sealed class DemoRun(
    DemoScene scene, DemoQueries queries, SandboxFleet fleet, AppHome home, IProgress<string> say, TimeProvider time)
{
    private static readonly HashSet<string> _writes = ["create", "update", "price-stock", "status", "updateInventory", "changeState"];

    public async Task<DemoReport> RunAsync(DemoRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var repeats = new List<RepeatCount>();
        PullResult? first = null;
        var settled = true;
        await scene.ClaimAsync(cancellationToken);
        var seed = await SeedAsync(request.Seed, cancellationToken);
        say.Report(FormattableString.Invariant($"Seed {seed}"));
        for (var pass = 1; pass <= Math.Max(1, request.Repeat) && settled; pass++)
        {
            var before = await LastCallsAsync(cancellationToken);
            say.Report("Pulling the list");
            var pulled = await scene.PullAsync(request.Workbook, null, cancellationToken);
            first ??= pulled;
            await scene.ScriptAsync(fleet.Clients, seed, cancellationToken);
            say.Report("Opening shops");
            await scene.OpenShopsAsync(fleet.Clients, cancellationToken);
            settled = await SettleAsync(request.Patience, cancellationToken);
            repeats.Add(new(pulled.Accepted, pulled.Unchanged, await WritesAsync(before, cancellationToken)));
        }

        var report = await ReportAsync(first!, repeats, settled, seed, request.Workbook is null, cancellationToken);
        return report with { Seconds = Math.Round(time.GetElapsedTime(start).TotalSeconds, 1) };
    }

    private async Task<long> SeedAsync(long? asked, CancellationToken cancellationToken)
    {
        var begun = await scene.SeedAsync(cancellationToken);
        return begun is null || asked is null || asked == begun
            ? begun ?? asked ?? DemoSession.DefaultSeed
            : throw new StartException(FormattableString.Invariant(
                $"The demo in this folder was begun with seed {begun}: leave --seed out, or choose another folder with --data."), ExitCodes.Usage);
    }

    /// <summary>Waits until nothing moves by itself any more, twice in a row.</summary>
    /// <returns>False: for the whole patience not one listing more came to rest.</returns>
    private async Task<bool> SettleAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var progress = time.GetTimestamp();
        var fewest = long.MaxValue;
        var quiet = 0;
        while (quiet < 2)
        {
            if (time.GetElapsedTime(progress) > patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
            var moving = await queries.MovingAsync(cancellationToken);
            quiet = moving == 0 ? quiet + 1 : 0;
            if (moving < fewest)
            {
                (fewest, progress) = (moving, time.GetTimestamp());
            }

            say.Report(FormattableString.Invariant($"Still moving: {moving}"));
        }

        return true;
    }

    private async Task<Dictionary<string, long>> LastCallsAsync(CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, long>();
        foreach (var client in fleet.Clients)
        {
            last[client.Key] = (await client.CallsAsync(0, cancellationToken)).Select(c => c.Seq).DefaultIfEmpty().Max();
        }

        return last;
    }

    private async Task<long> WritesAsync(Dictionary<string, long> before, CancellationToken cancellationToken)
    {
        var writes = 0L;
        foreach (var client in fleet.Clients)
        {
            writes += (await client.CallsAsync(before[client.Key], cancellationToken)).Count(c => c.Landed || _writes.Contains(c.Call));
        }

        return writes;
    }

    private async Task<DemoReport> ReportAsync(
        PullResult pulled, List<RepeatCount> repeats, bool settled, long seed, bool isSample, CancellationToken cancellationToken)
    {
        var listings = await queries.ListingsAsync(cancellationToken);
        var report = new DemoReport
        {
            Source = new(pulled.Rows, pulled.Accepted, pulled.Unchanged, pulled.Repeated,
                [.. pulled.RejectedRows.Select(r => new RejectedCell(r.Position.Row, r.Position.Sheet, r.Column, r.ReasonVi))]),
            Catalogue = await queries.CatalogueAsync(cancellationToken),
            Accounts = await queries.AccountsAsync(cancellationToken),
            Listings = listings,
            Issues = await queries.IssuesAsync(cancellationToken),
            Sandbox = await SandboxesAsync(cancellationToken),
            Repeats = repeats,
            Expected = isSample ? DemoExpectation.Load(home.ConfigFolder).Check(
                await queries.RowsAsync(cancellationToken), seed, [.. fleet.Clients.Select(c => c.Key)]) : null,
            Settled = settled,
            Faults = [],
            Seconds = 0,
            Seed = seed,
        };
        return report with { Faults = [.. await FaultsAsync(report, cancellationToken)] };
    }

    private async Task<IReadOnlyList<SandboxCount>> SandboxesAsync(CancellationToken cancellationToken)
    {
        var counts = new List<SandboxCount>();
        foreach (var client in fleet.Clients)
        {
            var state = await client.StateAsync(cancellationToken);
            counts.Add(new(client.Key, state.Counts.Undeleted, state.DuplicateItems, state.RateBreaches));
        }

        return counts;
    }

    private async Task<List<string>> FaultsAsync(DemoReport report, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var source = report.Source;
        Add(faults, source.Rows != source.Accepted + source.Unchanged + source.Repeated + source.Rejected.Count, "rows do not add up");
        Add(faults, !report.Listings.SequenceEqual(await queries.CountersAsync(cancellationToken)), "counters differ from the listings");
        Add(faults, await queries.WithoutOwnerAsync(cancellationToken) > 0, "a listing that is not live has no owner or no due date");
        Add(faults, report.Sandbox.Any(s => s.Duplicates > 0), "duplicates in a simulated platform");
        Add(faults, report.Repeats.Skip(1).Any(r => r.Accepted > 0 || r.Writes > 0), "a repeated pass wrote something");
        faults.AddRange(report.Expected?.Unexpected ?? []);
        foreach (var sandbox in report.Sandbox)
        {
            var ours = await queries.ItemsAsync(sandbox.Marketplace, cancellationToken);
            Add(faults, ours != sandbox.Items, FormattableString.Invariant(
                $"{sandbox.Marketplace} holds {sandbox.Items} items, the ledger knows {ours}"));
        }

        return faults;
    }

    private static void Add(List<string> faults, bool isFault, string text)
    {
        if (isFault)
        {
            faults.Add(text);
        }
    }
}
