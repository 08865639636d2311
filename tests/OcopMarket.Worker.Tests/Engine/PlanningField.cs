using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Testing.Conformance;
using OcopMarket.Testing;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A catalogue with sources and shops, and planners over it; nothing is sent.</summary>
public sealed class PlanningField : PostgresFixture
{
    private const string Fill = """
        INSERT INTO source (key, name, kind) VALUES ('a', 'a', 'file'), ('b', 'b', 'file');
        INSERT INTO source_run (source_id, state, started_by) SELECT id, 'done', 'test' FROM source;
        INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES ('aa', 'image/png', 1200, 900, 64, '\x00');
        INSERT INTO producer (key, name, name_folded)
        SELECT 'p' || n, 'HTX số ' || n, 'htx so ' || n FROM generate_series(1, @products / 10) n ORDER BY n;
        INSERT INTO product (producer_id, key, name, name_folded, criteria_set_no, short_description, description, shelf_life, origin, food_safety_no)
        SELECT p.id, 'sp' || p.id || '-' || n, 'Mật hoa dừa cô đặc mẻ ' || n || ' của ' || p.name, 'mat hoa dua', 8, CASE WHEN n % 5 > 0 THEN 'Mật hoa dừa cô đặc.' END,
               CASE WHEN n % 5 > 0 THEN 'Mật hoa dừa cô đặc từ mật tươi, không thêm đường.' END, '12 tháng', 'Việt Nam', '15/2025/TV'
        FROM producer p CROSS JOIN generate_series(1, 10) n ORDER BY p.id, n;
        INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, 'aa' FROM product;
        INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm)
        SELECT id, producer_id, 'v' || key, 'chai', 185000, 120, 650, 8, 8, 21 FROM product ORDER BY id;
        INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, last_run_id)
        SELECT 1 + ((v.id / 250) + (v.id / 500)) % 2, v.key, '\x00', 1, v.producer_id, v.product_id, v.id, 1 FROM variant v;
        INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, state, state_evidence, opened_by, unswept_since)
        SELECT m, 'S' || id, id, name, 'active', 'test', 'test', NULL FROM producer, unnest(ARRAY['postmart', 'voso']) m
        WHERE id % 3 > 0 OR m = 'voso' ORDER BY id, m;
        INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by)
        SELECT id, producer_id, DATE '2020-01-01', 'test', 'test' FROM seller_account WHERE id % 7 > 0 ORDER BY id
        """;

    private ServiceProvider _services = null!;

    public ListingComposition Composition => _services.GetRequiredService<ListingComposition>();
    public AccountStore Accounts => _services.GetRequiredService<AccountStore>();

    /// <summary>As one of another process: it knows nothing of what this one has seen.</summary>
    public ListingPlanning Planner() => ActivatorUtilities.CreateInstance<ListingPlanning>(_services);

    public Task<int> PlanAsync() => Planner().PlanAsync(CancellationToken.None);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var folder = Path.Combine(Path.GetTempPath(), $"ocop-plan-{Guid.NewGuid():N}");
        _services = new ServiceCollection().AddLogging().AddSingleton(DataSource)
            .AddSingleton(KeyWrappers.OfFile(folder, mayCreate: true)).AddSingleton(AuditChain.OfFile($"{folder}-audit", mayCreate: true))
            .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
            .AddMarketplaces(new ConfigurationBuilder().Build(), WorkingCopy.Config)
            .AddOcopEngine(new CertificateRules(), guard: new GuardRules { Items = 100 })
            .BuildServiceProvider(validateScopes: true);
    }

    public override async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Empties the catalogue and the ledger and fills the catalogue again; nothing is planned.</summary>
    /// <param name="products">A multiple of ten; every fifth one lacks its descriptions, every third producer a shop on Postmart.</param>
    public async Task BeginAsync(int products)
    {
        await TruncateAsync("producer", "listing_attempt", "listing_event", "source", "media", "account_queue", "listing_count_move", "listing_count_sum", "guard_hold");
        await ExecuteAsync(Fill, new { products });
    }

    /// <summary>A change of the catalogue as a pull makes it; not planned yet.</summary>
    /// <param name="sql">An update of variants or products that ends in RETURNING product_id.</param>
    public Task ChangeAsync(string sql) => ExecuteAsync(
        $"WITH c AS ({sql}) UPDATE product p SET revision = p.revision + 1 WHERE p.id IN (SELECT product_id FROM c)");

    /// <summary>Everything was composed a day ago.</summary>
    public Task NextDayAsync() => ExecuteAsync("UPDATE product SET composed_on = composed_on - 1");

    /// <summary>All that planning leaves behind, by names that do not depend on the order of the work.</summary>
    public Task<IReadOnlyList<string>> OutcomeAsync() => QueryAsync<string>(
        """
        SELECT concat_ws('|', l.seller_sku, l.marketplace, a.external_id, l.desired, encode(l.content_hash, 'hex'), l.desired_price, l.desired_stock,
                         l.content_revision, l.price_revision, l.stock_revision, l.visibility_revision, l.state, l.owner, u.until,
                         l.due_at IS NULL, l.anchor_price, p.planned_revision = p.revision, p.composed_on IS NULL,
            (SELECT string_agg(concat_ws(' ', t.lane, t.state, t.wanted_revision), ',' ORDER BY t.lane) FROM listing_task t WHERE t.listing_id = l.id),
            (SELECT string_agg(concat_ws(' ', i.origin, i.code, i.owner, i.args::text), ',' ORDER BY i.origin, i.code, i.args::text)
             FROM listing_issue i WHERE i.listing_id = l.id AND i.closed_at IS NULL),
            (SELECT string_agg(concat_ws(' ', e.kind, e.what, e.how), ',' ORDER BY e.id) FROM listing_event e WHERE e.listing_id = l.id),
            (SELECT string_agg(concat_ws(' ', h.kind, g.source_id, h.was, h.becomes, h.ended_how), ',' ORDER BY h.id)
             FROM listing_hold h JOIN guard_hold g ON g.id = h.hold_id WHERE h.listing_id = l.id))
        FROM listing l JOIN product p ON p.id = l.product_id JOIN listing_turn u ON u.listing_id = l.id LEFT JOIN seller_account a ON a.id = l.account_id
        UNION ALL SELECT concat_ws('|', 'count', c.marketplace, a.external_id, c.state, c.count) FROM listing_count c
            LEFT JOIN seller_account a ON a.id = c.account_id
        UNION ALL SELECT concat_ws('|', 'queue', a.external_id, a.marketplace, q.next_at < 'infinity', q.urgent)
            FROM account_queue q JOIN seller_account a ON a.id = q.account_id
        ORDER BY 1
        """);
}
