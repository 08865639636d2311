using Hangfire;
using OcopMarket.Sources;
using OcopMarket.Sources.Fetching;

namespace OcopMarket.Worker.Jobs;

/// <summary>Where the named sources are described.</summary>
/// <param name="Folder"><c>config/sources</c>.</param>
/// <param name="Root">What relative paths in them are taken from.</param>
public sealed record SourceLibrary(string Folder, string Root);

/// <summary>What Hangfire runs by the clock. One job a run; arguments are names only; doing it twice changes nothing, and nothing repeats it
/// but its next turn.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class SourceJobs(PullSource pull, SafeFetch fetch, SourceLibrary library, Core.Sync.ICatalogueChanged catalogue, TimeProvider time)
{
    /// <summary>Pulls a source of <c>config/sources</c>.</summary>
    public async Task PullAsync(string key, CancellationToken cancellationToken)
    {
        var settings = SourceSettings.FromFile(Path.Combine(library.Folder, $"{key}.json"), library.Root);
        using var pictures = new RunPictures(fetch, settings.Path);
        await pull.RunAsync(
            ProductSources.Create(settings, time),
            new PullOptions(DryRun: false, "schedule", Path.GetFileName(settings.Path))
            {
                SourceName = settings.Name,
                SourceKind = settings.Kind.ToString().ToLowerInvariant(),
                Image = pictures.ReadAsync,
            },
            null,
            cancellationToken);
    }

    /// <summary>Composes what changed: a certificate or a sale may begin or end with the day.</summary>
    public async Task NewDayAsync(CancellationToken cancellationToken) => await catalogue.PlanAsync(cancellationToken);
}
