using System.Globalization;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;
using OcopMarket.Sources;
using OcopMarket.Sources.Fetching;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.App.Demo;

/// <summary>Sets the scene of a demo: reference data, the catalogue, the script of the simulated platforms, the shops. Each step may be done
/// again: a killed demo goes on where it was.</summary>
internal sealed class DemoScene(
    DemoQueries queries, DemoShops shops, PullSource pull, AppHome home, IConfiguration configuration, DatabaseHome database, SafeFetch fetch,
    TimeProvider time)
{
    private const string ModeKey = "mode";
    private const string DayKey = "demo.day";
    private const string ScriptKey = "demo.script";

    /// <summary>Marks the database as a demo's.</summary>
    /// <exception cref="StartException">It holds real data.</exception>
    public async Task ClaimAsync(CancellationToken cancellationToken)
    {
        if (await queries.SettingAsync(ModeKey, cancellationToken) is { } mode && mode != "demo")
        {
            throw new StartException("This data folder holds a real installation. Name another folder with --data for the demo.");
        }

        await queries.SetAsync(ModeKey, "demo", cancellationToken);
        await ReferenceData.LoadAsync(
            database.Worker, Path.Combine(home.ConfigFolder, "ocop"), time, cancellationToken);
    }

    /// <param name="workbook">Null: the sample.</param>
    public async Task<PullResult> PullAsync(string? workbook, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var settings = workbook is null ? await SampleAsync(cancellationToken) : FromFile(workbook);
        var source = ProductSources.Create(settings, time);
        using var pictures = new RunPictures(fetch, settings.Path);
        return await pull.RunAsync(
            source,
            new PullOptions(DryRun: false, "demo", Path.GetFileName(settings.Path))
            {
                SourceName = settings.Name,
                SourceKind = settings.Kind.ToString().ToLowerInvariant(),
                Image = pictures.ReadAsync,
            },
            progress,
            cancellationToken);
    }

    /// <summary>Tells the simulated platforms how to behave: reviews, refusals, lost answers, one token that ends, one locked shop, one status
    /// and one error that no sheet knows. All drawn from the seed; written once per database.</summary>
    public async Task ScriptAsync(IReadOnlyList<SandboxClient> sandboxes, long seed, CancellationToken cancellationToken)
    {
        if (await queries.SettingAsync(ScriptKey, cancellationToken) is not null)
        {
            return;
        }

        var producers = await queries.ProducersAsync(cancellationToken);
        foreach (var sandbox in sandboxes)
        {
            var locked = producers.Count == 0 ? null : DemoPhone.Of(Pick(producers.Select(p => p.Key), seed, sandbox.Key, "lock"));
            await sandbox.SettingsAsync(
                new
                {
                    seed,
                    listLagSeconds = configuration.GetValue($"Sandbox:{sandbox.Key}:ListLagSeconds", 1.0),
                    reviewMinSeconds = 1,
                    reviewMaxSeconds = 10,
                    refusedShare = 0.06,
                    lockedShopPhone = sandbox.Key == "postmart" ? locked : null,
                    lockedShopNumber = 0,
                },
                cancellationToken);
            await sandbox.FaultAsync(new { call = "writes", kind = "droppedAfter", share = 0.03 }, cancellationToken);
            var skus = await queries.SendableSkusAsync(sandbox.Key, cancellationToken);
            if (sandbox.Key == "postmart")
            {
                await sandbox.FaultAsync(new { call = "*", kind = "tokenRevoked", count = 1, after = 60 }, cancellationToken);
                await OneItemAsync(sandbox, skus, seed, "unknownError", cancellationToken);
            }
            else
            {
                await OneItemAsync(sandbox, skus, seed, "unknownStatus", cancellationToken);
            }
        }

        await queries.SetAsync(ScriptKey, seed.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    public Task OpenShopsAsync(IReadOnlyList<SandboxClient> sandboxes, CancellationToken cancellationToken) =>
        shops.OpenAsync(sandboxes, cancellationToken);

    public async Task<long?> SeedAsync(CancellationToken cancellationToken) =>
        long.TryParse(await queries.SettingAsync(ScriptKey, cancellationToken), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    private static Task OneItemAsync(
        SandboxClient sandbox, IReadOnlyList<string> skus, long seed, string kind, CancellationToken cancellationToken) =>
        skus.Count == 0
            ? Task.CompletedTask
            : sandbox.FaultAsync(new { call = "create", kind, sku = Pick(skus, seed, sandbox.Key, kind) }, cancellationToken);

    private static string Pick(IEnumerable<string> from, long seed, string platform, string purpose) =>
        from.MinBy(f => RecordKey.Digest(FormattableString.Invariant($"{seed}/{platform}/{purpose}/{f}")), StringComparer.Ordinal)!;

    /// <summary>The sample's dates are offsets from one day: that of the first load, so that the same data come back the same tomorrow.</summary>
    private async Task<SourceSettings> SampleAsync(CancellationToken cancellationToken)
    {
        var today = VietnamDay.Of(time.GetUtcNow()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var day = await queries.SettingAsync(DayKey, cancellationToken);
        if (day is null)
        {
            await queries.SetAsync(DayKey, day = today, cancellationToken);
        }

        return SourceFolder.Load(home, "sample") with { AnchorDay = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) };
    }

    private static SourceSettings FromFile(string path) => SourceFolder.OfFile("workbook", path);
}
