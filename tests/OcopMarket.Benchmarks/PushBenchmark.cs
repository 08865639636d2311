using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;
using RestSharp;

namespace OcopMarket.Benchmarks;

/// <summary>Listings a second through the whole engine, with intent, ledger, events and the reading of states, against a bare loop that sends
/// calls with the same bodies and keeps nothing. The platform has no limits and answers after 50 ms; eight calls are in flight in both.</summary>
internal sealed class PushBenchmark(string marketplace) : IBenchmark
{
    private const int InFlight = 8;
    private const int Shops = 16;

    private const string Hold = "UPDATE account_queue SET held_until = 'infinity', next_at = 'infinity'";
    private const string Release = """
        UPDATE account_queue SET held_until = '-infinity', next_at = now();
        SELECT pg_notify('ocop_work', '')
        """;

    private const string Waiting = """
        SELECT l.account_id, l.content::text AS content FROM listing_task t JOIN listing l ON l.id = t.listing_id
        WHERE t.lane = 'create' AND t.state = 'due' ORDER BY l.account_id, l.id
        """;

    private const string Unsent = "NOT EXISTS (SELECT FROM listing_task WHERE state IN ('due', 'leased', 'unknown') AND account_id IS NOT NULL)";

    public string Name => $"push-{marketplace}";
    public double Goal => 0.9;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var each = Math.Max(1, (options.Rows ?? (marketplace == "postmart" ? 8_000 : 1_600)) / Shops);
        await using var field = await EngineField.StartAsync(
            marketplace,
            SandboxSettings.For(marketplace) with
            {
                LatencyMilliseconds = 50,
                LoginCallsPerSecond = 0,
                ShopCallsPerSecond = 0,
                CreatesPerSecond = 0,
                NewItemsPerDay = 0,
                ListLagSeconds = 1,
                ReviewMinSeconds = 0.2,
                ReviewMaxSeconds = 1,
                ShopVerificationSeconds = 0.2,
                TokenLifetimeSeconds = 7200,
                FetchImages = false,
            },
            Unlimited(), cancellationToken);
        await field.OpenShopsAsync(Shops, cancellationToken);
        await field.AddGoodsAsync(1, 1, cancellationToken);
        await field.StartLoopsAsync(cancellationToken);
        await LiveAsync(field, Shops, cancellationToken);
        var (engine, bare) = (new List<double>(), new List<double>());
        for (var (pair, live) = (0, Shops); pair < (options.Pairs ?? 5); pair++)
        {
            await field.ExecuteAsync(Hold, null, cancellationToken);
            await field.AddGoodsAsync(2 + (pair * each), 1 + ((pair + 1) * each), cancellationToken);
            var calls = await SameCallsAsync(field, cancellationToken);
            live += Shops * each;
            foreach (var ours in pair % 2 == 0 ? new[] { true, false } : [false, true])
            {
                var cost = await LedgerCost.BeginAsync(field, cancellationToken);
                (ours ? engine : bare).Add(await CountedAsync(
                    field, Shops * each, () => ours ? EngineAsync(field, cancellationToken) : BareAsync(field, calls, cancellationToken), cancellationToken));
                if (ours)
                {
                    await LiveAsync(field, live, cancellationToken);
                }

                await Console.Error.WriteLineAsync($"{(ours ? "from due to live" : "bare")}: {await cost.PerRowAsync(Shops * each, cancellationToken)}");
            }

            await Console.Error.WriteLineAsync(FormattableString.Invariant(
                $"engine {Shops * each / engine[^1]:0} listings/s, bare {Shops * each / bare[^1]:0} listings/s"));
        }

        var (seconds, yardstick) = (Figures.Median(engine), Figures.Median(bare));
        var ratio = Figures.Median([.. engine.Zip(bare, (e, b) => b / e)]);
        return new(Name, Shops * each, seconds, yardstick, ratio, Goal, ratio >= Goal, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    private Dictionary<string, string?> Unlimited() => new[] { "partner", "shop", "login", "create" }
        .SelectMany(l => new[] { ($"{l}:PerSecond", "100000"), ($"{l}:Burst", "100000") })
        .ToDictionary(l => $"Marketplaces:{marketplace}:Limits:{l.Item1}", l => (string?)l.Item2);

    private Task LiveAsync(EngineField field, int listings, CancellationToken cancellationToken) =>
        field.UntilAsync($"count(*) = {listings} FROM listing WHERE marketplace = '{marketplace}' AND state = 'live'", cancellationToken);

    /// <exception cref="InvalidOperationException">Not every listing arrived.</exception>
    private static async Task<double> CountedAsync(EngineField field, int expected, Func<Task<double>> run, CancellationToken cancellationToken)
    {
        var before = await field.ItemsAsync(cancellationToken);
        var seconds = await run();
        var arrived = await field.ItemsAsync(cancellationToken) - before;
        return arrived == expected ? seconds : throw new InvalidOperationException($"{arrived} of {expected} listings arrived.");
    }

    private static async Task<double> EngineAsync(EngineField field, CancellationToken cancellationToken)
    {
        var begun = (await field.QueryAsync<DateTime>("SELECT clock_timestamp()", null, cancellationToken))[0];
        await field.ExecuteAsync(Release, null, cancellationToken);
        await field.UntilAsync(Unsent, cancellationToken);
        return (await field.QueryAsync<double>(
            "SELECT extract(epoch FROM max(finished_at) - @begun)::float8 FROM listing_attempt", new { begun }, cancellationToken))[0];
    }

    private static async Task<double> BareAsync(EngineField field, IReadOnlyList<RecordedCall> calls, CancellationToken cancellationToken)
    {
        using var client = new RestClient(new RestClientOptions(field.Platform));
        var left = new ConcurrentQueue<RecordedCall>(calls);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(
            async () =>
            {
                while (left.TryDequeue(out var call))
                {
                    var request = new RestRequest(call.Url, Enum.Parse<Method>(call.Method, ignoreCase: true));
                    foreach (var (name, value) in call.Headers.Where(h => h.Key is not ("Host" or "Accept" or "Accept-Encoding" or "User-Agent")))
                    {
                        request.AddHeader(name, value);
                    }

                    var answer = await client.ExecuteAsync(request.AddStringBody(call.Body!, ContentType.Json), cancellationToken);
                    if (!answer.IsSuccessful)
                    {
                        throw new InvalidOperationException($"{(int)answer.StatusCode} {answer.Content}");
                    }
                }
            },
            cancellationToken)));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The calls that the engine is about to make, with other seller's codes.</summary>
    private static async Task<IReadOnlyList<RecordedCall>> SameCallsAsync(EngineField field, CancellationToken cancellationToken)
    {
        var adapter = field.Services.GetRequiredService<MarketplaceRegistry>().Adapter(field.Marketplace);
        var calls = new List<RecordedCall>();
        foreach (var waiting in (await field.QueryAsync<(long Account, string Content)>(Waiting, null, cancellationToken)).GroupBy(w => w.Account))
        {
            var shop = await field.Services.GetRequiredService<AccountStore>().FindAsync(waiting.Key, cancellationToken);
            var session = await field.Services.GetRequiredService<SellerSessions>().OpenAsync(shop!, cancellationToken);
            var drafts = await field.Services.GetRequiredService<ShopMedia>().PrepareAsync(
                shop!, session!, [.. waiting.Select(w => JsonSerializer.Deserialize<ListingDraft>(w.Content)!)], cancellationToken);
            foreach (var batch in drafts!.Chunk(adapter.Capabilities.BatchSize[ChangeKind.Create]))
            {
                var changes = batch.Select(d => d with { SellerSku = $"B-{d.SellerSku}" })
                    .Select(d => new ListingChange(ChangeKind.Create, d.ToCanonical(), null, d.SellerSku)).ToList();
                calls.AddRange(await CallRecorder.RecordAsync(() => adapter.SubmitAsync(session!, changes, cancellationToken)));
            }
        }

        return calls;
    }
}
