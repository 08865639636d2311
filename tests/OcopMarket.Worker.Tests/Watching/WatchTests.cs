using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Data.Sellers;
using OcopMarket.Sources;
using OcopMarket.Worker.Jobs;
using OcopMarket.Worker.Tests.Engine;
using OcopMarket.Worker.Watching;

namespace OcopMarket.Worker.Tests.Watching;

/// <summary>What the engine says while it works: messages that can be put together, numbers that add up, and never a secret.</summary>
public abstract class WatchTests<TEngine>(TEngine engine) : IClassFixture<TEngine>
    where TEngine : EngineFixture, IWatchedEngine
{
    [Fact]
    public async Task No_message_of_a_shop_s_turns_holds_a_secret_not_even_at_the_lowest_level()
    {
        var goods = await engine.AddAsync(LoseTheAnswerAsync); // a failure is told at length
        await goods.LiveAsync();
        var shop = (await engine.QueryAsync<(long Id, string Login)>(
            "SELECT c.id, c.login FROM credential c JOIN seller_account a ON a.credential_id = c.id JOIN listing l ON l.account_id = a.id WHERE l.id = @Listing",
            new { goods.Listing })).Single();
        var credentials = engine.Services.GetRequiredService<CredentialStore>();
        var row = await credentials.GetAsync(shop.Id, CancellationToken.None);
        string[] secrets = [(await credentials.OpenAccessAsync(row, CancellationToken.None)).Reveal(), engine.Platform.Application.Secret];

        if (await credentials.OpenLoginAsync(row, CancellationToken.None) is { } login)
        {
            secrets = [.. secrets, login.Password.Reveal(), .. await NextTokenAsync(goods, shop.Id, row)];
        }

        var text = string.Concat(engine.Log.Lines);

        Assert.Contains("Call Create", text, StringComparison.Ordinal);
        Assert.All(secrets.Where(s => s.Length > 0), s => Assert.DoesNotContain(s, text, StringComparison.Ordinal));
        Assert.True(secrets[0].Length > 8);
    }

    [Fact]
    public async Task Every_message_of_a_turn_says_which_shop_which_platform_and_which_listings()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var account = (await engine.ScalarAsync<long>("SELECT account_id FROM listing WHERE id = @Listing", new { goods.Listing }))
            .ToString(CultureInfo.InvariantCulture);
        var tasks = await engine.QueryAsync<string>("SELECT id::text FROM listing_task WHERE listing_id = @Listing", new { goods.Listing });

        var lines = engine.Log.Read().Where(l => l.Category == typeof(CallWatch).FullName).ToList();
        var create = lines.Last(l => l.Message.StartsWith("Call Create", StringComparison.Ordinal) && l.Scope("AccountId") == account);

        Assert.Equal(engine.Key, create.Scope("Marketplace"));
        Assert.Equal(goods.Listing.ToString(CultureInfo.InvariantCulture), create.Scope("ListingIds"));
        Assert.Contains(create.Scope("TaskIds"), tasks);
        Assert.Matches("^[0-9a-f]{16}$", create.Scope("Correlation"));
        Assert.Contains(lines, l => l.Message.StartsWith("Call ReadStatus", StringComparison.Ordinal) && l.Scope("AccountId") == account);
        Assert.All(
            engine.Log.Read().Where(l => l.Scope("Correlation") is not null).GroupBy(l => l.Scope("Correlation")),
            turn => Assert.Single(turn.Select(l => l.Scope("AccountId")).Distinct()));
    }

    [Fact]
    public async Task Calls_and_ends_of_tasks_are_counted_by_platform_kind_lane_and_outcome()
    {
        using var numbers = new Numbers(engine.Services);
        var goods = await engine.AddAsync(LoseTheAnswerAsync);
        await goods.LiveAsync();

        Assert.True(numbers.Sum("ocop.calls", ("kind", "create"), ("outcome", "ambiguous")) >= 1, numbers.ToString());
        Assert.True(numbers.Sum("ocop.calls", ("kind", "look_up"), ("outcome", "ok")) >= 1, numbers.ToString());
        Assert.Equal(1, numbers.Sum("ocop.tasks.ended", ("lane", "create"), ("outcome", "unknown")));
        Assert.Equal(1, numbers.Sum("ocop.tasks.ended", ("lane", "create"), ("outcome", "adopted")));
        Assert.True(numbers.Count("ocop.call.duration") >= numbers.Sum("ocop.calls", ("kind", "create")), numbers.ToString());
        Assert.Equal([engine.Key], numbers.Values("marketplace"));
        Assert.Empty(numbers.Labels.Except(["marketplace", "kind", "lane", "outcome"]));
    }

    [Fact]
    public async Task Rows_of_a_pull_are_counted_by_what_became_of_them_and_its_messages_belong_together()
    {
        using var numbers = new Numbers(engine.Services);
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, [
            """{"productName":"Trà xanh","producerName":"HTX Chè","province":"Trà Vinh","priceVnd":50000,"stockUnits":5}""",
            """{"productName":"Trà sen","producerName":"HTX Chè","province":"Trà Vinh","priceVnd":50000,"stockUnits":5}""",
            """{"productName":"","producerName":"HTX Chè","province":"Trà Vinh","priceVnd":50000,"stockUnits":5}"""]);
        var key = $"watched-{engine.Key}";
        var result = await engine.Services.GetRequiredService<PullSource>().RunAsync(
            ProductSources.Create(new() { Key = key, Kind = SourceKind.Ndjson, Path = file }), new(false, "test", null), null, CancellationToken.None);
        File.Delete(file);

        Assert.Equal(result.Accepted, numbers.Sum("ocop.pull.rows", ("result", "accepted")));
        Assert.Equal(result.Rejected, numbers.Sum("ocop.pull.rows", ("result", "rejected")));
        Assert.Equal(result.Rows, numbers.Sum("ocop.pull.rows"));
        Assert.True(result.Rejected > 0);
        var lines = engine.Log.Read().Where(l => l.Scope("Source") == key && l.Category == typeof(PullSource).FullName).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Single(lines.Select(l => l.Scope("Correlation")).Distinct());
    }

    /// <summary>The token ends, and the engine logs in for another one.</summary>
    private async Task<string[]> NextTokenAsync(Goods goods, long credential, CredentialRow old)
    {
        await engine.ExecuteAsync("UPDATE credential SET access_expires_at = now() WHERE id = @credential", new { credential });
        await engine.ChangeAsync(goods, "UPDATE variant SET stock_units = 7 WHERE producer_id = @producer");
        await goods.UntilAsync("seen_stock = 7");
        Assert.Contains(engine.Log.Lines, l => l.Contains("Call SignIn", StringComparison.Ordinal));
        var credentials = engine.Services.GetRequiredService<CredentialStore>();
        var token = await credentials.OpenAccessAsync(await credentials.GetAsync(credential, CancellationToken.None), CancellationToken.None);
        Assert.NotEqual(await credentials.OpenAccessAsync(old, CancellationToken.None), token);
        return [token.Reveal()];
    }

    private Task LoseTheAnswerAsync(Goods goods) =>
        engine.BreakAsync(new() { ["call"] = "create", ["kind"] = "droppedAfter", ["count"] = 1, ["sku"] = goods.Sku });

    private sealed class Numbers : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, double Value, Dictionary<string, string> Labels)> _all = [];

        public Numbers(IServiceProvider services)
        {
            var meters = services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Meter.Name == EngineMeter.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
            _listener.Start();
        }

        public IEnumerable<string> Labels => All().SelectMany(a => a.Labels.Keys).Distinct();

        public IEnumerable<string> Values(string label) => All().Where(a => a.Labels.ContainsKey(label)).Select(a => a.Labels[label]).Distinct();

        public int Count(string name) => All().Count(a => a.Name == name);

        public double Sum(string name, params (string Label, string Value)[] labels) => All()
            .Where(a => a.Name == name && labels.All(l => a.Labels.GetValueOrDefault(l.Label) == l.Value)).Sum(a => a.Value);

        public override string ToString() =>
            string.Join('\n', All().Select(a => $"{a.Name} {string.Join(' ', a.Labels.Values)} {a.Value.ToString(CultureInfo.InvariantCulture)}"));

        public void Dispose() => _listener.Dispose();

        private List<(string Name, double Value, Dictionary<string, string> Labels)> All()
        {
            lock (_all)
            {
                return [.. _all];
            }
        }

        private void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = new Dictionary<string, string>();
            foreach (var tag in tags)
            {
                labels[tag.Key] = (string)tag.Value!;
            }

            lock (_all)
            {
                _all.Add((name, value, labels));
            }
        }
    }
}

public sealed class PostmartWatchTests(WatchedPostmart engine) : WatchTests<WatchedPostmart>(engine);

public sealed class VosoWatchTests(WatchedVoso engine) : WatchTests<WatchedVoso>(engine);
