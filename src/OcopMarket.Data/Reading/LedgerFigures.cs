using System.Diagnostics.Metrics;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Reading;

/// <summary>How the whole installation stands, as numbers: due tasks, open circuits, shops waiting to be read, listings by state. Read by one
/// statement, at most every 15 s in all processes together: whoever is asked first works them out, the others tell the same. Every process
/// shows the same numbers, so take their maximum, not their sum.</summary>
/// <param name="marketplaces">Platforms that are told even when all is zero there.</param>
public sealed class LedgerFigures(NpgsqlDataSource dataSource, IReadOnlyList<string> marketplaces, IMeterFactory meters, TimeProvider time)
    : IDisposable
{
    public const string MeterName = "OcopMarket.Data";

    /// <summary>Numbers older than that are told no more: silence is seen, a stale number is not.</summary>
    private static readonly TimeSpan _stale = TimeSpan.FromMinutes(1);

    /// <summary>The portal's login sees not all rows: it tells what the workers worked out.</summary>
    private const string May = "SELECT has_table_privilege('ledger_figures', 'UPDATE')";

    /// <summary>Whoever writes the row takes the turn; the others find it taken.</summary>
    private const string Turn = """
        INSERT INTO ledger_figures AS f (begun_at) VALUES (clock_timestamp())
        ON CONFLICT (one) DO UPDATE SET begun_at = clock_timestamp() WHERE f.begun_at <= clock_timestamp() - @every RETURNING true
        """;

    /// <summary>Due tasks and listings are counted by lane and state, shops and circuits by platform only.</summary>
    private const string Take = """
        WITH place AS (SELECT unnest(@marketplaces) AS marketplace),
        due AS (
            SELECT a.marketplace, t.lane, count(*) AS n, extract(epoch FROM now() - min(t.due_at)) AS age
            FROM listing_task t JOIN seller_account a ON a.id = t.account_id
            WHERE t.state = 'due' AND t.due_at <= now() GROUP BY a.marketplace, t.lane),
        lanes AS (
            SELECT p.marketplace, l.lane, coalesce(d.n, 0) AS n, coalesce(d.age, 0) AS age
            FROM place p CROSS JOIN unnest(ARRAY['stop', 'stock', 'price', 'content', 'create']) l(lane)
            LEFT JOIN due d ON d.marketplace = p.marketplace AND d.lane = l.lane),
        figure (name, marketplace, part, value) AS (
            SELECT 'due', marketplace, lane, n FROM lanes
            UNION ALL SELECT 'age', marketplace, lane, age FROM lanes
            UNION ALL SELECT 'circuit', p.marketplace, '', (SELECT count(*) FROM circuit c
                WHERE c.marketplace = p.marketplace AND c.open_until > now()) FROM place p
            UNION ALL SELECT 'unread', p.marketplace, '', (SELECT count(*) FROM seller_account a
                WHERE a.marketplace = p.marketplace AND a.unswept_since IS NOT NULL AND a.external_id IS NOT NULL) FROM place p
            UNION ALL SELECT 'listings', c.marketplace, c.state, sum(c.count) FROM listing_count c JOIN place USING (marketplace) GROUP BY 2, 3)
        UPDATE ledger_figures SET taken_at = clock_timestamp(), figures = (
            SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'marketplace', marketplace, 'part', part, 'value', value)), '[]') FROM figure)
        """;

    private const string Read = """
        SELECT CASE WHEN taken_at > '-infinity' THEN extract(epoch FROM clock_timestamp() - taken_at)::float8 END AS age, figures::text AS figures
        FROM ledger_figures
        """;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);
    private readonly SemaphoreSlim _one = new(1, 1);
    private Meter? _meter;
    private bool? _may;
    private long _looked;
    private Snapshot _snapshot = new([], 0, double.PositiveInfinity);

    /// <summary>Time between two readings of the ledger by whatever process.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Makes the numbers known to whoever listens to meters; until then nothing is ever read.</summary>
    public void Publish()
    {
        if (_meter is not null)
        {
            return;
        }

        _meter = meters.Create(MeterName);
        Gauge("ocop.tasks.due", "due", "lane", "{task}", "Changes of listings whose turn has come.");
        Gauge("ocop.tasks.oldest.age", "age", "lane", "s", "How long the longest waiting of these has been due.");
        Gauge("ocop.circuits.open", "circuit", null, "{circuit}", "1 while a platform does not answer and is left alone.");
        Gauge("ocop.shops.unread", "unread", null, "{shop}", "Shops to which nothing is sent before they were read whole.");
        Gauge("ocop.listings", "listings", "state", "{listing}", "Listings by state.");
        _meter.CreateObservableGauge(
            "ocop.figures.age", () => Age is var age && double.IsFinite(age) ? [new Measurement<double>(age)] : Array.Empty<Measurement<double>>(),
            "s", "How old the numbers of the ledger are.");
    }

    /// <summary>Called before the numbers are told.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_looked != 0 && time.GetElapsedTime(_looked) < Every && Age < Every.TotalSeconds)
            {
                return;
            }

            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            _may ??= await connection.ExecuteScalarAsync<bool>(new CommandDefinition(May, cancellationToken: cancellationToken));
            if (_may.Value && await connection.ExecuteScalarAsync<bool?>(new CommandDefinition(Turn, new { every = Every }, cancellationToken: cancellationToken)) is true)
            {
                await connection.ExecuteAsync(new CommandDefinition(Take, new { marketplaces }, cancellationToken: cancellationToken));
            }

            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(Read, cancellationToken: cancellationToken));
            _looked = time.GetTimestamp();
            _snapshot = row is null ? _snapshot : new(JsonSerializer.Deserialize<Figure[]>(row.Figures, _json)!, _looked, row.Age ?? double.PositiveInfinity);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _meter?.Dispose();
        _one.Dispose();
    }

    private double Age => _snapshot.At == 0 ? double.PositiveInfinity : _snapshot.Age + time.GetElapsedTime(_snapshot.At).TotalSeconds;

    private void Gauge(string name, string figure, string? label, string unit, string description) => _meter!.CreateObservableGauge(
        name, () => Age > _stale.TotalSeconds ? [] : _snapshot.Figures.Where(f => f.Name == figure).Select(f => f.Measured(label)), unit, description);

    private sealed record Row(double? Age, string Figures);

    private sealed record Snapshot(IReadOnlyList<Figure> Figures, long At, double Age);

    private sealed record Figure(string Name, string Marketplace, string Part, double Value)
    {
        public Measurement<double> Measured(string? label) => label is null
            ? new(Value, new KeyValuePair<string, object?>("marketplace", Marketplace))
            : new(Value, new("marketplace", Marketplace), new(label, Part));
    }
}
