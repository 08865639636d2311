using System.CommandLine;
using System.Text.RegularExpressions;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Catalog;
using OcopMarket.Sources;
using OcopMarket.Sources.Fetching;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.App.Cli;

/// <summary><c>./run pull SOURCE</c>: brings one list into the catalogue; the worker does the rest.</summary>
internal static partial class PullCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "Name of a source in config/sources, or any name of your own together with --file." };
        var file = new Option<string?>("--file") { Description = "Read this .xlsx, .csv or .ndjson file." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change and change nothing." };
        var strict = new Option<bool>("--strict") { Description = "End with 3 when rows were rejected; good rows are taken all the same." };
        var shrink = new Option<bool>("--accept-shrink") { Description = "I have looked: the complete list really lost that many rows." };
        var rejected = new Option<string?>("--rejected") { Description = "Write the rejected rows with their reasons to this .csv or .xlsx file, to be mended." };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON, alone on standard output." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("pull", """
            Brings one list of products into the catalogue. Bad rows are reported and left out; the same list twice changes nothing.
            Goes into the demo's database where a demo has been; elsewhere the first pull makes the folder a real installation.

            Rows are the sum of accepted, unchanged, repeated and rejected. JSON keys: source, file, dryRun, run, resumed, rows,
            accepted, unchanged, repeated, rejected, warnings, gone, failure, rejectedRows[{row, sheet, column, code, reason, reasonVi}].
            Exit codes: 0 done; 2 wrong arguments; 3 --strict and rows were rejected; 4 the file or the database is unusable, nothing applied.
            Example: ./run pull tra-vinh --file danh-sach.xlsx --dry-run
            """)
        { source, file, dryRun, strict, shrink, rejected, json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new(parsed.GetValue(source)!, parsed.GetValue(file), parsed.GetValue(data))
            {
                DryRun = parsed.GetValue(dryRun),
                Strict = parsed.GetValue(strict),
                AcceptShrink = parsed.GetValue(shrink),
                Json = parsed.GetValue(json),
                Rejected = parsed.GetValue(rejected),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (request.Rejected is { } rejected && Path.GetExtension(rejected).ToLowerInvariant() is not (".csv" or ".xlsx"))
        {
            throw new StartException("The file of --rejected must end in .csv or .xlsx.", ExitCodes.Usage);
        }

        var home = AppHome.At(request.Data);
        var settings = SourceOf(home, request);
        SettingsCheck.Require(home, Settings.Load(home, demo: false, []));
        // An unusable file is refused before any database is started or made.
        await ProductSources.Create(settings with { AnchorDay = settings.AnchorDay ?? Today() }).CheckAsync(cancellationToken);

        await using var installation = await Installation.OpenAsync(home, cancellationToken);
        await installation.Database.MigrateAsync(cancellationToken);
        if (!request.DryRun)
        {
            await installation.ClaimRealAsync(cancellationToken);
            await ReferenceData.LoadAsync(
                installation.Database.Worker, Path.Combine(home.ConfigFolder, "ocop"), TimeProvider.System, cancellationToken);
        }

        var anchored = settings.Key == SampleAnchor.Source && settings.AnchorDay is null
            ? settings with { AnchorDay = await SampleAnchor.DayAsync(installation.Queries, Today(), request.DryRun, cancellationToken) }
            : settings;
        var report = await PullAsync(installation, anchored, request, cancellationToken);
        if (request.Rejected is { } path)
        {
            RejectedFile.Write(path, report.RejectedRows);
        }

        await PullReportText.WriteAsync(report, request.Json);
        return report.Failure is not null ? ExitCodes.Unusable
            : request.Strict && report.Rejected > 0 ? ExitCodes.RowsRejected
            : ExitCodes.Done;
    }

    private static async Task<PullReport> PullAsync(
        Installation installation, SourceSettings settings, PullRequest request, CancellationToken cancellationToken)
    {
        await using var host = await OcopHost.BuildAsync(
            new HostRequest(Roles.None, 0, installation.Home, installation.Settings, installation.Database), cancellationToken);
        using var progress = PullProgressLines.Create();
        using var pictures = new RunPictures(host.Services.GetRequiredService<SafeFetch>(), settings.Path);
        try
        {
            var result = await host.Services.GetRequiredService<PullSource>().RunAsync(
                ProductSources.Create(settings),
                new PullOptions(request.DryRun, "command", Path.GetFileName(settings.Path))
                {
                    SourceName = settings.Name,
                    SourceKind = settings.Kind.ToString().ToLowerInvariant(),
                    Image = pictures.ReadAsync,
                    AcceptShrink = request.AcceptShrink,
                },
                progress,
                cancellationToken);
            return await PullReport.OfAsync(result, settings, installation.Database.Worker, cancellationToken);
        }
        catch (Exception e) when (e is RunBusyException or RunLostException)
        {
            throw new StartException(e.Message);
        }
    }

    private static SourceSettings SourceOf(AppHome home, PullRequest request)
    {
        if (!Key().IsMatch(request.Source) || request.Source == "headings")
        {
            throw new StartException("A source's name has 1 to 60 small letters, digits and hyphens, for example tra-vinh.", ExitCodes.Usage);
        }

        if (request.File is not { } file)
        {
            return SourceFolder.Load(home, request.Source);
        }

        var own = SourceFolder.OfFile(request.Source, file);
        return SourceFolder.Keys(home).Contains(request.Source, StringComparer.Ordinal)
            ? SourceFolder.Load(home, request.Source) with { Path = own.Path, Kind = own.Kind }
            : own;
    }

    private static DateOnly Today() => VietnamDay.Of(TimeProvider.System.GetUtcNow());

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,59}$", RegexOptions.None, 1000)]
    private static partial Regex Key();

    private sealed record PullRequest(string Source, string? File, string? Data)
    {
        public bool DryRun { get; init; }
        public bool Strict { get; init; }
        public bool AcceptShrink { get; init; }
        public bool Json { get; init; }
        public string? Rejected { get; init; }
    }
}
