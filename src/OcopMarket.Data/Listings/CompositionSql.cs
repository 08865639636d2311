using OcopMarket.Data.Sellers;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Listings;

/// <summary>Statements of <see cref="ListingComposition"/>. All of them start from the products or listings of one page and reach the rest by
/// index, so that a page costs the same in a large catalogue as in a small one.</summary>
internal static class CompositionSql
{
    /// <summary>Walks all products, once a day.</summary>
    public const string Due = """
        SELECT id, revision, composed_on FROM product
        WHERE id > @after AND (planned_revision < revision OR composed_on IS DISTINCT FROM @today)
        ORDER BY id LIMIT @limit
        """;

    /// <summary>Only what changed. Each is looked up by its key, whatever the planner knows of a table that fills and empties.</summary>
    public const string Changed = """
        SELECT p.id, p.revision, p.composed_on
        FROM product_due d
        CROSS JOIN LATERAL (SELECT id, revision, composed_on, planned_revision FROM product WHERE id = d.product_id OFFSET 0) p
        WHERE d.product_id > @after AND p.planned_revision < p.revision ORDER BY d.product_id LIMIT @limit
        """;

    /// <summary>The producer's own shop, else a shared one that holds a mandate of his; none that leaves, or on a marketplace out of use.</summary>
    private const string Shop = """
        SELECT x.id FROM (
            SELECT a.id, 0 AS rank FROM seller_account a
            WHERE a.producer_id = o.producer_id AND a.marketplace = o.marketplace AND a.state <> 'closed' AND a.leaving_at IS NULL
            UNION ALL
            SELECT a.id, (a.producer_id IS NULL)::int FROM mandate m JOIN seller_account a ON a.id = m.account_id
            WHERE m.producer_id = o.producer_id AND m.revoked_on IS NULL AND a.marketplace = o.marketplace AND a.state <> 'closed'
              AND a.leaving_at IS NULL) x
        WHERE NOT EXISTS (SELECT FROM marketplace_stop s WHERE s.marketplace = o.marketplace)
        ORDER BY x.rank, x.id LIMIT 1
        """;

    /// <summary>The listings that there are, with all that a composition may differ from or set in motion: a shop that could be given, a
    /// mandate that begins or ends between the day of the last composition and today.</summary>
    public const string Stored = $"""
        SELECT o.id, o.product_id, o.producer_id, o.variant_id, o.marketplace, o.desired, o.kept_hidden, o.kept_away, o.content_hash, o.desired_price,
               o.desired_sale_price, o.desired_stock,
               EXISTS (SELECT FROM listing_hold h WHERE h.listing_id = o.id AND h.ended_at IS NULL) AS is_held,
               CASE WHEN o.account_id IS NULL THEN ({Shop}) END AS shop_id, {LeaveSql.OfferLeaves} AS leaves,
               o.account_id IS NOT NULL AND EXISTS (
                   SELECT FROM mandate m WHERE m.account_id = o.account_id
                   AND ((m.given_on > p.composed_on AND m.given_on <= @today) OR (m.until >= p.composed_on AND m.until < @today))) AS mandate_turns
        FROM listing o JOIN product p ON p.id = o.product_id LEFT JOIN seller_account a ON a.id = o.account_id
        WHERE o.product_id = ANY(@products)
        """;

    public const string Load = $"""
        SELECT p.id AS product_id, v.id AS variant_id, p.producer_id, p.key AS product_key, v.key AS variant_key, p.name AS product_name,
               r.name AS producer_name, r.withheld AS producer_withheld, r.commune, v.name AS variant_name, p.criteria_set_no,
               p.short_description, p.description, p.ingredients, p.usage, p.storage, p.shelf_life, p.brand, p.origin, p.food_safety_no,
               v.unit, v.gtin, v.list_price_vnd, v.sale_price_vnd, v.sale_from, v.sale_to, v.stock_units, v.weight_grams,
               v.length_cm, v.width_cm, v.height_cm, (p.gone_at IS NOT NULL OR v.gone_at IS NOT NULL) AS gone,
               s.product_id IS NOT NULL AND (s.back_on IS NULL OR s.back_on > @today) AS out_of_season, s.back_on
        FROM product p JOIN producer r ON r.id = p.producer_id JOIN variant v ON v.product_id = p.id
        LEFT JOIN product_season s ON s.product_id = p.id
        WHERE p.id = ANY(@products) ORDER BY v.id;
        SELECT product_id, kind, stars, decision_no, certificate_no, issued_on, year, expires_on, withdrawn_on
        FROM certification WHERE product_id = ANY(@products) AND gone_at IS NULL ORDER BY id;
        SELECT i.product_id, i.sha256, m.content_type, m.width, m.height, m.bytes
        FROM product_image i JOIN media m ON m.sha256 = i.sha256 WHERE i.product_id = ANY(@products) ORDER BY i.product_id, i.position;
        {Stored};
        SELECT i.listing_id, i.code, i.severity, i.owner, i.fields, i.args, i.raw
        FROM listing l JOIN listing_issue i ON i.listing_id = l.id AND i.origin = 'composed' AND i.closed_at IS NULL
        WHERE l.product_id = ANY(@products);
        SELECT a.producer_id, a.marketplace FROM seller_account a
        WHERE a.producer_id IN (SELECT producer_id FROM product WHERE id = ANY(@products)) AND a.marketplace = ANY(@ownShops) AND a.state <> 'closed'
            AND a.leaving_at IS NULL
        UNION
        SELECT m.producer_id, a.marketplace FROM mandate m JOIN seller_account a ON a.id = m.account_id
        WHERE m.producer_id IN (SELECT producer_id FROM product WHERE id = ANY(@products)) AND m.revoked_on IS NULL
            AND a.marketplace = ANY(@ownShops) AND a.state <> 'closed' AND a.leaving_at IS NULL;
        SELECT product_id, marketplace FROM product_away WHERE product_id = ANY(@products)
        """;

    /// <summary>Products that people edited and of which the listings are still to be composed; short, whatever else is due.</summary>
    public const string Edited = """
        SELECT p.id, p.revision, p.composed_on
        FROM (SELECT DISTINCT product_id FROM product_edit WHERE follow_at IS NOT NULL ORDER BY product_id LIMIT @limit) e JOIN product p ON p.id = e.product_id
        ORDER BY p.id
        """;

    /// <summary>Of products composed from what they were after the edit, or later.</summary>
    public const string Followed = """
        UPDATE product_edit e SET follow_at = NULL FROM unnest(@products, @revisions) d(id, revision) JOIN product p ON p.id = d.id
        WHERE e.product_id = p.id AND e.follow_at IS NOT NULL AND p.revision = d.revision AND p.planned_revision >= d.revision
        """;

    public const string LockProducts = """
        SELECT id, planned_revision, composed_on FROM product WHERE id = ANY(@products) ORDER BY id FOR NO KEY UPDATE
        """;

    public const string LockListings = "SELECT id FROM listing WHERE product_id = ANY(@products) ORDER BY id FOR NO KEY UPDATE";

    /// <summary>The shops that new listings of these producers get. They hold still until we commit, as in ReconcileSql.HoldShops.</summary>
    public const string PickShops = $"""
        WITH pick AS MATERIALIZED (
            SELECT o.producer_id, o.marketplace, ({Shop}) AS id FROM unnest(@producers, @marketplaces) o(producer_id, marketplace)),
        held AS MATERIALIZED (SELECT id FROM seller_account WHERE id IN (SELECT id FROM pick) ORDER BY id FOR SHARE)
        SELECT p.producer_id, p.marketplace, h.id FROM pick p JOIN held h ON h.id = p.id
        """;

    /// <summary>How these shops stand for these producers.</summary>
    public const string Shops = $"""
        SELECT l.producer_id, a.id AS account_id, a.marketplace, a.state AS account_state, a.problem_code, a.problem_raw,
               coalesce(c.state = 'refused', a.login_wanted) AS credential_refused,
               {ReconcileSql.MandateHolds} AS has_mandate
        FROM unnest(@producers, @accounts) l(producer_id, account_id)
        JOIN seller_account a ON a.id = l.account_id LEFT JOIN credential c ON c.id = a.credential_id
        """;

    public const string NewIds = "SELECT nextval(pg_get_serial_sequence('listing', 'id')) FROM generate_series(1, @count)";

    /// <summary>New listings with the standing that they begin in: one write instead of two, and their other rows can go in the same round
    /// trip because the ids are known.</summary>
    public const string Add = """
        INSERT INTO listing (id, product_id, variant_id, producer_id, unit_code, marketplace, account_id, seller_sku, desired, content,
                             content_hash, desired_price, desired_sale_price, desired_stock, anchor_price, state, owner, due_at,
                             state_since)
        OVERRIDING SYSTEM VALUE
        SELECT n.id, v.product_id, v.id, v.producer_id, v.unit_code, n.marketplace, n.account, n.sku, 'on_sale', n.content::jsonb,
               n.hash, n.price, n.sale, n.stock, n.price, n.state, n.owner, n.due, @now
        FROM unnest(@ids, @variants, @marketplaces, @accounts, @skus, @contents, @hashes, @prices, @sales, @stocks, @states, @owners, @dues)
            n(id, variant_id, marketplace, account, sku, content, hash, price, sale, stock, state, owner, due)
        JOIN variant v ON v.id = n.variant_id ORDER BY n.id
        """;

    /// <summary>A listing that waited for a shop gets it and stays the same listing.</summary>
    public const string GiveShop = """
        UPDATE listing l SET account_id = n.shop_id FROM unnest(@ids, @shops) n(id, shop_id) WHERE l.id = n.id AND l.account_id IS NULL
        """;

    /// <summary>Each lane's revision rises when, and only when, what it carries differs. What a person hid stays hidden, and what a person took down stays away; a product that
    /// comes back after it was taken down starts as a new item. In a shop that leaves nothing comes back.</summary>
    public const string Change = $"""
        WITH n AS (
            SELECT n.*, CASE WHEN n.desired = 'gone' OR l.kept_away THEN 'gone' WHEN {LeaveSql.Leaves} THEN 'off' WHEN l.desired IN ('gone', 'off') THEN CASE WHEN l.kept_hidden THEN 'hidden' ELSE 'on_sale' END
                        ELSE l.desired END AS wish,
                   l.content_hash IS DISTINCT FROM n.hash AS new_content,
                   (l.desired_price, l.desired_sale_price) IS DISTINCT FROM (n.price, n.sale) AS new_price,
                   l.desired_stock IS DISTINCT FROM n.stock AS new_stock
            FROM unnest(@ids, @desires, @contents, @hashes, @prices, @sales, @stocks) n(id, desired, content, hash, price, sale, stock)
            JOIN listing l ON l.id = n.id LEFT JOIN seller_account a ON a.id = l.account_id),
        changed AS (
            UPDATE listing l SET
                desired = n.wish, delete_due = l.delete_due AND l.desired = 'gone' AND n.wish = 'gone', desired_at = now(), content = n.content::jsonb, content_hash = n.hash,
                desired_price = n.price, desired_sale_price = n.sale, desired_stock = n.stock,
                accepted_price = CASE WHEN n.new_price THEN NULL ELSE l.accepted_price END,
                content_revision = l.content_revision + n.new_content::int,
                price_revision = l.price_revision + n.new_price::int,
                stock_revision = l.stock_revision + n.new_stock::int,
                visibility_revision = l.visibility_revision + (n.wish <> l.desired)::int,
                external_id = CASE WHEN l.desired = 'gone' AND n.wish = 'on_sale' AND l.seen = 'removed' THEN NULL ELSE l.external_id END,
                seen = CASE WHEN l.desired = 'gone' AND n.wish = 'on_sale' AND l.seen = 'removed' THEN NULL ELSE l.seen END
            FROM n WHERE l.id = n.id AND (n.new_content OR n.new_price OR n.new_stock OR n.wish <> l.desired)
            RETURNING l.id, l.producer_id, n.wish, n.new_content, n.new_price, n.new_stock),
        told AS (
            INSERT INTO listing_event (listing_id, producer_id, kind, what, how)
            SELECT c.id, c.producer_id, 'desired', x.lane, c.wish FROM changed c
            CROSS JOIN LATERAL (VALUES ('content', c.new_content), ('price', c.new_price), ('stock', c.new_stock),
                                       ('stop', NOT (c.new_content OR c.new_price OR c.new_stock))) x(lane, is_new)
            WHERE x.is_new ORDER BY c.id, x.lane)
        SELECT count(*) FROM changed
        """;

    public const string Composed = """
        UPDATE product p SET planned_revision = greatest(p.planned_revision, r.revision), composed_on = @today
        FROM unnest(@products, @revisions) r(id, revision) WHERE p.id = r.id
        """;

    /// <summary>The same for products of which nothing differs, which nobody locked: only while they are as they were read. A shop that was
    /// connected meanwhile has taken the day away (<see cref="Forget"/>) and keeps its turn.</summary>
    public const string Unchanged = """
        WITH same AS MATERIALIZED (
            SELECT p.id, r.revision FROM unnest(@products, @revisions, @days) r(id, revision, day) JOIN product p ON p.id = r.id
            WHERE p.composed_on = r.day AND p.planned_revision <= r.revision ORDER BY p.id FOR NO KEY UPDATE OF p)
        UPDATE product p SET planned_revision = greatest(p.planned_revision, s.revision), composed_on = @today FROM same s WHERE p.id = s.id
        """;

    /// <summary>The shop of a producer changed hands, opened or closed: his products are composed again.</summary>
    public const string Forget = """
        WITH his AS MATERIALIZED (SELECT id FROM product WHERE producer_id = ANY(@producers) ORDER BY id FOR UPDATE)
        UPDATE product p SET composed_on = NULL, planned_revision = 0 FROM his WHERE p.id = his.id
        """;
}
