using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Tests.Sync;

/// <summary>The numbers of /metrics are the ledger's, and reading them is a load that does not grow with who asks.</summary>
public sealed class LedgerFiguresTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task The_numbers_are_those_of_the_ledger()
    {
        var ids = await ledger.BeginAsync(2, 3);
        var claimed = await ledger.ClaimAsync();
        var call = await ledger.CallAsync(claimed);
        await ledger.EndAsync(call);
        await ledger.SeeAsync(call.Work[0].ListingId, SeenStatus.Live);
        await ledger.ExecuteAsync(
            """
            DELETE FROM ledger_figures;
            UPDATE listing_task SET due_at = due_at - interval '1 hour' WHERE id = (SELECT max(id) FROM listing_task WHERE state = 'due');
            UPDATE seller_account SET unswept_since = now() WHERE id = @AccountId;
            INSERT INTO circuit (marketplace, failures, open_until) VALUES ('voso', 10, now() + interval '1 hour')
            """, new { claimed.AccountId });
        using var process = new Watched(ledger);

        await process.RefreshAsync();

        Assert.Equal(3, process.Of("ocop.tasks.due", "postmart", "create"));
        Assert.Equal(0, process.Of("ocop.tasks.due", "voso", "stop"));
        Assert.InRange(process.Of("ocop.tasks.oldest.age", "postmart", "create")!.Value, 3600, 7200);
        Assert.Equal(1, process.Of("ocop.shops.unread", "postmart"));
        Assert.Equal(0, process.Of("ocop.circuits.open", "postmart"));
        Assert.Equal(1, process.Of("ocop.circuits.open", "voso"));
        Assert.Equal(1, process.Of("ocop.listings", "postmart", "live"));
        Assert.Equal(3, process.Of("ocop.listings", "postmart", "waiting"));
        Assert.Equal(6, ids.Length);
        await ledger.ExecuteAsync("DELETE FROM circuit");
    }

    [Fact]
    public async Task Two_processes_that_are_asked_together_read_the_ledger_once()
    {
        await ledger.BeginAsync(1, 2);
        await ledger.ExecuteAsync("DELETE FROM ledger_figures");
        using var first = new Watched(ledger);
        using var second = new Watched(ledger);
        await first.RefreshAsync();
        await ledger.ExecuteAsync("UPDATE listing_task SET state = 'idle' WHERE id = (SELECT min(id) FROM listing_task)");

        await first.RefreshAsync();
        await second.RefreshAsync();
        Assert.Equal(2, first.Of("ocop.tasks.due", "postmart", "create"));
        Assert.Equal(2, second.Of("ocop.tasks.due", "postmart", "create"));

        await ledger.ExecuteAsync("UPDATE ledger_figures SET begun_at = begun_at - interval '1 day', taken_at = taken_at - interval '1 day'");
        using var third = new Watched(ledger);
        await third.RefreshAsync();
        Assert.Equal(1, third.Of("ocop.tasks.due", "postmart", "create"));
    }

    [Fact]
    public async Task Numbers_that_nobody_could_renew_are_not_told()
    {
        await ledger.BeginAsync();
        await ledger.ExecuteAsync(
            """
            INSERT INTO ledger_figures (begun_at) VALUES (now()) ON CONFLICT (one) DO UPDATE SET begun_at = now();
            UPDATE ledger_figures SET taken_at = now() - interval '1 day',
                figures = '[{"name": "due", "marketplace": "postmart", "part": "create", "value": 99}]'
            """); // whoever took the turn has died
        using var process = new Watched(ledger);

        await process.RefreshAsync();

        Assert.Null(process.Of("ocop.tasks.due", "postmart", "create"));
        Assert.True(process.Of("ocop.figures.age") > 80_000);
    }

    /// <summary>One process that is asked for its numbers. Its turn comes once in an hour.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly LedgerFigures _figures;
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, double> _values = [];

        public Watched(LedgerFixture ledger)
        {
            var meters = _services.GetRequiredService<IMeterFactory>();
            _figures = new(ledger.DataSource, ["postmart", "voso"], meters, TimeProvider.System) { Every = TimeSpan.FromHours(1) };
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
                _values[string.Join(' ', [instrument.Name, .. tags.ToArray().Select(t => t.Value)])] = value);
            _listener.Start();
            _figures.Publish();
        }

        public async Task RefreshAsync()
        {
            await _figures.RefreshAsync(CancellationToken.None);
            _values.Clear();
            _listener.RecordObservableInstruments();
        }

        public double? Of(string name, params string[] labels) =>
            _values.TryGetValue(string.Join(' ', [name, .. labels]), out var value) ? value : null;

        public void Dispose()
        {
            _listener.Dispose();
            _figures.Dispose();
            _services.Dispose();
        }
    }
}
