using OcopMarket.Chaos;
using OcopMarket.Testing;

namespace OcopMarket.EndToEnd.Tests;

/// <summary>Two shops on each simulated platform, real processes, and a source that changes prices and brings products wave by wave. The
/// platforms' own records are the judge.</summary>
public sealed class SmallField : PostgresFixture
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly ChaosOptions _options = ChaosOptions.Short with
    {
        Producers = 2,
        ProductsEach = 16,
        Edits = 7,
        RefusedShare = 0,
        DroppedShare = 0,
        LateShare = 0,
        IndexLagSeconds = 1,
        CallTimeout = TimeSpan.FromSeconds(2),
        Lease = TimeSpan.FromSeconds(4),
        SettlingTime = TimeSpan.FromSeconds(4),
    };

    private ChaosPlatforms _platforms = null!;
    private ChaosOffice _office = null!;
    private ChaosCatalogue _catalogue = null!;
    private int _waves;

    internal AppFolder Home { get; } = new();
    internal Dictionary<string, string> Settings { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _platforms = await ChaosPlatforms.StartAsync(Home);
        await _platforms.SetAsync(_options, CancellationToken.None);
        Settings = ChaosField.Environment(_options, ConnectionString, _platforms);
        _office = await ChaosOffice.OpenAsync(Home, Settings, CancellationToken.None);
        _catalogue = new(_options);
        ChaosField.CopyPictures(Home);
        await PullAsync();
        await _office.OpenShopsAsync(_platforms.Fleet, CancellationToken.None);
    }

    public override async Task DisposeAsync()
    {
        await _office.DisposeAsync();
        await _platforms.DisposeAsync();
        await base.DisposeAsync();
        await Home.DisposeAsync();
    }

    /// <summary>New products come in, prices and stocks change.</summary>
    internal async Task ChangeAsync()
    {
        _catalogue.Edit(_waves++);
        await PullAsync();
    }

    /// <summary>On each platform the next answer of this kind is lost after the call has landed.</summary>
    internal async Task LoseAnswersAsync(string call)
    {
        foreach (var client in _platforms.Fleet.Clients)
        {
            await client.FaultAsync(new { call, kind = "droppedAfter", count = 1 }, CancellationToken.None);
        }
    }

    /// <param name="killAt">See the program's kill points; null: it lives.</param>
    internal AppProcess StartWorker(string? killAt = null) => AppProcess.Start(
        Home, killAt is null ? Settings : new Dictionary<string, string>(Settings) { ["OCOP_KILL_AT"] = killAt },
        "serve", "--roles", "worker", "--port", "0", "--data", Home.Data);

    /// <summary>Waits until every product stands in every shop once, with the source's last price and stock.</summary>
    internal async Task SettleAsync(AppProcess worker)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (await FaultsAsync() is { Length: > 0 } faults)
        {
            Assert.False(worker.HasExited, worker.Errors);
            Assert.True(TimeProvider.System.GetElapsedTime(start) < _patience, $"{string.Join('\n', faults)}\n{worker.Errors}");
            await Task.Delay(300);
        }
    }

    /// <summary>What stands in the shops of every platform, as the platforms themselves have it.</summary>
    internal async Task<List<PlatformItem>> ItemsAsync()
    {
        var items = new List<PlatformItem>();
        foreach (var key in _platforms.Keys)
        {
            items.AddRange((await _platforms.StateAsync(key, CancellationToken.None)).Items.Where(i => !i.Deleted));
        }

        return items;
    }

    internal int Platforms => _platforms.Keys.Count();

    /// <summary>What no waiting mends.</summary>
    internal async Task AssertNothingDoubledAsync()
    {
        foreach (var key in _platforms.Keys)
        {
            Assert.Equal(0, (await _platforms.StateAsync(key, CancellationToken.None)).DuplicateItems);
        }
    }

    private async Task<string[]> FaultsAsync()
    {
        var faults = new List<string>();
        foreach (var key in _platforms.Keys)
        {
            var items = (await _platforms.StateAsync(key, CancellationToken.None)).Items.Where(i => !i.Deleted).ToLookup(i => ChaosProduct.CodeOf(i.Name));
            faults.AddRange(_catalogue.Products.Take(_catalogue.Named)
                .Where(p => !p.Claim && items[p.Code].FirstOrDefault() is not { Live: true } item || items[p.Code].Any(i => i.Price != p.Price || i.Quantity != p.Stock))
                .Select(p => $"{key}: {p.Name} should cost {p.Price}, {p.Stock} pieces; there: {string.Join(", ", items[p.Code])}"));
        }

        faults.AddRange(await QueryAsync<string>(
            "SELECT concat_ws(' ', listing_id, lane, state, last_outcome, last_code) FROM listing_task WHERE state NOT IN ('idle')"));
        return [.. faults];
    }

    private async Task PullAsync()
    {
        var path = Path.Combine(Home.Path, "products.ndjson");
        await _catalogue.WriteAsync(path, CancellationToken.None);
        await _office.PullAsync("chaos", path, CancellationToken.None);
    }
}
