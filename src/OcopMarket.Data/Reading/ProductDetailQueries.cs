using Dapper;

namespace OcopMarket.Data.Reading;

/// <summary>One product with its listings and their timeline, in one round trip.</summary>
public sealed class ProductDetailQueries(ReadingDatabase database)
{
    public const int TimelineShown = 60;

    private const string Product = """
        SELECT p.id, p.name, p.producer_id, pr.name AS producer, pr.withheld, pr.kind_text, pr.province, pr.district, pr.commune,
               (SELECT concat_ws(', ', u.name, g.name) FROM admin_unit u
                LEFT JOIN admin_unit g ON g.code = u.parent_code AND g.valid_to IS NULL
                WHERE u.code = pr.unit_now AND u.valid_to IS NULL LIMIT 1) AS unit_now,
               p.criteria_set_no, p.group_text,
               (SELECT min(criteria_set_name_vi) FROM ocop_group g WHERE g.criteria_set_no = p.criteria_set_no) AS group_name,
               p.short_description, p.description, p.ingredients, p.usage, p.storage, p.shelf_life, p.brand, p.origin, p.food_safety_no,
               p.source_url, p.note, p.provenance::text AS provenance, pr.provenance::text AS producer_provenance, p.revision, p.gone_at,
               p.updated_at
        FROM product p JOIN producer pr ON pr.id = p.producer_id WHERE p.id = @id AND (@own::bigint IS NULL OR p.producer_id = @own);
        """;

    private const string Parts = """
        SELECT id, name, own_sku, list_price_vnd, sale_price_vnd, sale_from, sale_to, stock_units, weight_grams, unit,
               provenance::text AS provenance
        FROM variant WHERE product_id = @id AND gone_at IS NULL ORDER BY weight_grams NULLS LAST, id;
        SELECT id, kind, stars, decision_no, certificate_no, issuing_body, legal_basis, issued_on, year, expires_on, expires_how, withdrawn_on,
               grace_until, provenance::text AS provenance
        FROM certification WHERE product_id = @id AND gone_at IS NULL
        ORDER BY coalesce(issued_on, make_date(year, 12, 31)) DESC NULLS LAST, id DESC;
        SELECT i.position, i.sha256, m.width, m.height FROM product_image i JOIN media m USING (sha256)
        WHERE i.product_id = @id ORDER BY i.position;
        """;

    private const string Listings = $"""
        SELECT {ListingStanding.Columns}, coalesce(l.content ->> 'title', l.content ->> 'Title') AS desired_title, l.content_revision, l.seen_title
        FROM listing l JOIN variant v ON v.id = l.variant_id LEFT JOIN seller_account a ON a.id = l.account_id
        WHERE l.product_id = @id ORDER BY l.marketplace, a.shop_name COLLATE "vi-x-icu", l.id;
        SELECT t.listing_id, t.lane, t.state, t.wanted_revision, t.sent_revision, t.last_outcome, t.last_code, t.last_at, t.due_at, t.failures
        FROM listing_lane t JOIN listing l ON l.id = t.listing_id WHERE l.product_id = @id ORDER BY t.listing_id, t.rank;
        SELECT i.listing_id, i.marketplace, i.code, i.severity, i.owner, i.fields, i.args, i.raw, i.opened_at
        FROM listing_issue i JOIN listing l ON l.id = i.listing_id WHERE l.product_id = @id AND i.closed_at IS NULL
        ORDER BY i.listing_id, CASE i.severity WHEN 'blocking' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, i.id;
        """;

    // A call that ended has its event; of the attempts only the open ones say more.
    private const string Timeline = """
        SELECT * FROM (
            SELECT e.listing_id, l.marketplace, e.at, e.kind, e.what, e.how, e.code, e.raw
            FROM listing_event e JOIN listing l ON l.id = e.listing_id WHERE l.product_id = @id
            UNION ALL
            SELECT a.listing_id, l.marketplace, a.started_at, 'attempt', a.kind, a.outcome, a.platform_code, a.detail
            FROM listing_attempt a JOIN listing l ON l.id = a.listing_id
            WHERE l.product_id = @id AND (a.outcome IS NULL OR a.outcome = 'crashed')) t
        ORDER BY at DESC LIMIT @limit;
        """;

    private const string Sources = """
        SELECT s.name AS source_name, r.row_no, r.sheet, r.last_run_id, r.revision, r.gone_at
        FROM source_row r JOIN source s ON s.id = r.source_id WHERE r.product_id = @id AND s.kind <> 'portal'
        ORDER BY s.name COLLATE "vi-x-icu", r.file_order, r.id;
        """;

    /// <returns>Null: no such product.</returns>
    public Task<ProductDetail?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        Product + Parts + Listings + Timeline + Sources, new { id, limit = TimelineShown }, ReadAsync, cancellationToken);

    private static async Task<ProductDetail?> ReadAsync(SqlMapper.GridReader grid)
    {
        var product = await grid.ReadSingleOrDefaultAsync<ProductFacts>();
        var variants = (await grid.ReadAsync<VariantFacts>()).AsList();
        var certifications = (await grid.ReadAsync<CertificationFacts>()).AsList();
        var pictures = (await grid.ReadAsync<PictureFacts>()).AsList();
        var listings = (await grid.ReadAsync<ListingFactsRow>()).AsList();
        var tasks = (await grid.ReadAsync<TaskFactsRow>()).AsList();
        var issues = (await grid.ReadAsync<IssueFacts>()).AsList();
        var timeline = (await grid.ReadAsync<TimelineRow>()).AsList();
        var sources = (await grid.ReadAsync<SourceRowFacts>()).AsList();
        return product is null
            ? null
            : new(product, variants, certifications, pictures, listings, tasks, issues, timeline, sources);
    }
}
