using OcopMarket.App.Demo;
using OcopMarket.Testing.Processes;

namespace OcopMarket.Chaos;

/// <summary>The whole engine as real processes - workers, database, platforms - struck again and again while it works, and judged by what
/// the platforms hold when it has come to rest.</summary>
internal sealed class ChaosRun(ChaosOptions options, IProgress<string> say, TimeProvider time)
{
    private const string SourceKey = "chaos";
    private readonly Random _random = new((int)options.Seed);
    private int _restarts;
    private int _storms;
    private int _edits;
    private int _restores;
    private long _forgotten;
    private long _decided;
    private string? _backup;
    private long _backedUp;

    public async Task<ChaosReport> RunAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await using var home = new AppFolder();
        await using var database = await ChaosDatabase.StartAsync(Path.Combine(home.Path, "database"), cancellationToken);
        await using var platforms = await ChaosPlatforms.StartAsync(home);
        await platforms.SetAsync(options, cancellationToken);
        var catalogue = new ChaosCatalogue(options);
        var environment = Environment(database, platforms);
        await using var office = await ChaosOffice.OpenAsync(home, environment, cancellationToken);
        ChaosField.CopyPictures(home);
        await PullAsync(home, office, catalogue, cancellationToken);
        say.Report($"{options.Products} products; opening {options.Producers} shops on each platform");
        await using var workers = new ChaosWorkers(home, WithSabotage(environment), options.Workers);
        await office.OpenShopsAsync(platforms.Fleet, cancellationToken);
        await platforms.SpoilAsync(options, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = workers.WatchAsync(stop.Token);
        var begun = time.GetTimestamp();
        await StrikeAsync(new(home, office, catalogue, database, platforms, workers), cancellationToken);
        say.Report($"All blows are dealt after {time.GetElapsedTime(begun).TotalSeconds:0} s; waiting for rest");
        var settled = await SettleAsync(database, cancellationToken);
        if (settled && _restores > 0)
        {
            settled = await DecideAsync(home, database, platforms, cancellationToken) == 0 || await SettleAsync(database, cancellationToken);
        }

        await stop.CancelAsync();
        await watching;
        var report = await ReportAsync(catalogue, platforms, database, workers, settled, cancellationToken);
        return report with { Seconds = Math.Round(time.GetElapsedTime(start).TotalSeconds, 1) };
    }

    /// <summary>Items made between a backup and the return to it, at least.</summary>
    private const int Forgettable = 30;

    private enum Blow { Kill, Pause, Restart, Storm, Edit, Backup, Restore }

    private sealed record Field(
        AppFolder Home, ChaosOffice Office, ChaosCatalogue Catalogue, ChaosDatabase Database, ChaosPlatforms Platforms, ChaosWorkers Workers);

    /// <summary>All blows in an order drawn from the seed, evenly over the time, each a little early or late.</summary>
    private async Task StrikeAsync(Field field, CancellationToken cancellationToken)
    {
        var blows = Enumerable.Repeat(Blow.Kill, options.Kills).Concat(Enumerable.Repeat(Blow.Pause, options.Pauses))
            .Concat(Enumerable.Repeat(Blow.Restart, options.DatabaseRestarts)).Concat(Enumerable.Repeat(Blow.Storm, options.Storms))
            .Concat(Enumerable.Repeat(Blow.Edit, options.Edits)).ToArray();
        _random.Shuffle(blows);
        blows = WithRestores(blows);
        var pauses = new List<Task>();
        var begun = time.GetTimestamp();
        for (var i = 0; i < blows.Length; i++)
        {
            var at = options.Length * ((i + _random.NextDouble()) / blows.Length);
            if (at - time.GetElapsedTime(begun) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, time, cancellationToken);
            }

            await StrikeAsync(blows[i], field, pauses, cancellationToken);
            if (i % 20 == 19)
            {
                say.Report($"{i + 1} of {blows.Length} blows; still moving: {await MovingAsync(field.Database, cancellationToken)}");
            }
        }

        await Task.WhenAll(pauses);
    }

    /// <summary>Much is created between a backup and the return to it: the first comes early, the other late in its share of the blows.</summary>
    private Blow[] WithRestores(Blow[] blows) => options.Restores == 0 ? blows : [.. blows
        .Chunk(Math.Max(5, 1 + (blows.Length / options.Restores))).Take(options.Restores)
        .SelectMany(share => share[..(share.Length / 5)].Append(Blow.Backup)
            .Concat(share[(share.Length / 5)..(share.Length * 4 / 5)]).Append(Blow.Restore).Concat(share[(share.Length * 4 / 5)..]))];

    private async Task StrikeAsync(Blow blow, Field field, List<Task> pauses, CancellationToken cancellationToken)
    {
        var victim = _random.Next(options.Workers);
        switch (blow)
        {
            case Blow.Kill:
                await field.Workers.KillAsync(victim, cancellationToken);
                break;
            case Blow.Pause:
                pauses.Add(field.Workers.PauseAsync(victim, options.Lease * (1 + (_random.NextDouble() * 2)), cancellationToken));
                break;
            case Blow.Restart:
                await field.Database.StrikeAsync(cancellationToken);
                _restarts++;
                break;
            case Blow.Storm:
                await field.Platforms.StormAsync(_storms++, cancellationToken);
                break;
            case Blow.Edit:
                field.Catalogue.Edit(_edits++);
                await PullAsync(field.Home, field.Office, field.Catalogue, cancellationToken);
                break;
            case Blow.Backup:
                _backup = Path.Combine(field.Home.Path, $"backup-{_restores}.zip");
                await CommandAsync(field, cancellationToken, "backup", _backup);
                _backedUp = await KnownAsync(field, cancellationToken);
                break;
            case Blow.Restore:
                await WorkGoesOnAsync(field, cancellationToken);
                await field.Workers.WithoutAsync(() => RestoreAsync(field, cancellationToken), cancellationToken);
                await PullAsync(field.Home, field.Office, field.Catalogue, cancellationToken);
                (_backup, _restores) = (null, _restores + 1);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(blow), blow, null);
        }
    }

    private async Task RestoreAsync(Field field, CancellationToken cancellationToken)
    {
        var before = await KnownAsync(field, cancellationToken);
        field.Office.Disconnect();
        field.Database.Source.Clear();
        await CommandAsync(field, cancellationToken, "restore", _backup!, "--replace");
        var after = await KnownAsync(field, cancellationToken);
        _forgotten += before - after;
        say.Report($"Put back to an older backup: of {before} items in the shops {after} are known");
    }

    /// <summary>What a person does after a return to a backup: a price that rose and fell again since is not told from somebody's edit in the
    /// shop, waits to be decided, and is ours here, because nobody edits in these shops.</summary>
    private async Task<long> DecideAsync(AppFolder home, ChaosDatabase database, ChaosPlatforms platforms, CancellationToken cancellationToken)
    {
        const string Decided = "SELECT count(*) FROM listing_event WHERE kind = 'decided'";
        await CommandAsync(
            home, database, platforms, cancellationToken, "keep", "ours", "--since-restore", "--by", "Chaos", "--reason", "all lists were pulled after the return");
        _decided = (await database.AskAsync<long>(Decided, cancellationToken))[0];
        say.Report($"{_decided} prices that differed since the return to a backup were decided by a person");
        return _decided;
    }

    private static async Task<long> KnownAsync(Field field, CancellationToken cancellationToken) =>
        (await field.Database.AskAsync<long>("SELECT count(*) FROM listing WHERE external_id IS NOT NULL", cancellationToken))[0];

    /// <summary>On a slow machine the return is due before anything was made after the backup: there would be nothing to forget.</summary>
    private async Task WorkGoesOnAsync(Field field, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (await KnownAsync(field, cancellationToken) < _backedUp + Forgettable && time.GetElapsedTime(begun) < options.Length)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private Task CommandAsync(Field field, CancellationToken cancellationToken, params string[] arguments) =>
        CommandAsync(field.Home, field.Database, field.Platforms, cancellationToken, arguments);

    private async Task CommandAsync(
        AppFolder home, ChaosDatabase database, ChaosPlatforms platforms, CancellationToken cancellationToken, params string[] arguments)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var end = await AppProcess.RunAsync(
            home, Environment(database, platforms), [.. arguments, "--data", home.Data]);
        if (end.Code != 0)
        {
            throw new InvalidOperationException($"{arguments[0]} ended with {end.Code}: {end.Errors}");
        }
    }

    private static async Task PullAsync(AppFolder home, ChaosOffice office, ChaosCatalogue catalogue, CancellationToken cancellationToken)
    {
        var path = Path.Combine(home.Path, "products.ndjson");
        await catalogue.WriteAsync(path, cancellationToken);
        await office.PullAsync(SourceKey, path, cancellationToken);
    }

    /// <summary>Waits until nothing moves, twice in a row.</summary>
    private async Task<bool> SettleAsync(ChaosDatabase database, CancellationToken cancellationToken)
    {
        var progress = time.GetTimestamp();
        var fewest = long.MaxValue;
        for (var quiet = 0; quiet < 3;)
        {
            if (time.GetElapsedTime(progress) > options.Patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            var moving = await MovingAsync(database, cancellationToken);
            quiet = moving == 0 ? quiet + 1 : 0;
            if (moving < fewest)
            {
                (fewest, progress) = (moving, time.GetTimestamp());
            }
        }

        return true;
    }

    private static async Task<long> MovingAsync(ChaosDatabase database, CancellationToken cancellationToken) =>
        (await database.AskAsync<long>(DemoQueries.Moving, cancellationToken))[0];

    private async Task<ChaosReport> ReportAsync(
        ChaosCatalogue catalogue, ChaosPlatforms platforms, ChaosDatabase database, ChaosWorkers workers, bool settled,
        CancellationToken cancellationToken)
    {
        var judge = new ChaosJudge(catalogue, platforms, database);
        await judge.JudgeAsync(cancellationToken);
        async Task<long> Count(string sql) => (await database.AskAsync<long>($"SELECT count(*) FROM {sql}", cancellationToken))[0];
        return new()
        {
            Options = options,
            Listings = options.Products * platforms.Keys.Count(),
            Kills = workers.Kills,
            Pauses = workers.Pauses,
            DatabaseRestarts = _restarts,
            Storms = _storms,
            Edits = _edits,
            Restores = _restores,
            Forgotten = _forgotten,
            Decided = _decided,
            OtherEnds = workers.OtherEnds,
            LastWords = workers.LastWords.Length > 600 ? workers.LastWords[..600] : workers.LastWords,
            Live = await Count("listing WHERE state = 'live'"),
            Lost = judge.Lost,
            Duplicated = judge.Duplicated,
            WrongPrices = judge.WrongPrices,
            WrongStocks = judge.WrongStocks,
            RateBreaches = judge.RateBreaches,
            Planted = judge.Planted,
            Issues = await Count(
                "(SELECT DISTINCT listing_id FROM listing_issue WHERE closed_at IS NULL AND severity = 'blocking') i"),
            Adopted = await Count("listing_attempt WHERE lane = 'create' AND outcome IN ('unknown', 'crashed')"),
            Crashed = await Count("listing_attempt WHERE outcome = 'crashed'"),
            Attempts = await Count("listing_attempt"),
            Settled = settled,
            Seconds = 0,
            Faults = [
                .. settled ? [] : new[] { "the engine did not come to rest" },
                .. judge.Faults,
                .. judge.Unsaid > 0 ? new[] { $"{judge.Unsaid} more listings are not as they should be" } : []],
        };
    }

    private Dictionary<string, string> Environment(ChaosDatabase database, ChaosPlatforms platforms) =>
        ChaosField.Environment(options, database.ConnectionString, platforms);

    private Dictionary<string, string> WithSabotage(Dictionary<string, string> environment) =>
        options.Sabotage is { } line ? new(environment) { ["OCOP_SABOTAGE"] = line } : environment;
}
