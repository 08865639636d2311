using Microsoft.Extensions.Time.Testing;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Catalog;

/// <summary>A catalogue and short ways to pull into it.</summary>
public sealed class CatalogueFixture : PostgresFixture
{
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 3, 0, 0, TimeSpan.Zero));
    public CatalogueStore Store => new(DataSource, new CertificateRules(), TestMarks.Of, Clock);
    public SourceRunStore Runs => new(DataSource, Clock);

    internal static RunStart Start(string source, bool snapshot = false, string hash = "h") =>
        new(new(source, source, "csv", snapshot), new("test", hash, null), "test", "test.csv");

    /// <summary>A whole run of the given pages.</summary>
    internal async Task<(IReadOnlyList<PageResult> Pages, int? Gone)> PullAsync(
        string source, IEnumerable<SourcePage> pages, bool snapshot = false, ReadImage? image = null)
    {
        await using var run = await Runs.StartAsync(Start(source, snapshot), CancellationToken.None);
        var results = new List<PageResult>();
        foreach (var page in pages)
        {
            results.Add(await Store.ApplyPageAsync(run, page, image, CancellationToken.None));
        }

        return (results, await Runs.FinishAsync(run, false, CancellationToken.None));
    }

    internal async Task<PageResult> PullAsync(string source, params SourceRecord[] records) =>
        (await PullAsync(source, [Records.Page(records)])).Pages[0];

    internal Task ClearAsync() => TruncateAsync("source", "producer", "media");
}
