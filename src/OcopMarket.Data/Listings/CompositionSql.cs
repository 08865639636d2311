namespace OcopMarket.Data.Listings;

/// <summary>Statements of <see cref="ListingComposition"/>.</summary>
internal static class CompositionSql
{
    public const string Due = """
        SELECT id FROM product WHERE id > @after AND (planned_revision < revision OR composed_on IS DISTINCT FROM @today)
        ORDER BY id LIMIT @limit
        """;

    public const string Load = """
        SELECT p.id AS product_id, v.id AS variant_id, p.key AS product_key, v.key AS variant_key, p.name AS product_name,
               r.name AS producer_name, r.withheld AS producer_withheld, r.commune, v.name AS variant_name, p.criteria_set_no,
               p.short_description, p.description, p.ingredients, p.usage, p.storage, p.shelf_life, p.brand, p.origin, p.food_safety_no,
               v.unit, v.gtin, v.list_price_vnd, v.sale_price_vnd, v.sale_from, v.sale_to, v.stock_units, v.weight_grams,
               v.length_cm, v.width_cm, v.height_cm, (p.gone_at IS NOT NULL OR v.gone_at IS NOT NULL) AS gone
        FROM product p JOIN producer r ON r.id = p.producer_id JOIN variant v ON v.product_id = p.id
        WHERE p.id = ANY(@products) ORDER BY v.id;
        SELECT product_id, kind, stars, decision_no, certificate_no, issued_on, year, expires_on, withdrawn_on
        FROM certification WHERE product_id = ANY(@products) AND gone_at IS NULL ORDER BY id;
        SELECT i.product_id, i.sha256, m.content_type, m.width, m.height, m.bytes
        FROM product_image i JOIN media m ON m.sha256 = i.sha256 WHERE i.product_id = ANY(@products) ORDER BY i.product_id, i.position
        """;

    public const string Revisions = "SELECT id, revision FROM product WHERE id = ANY(@products)";

    public const string LockProducts = "SELECT id FROM product WHERE id = ANY(@products) ORDER BY id FOR NO KEY UPDATE";

    public const string LockListings = "SELECT id FROM listing WHERE product_id = ANY(@products) ORDER BY id FOR NO KEY UPDATE";

    /// <summary>The producer's own shop, else a shared one that holds a mandate of his.</summary>
    private const string PickShop = """
        LEFT JOIN LATERAL (
            SELECT a.id FROM seller_account a
            WHERE a.marketplace = n.marketplace AND a.state <> 'closed' AND (a.producer_id = v.producer_id OR EXISTS (
                SELECT FROM mandate m WHERE m.account_id = a.id AND m.producer_id = v.producer_id AND m.revoked_on IS NULL))
            ORDER BY (a.producer_id IS NOT NULL) DESC, a.id LIMIT 1) shop ON true
        """;

    /// <summary>A listing that waited for a shop gets it and stays the same listing.</summary>
    public const string GiveShop = $"""
        UPDATE listing l SET account_id = n.shop_id
        FROM (SELECT v.id AS variant_id, n.marketplace, shop.id AS shop_id
              FROM unnest(@variants, @marketplaces) n(variant_id, marketplace) JOIN variant v ON v.id = n.variant_id
              {PickShop} WHERE shop.id IS NOT NULL) n
        WHERE l.variant_id = n.variant_id AND l.marketplace = n.marketplace AND l.account_id IS NULL
        """;

    public const string Add = $"""
        INSERT INTO listing (product_id, variant_id, producer_id, unit_code, marketplace, account_id, seller_sku, desired, content,
                             content_hash, desired_price, desired_sale_price, desired_stock, anchor_price)
        SELECT v.product_id, v.id, v.producer_id, v.unit_code, n.marketplace, shop.id, n.sku, n.desired, n.content::jsonb,
               n.hash, n.price, n.sale, n.stock, n.price
        FROM unnest(@variants, @marketplaces, @skus, @desires, @contents, @hashes, @prices, @sales, @stocks)
            n(variant_id, marketplace, sku, desired, content, hash, price, sale, stock)
        JOIN variant v ON v.id = n.variant_id
        {PickShop}
        WHERE n.desired <> 'gone'
          AND NOT EXISTS (SELECT FROM listing l WHERE l.variant_id = n.variant_id AND l.marketplace = n.marketplace)
        ORDER BY v.id, n.marketplace
        """;

    /// <summary>Each lane's revision rises when, and only when, what it carries differs. What a person hid stays hidden; a product that
    /// comes back after it was taken down starts as a new item.</summary>
    public const string Change = """
        WITH n AS (
            SELECT l.id, n.*, CASE WHEN n.desired = 'gone' THEN 'gone' WHEN l.desired IN ('gone', 'off') THEN CASE WHEN l.kept_hidden THEN 'hidden' ELSE 'on_sale' END
                        ELSE l.desired END AS wish,
                   l.content_hash IS DISTINCT FROM n.hash AS new_content,
                   (l.desired_price, l.desired_sale_price) IS DISTINCT FROM (n.price, n.sale) AS new_price,
                   l.desired_stock IS DISTINCT FROM n.stock AS new_stock
            FROM unnest(@variants, @marketplaces, @desires, @contents, @hashes, @prices, @sales, @stocks)
                n(variant_id, marketplace, desired, content, hash, price, sale, stock)
            JOIN listing l ON l.variant_id = n.variant_id AND l.marketplace = n.marketplace),
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
            WHERE x.is_new ORDER BY c.id)
        SELECT count(*) FROM changed
        """;

    public const string Listings = "SELECT id, variant_id, marketplace FROM listing WHERE product_id = ANY(@products) ORDER BY id";

    public const string Composed = """
        UPDATE product p SET planned_revision = greatest(p.planned_revision, r.revision), composed_on = @today
        FROM unnest(@products, @revisions) r(id, revision) WHERE p.id = r.id
        """;

    /// <summary>The shop of a producer changed hands, opened or closed: his products are composed again.</summary>
    public const string Forget = """
        WITH his AS MATERIALIZED (SELECT id FROM product WHERE producer_id = ANY(@producers) ORDER BY id FOR UPDATE)
        UPDATE product p SET composed_on = NULL FROM his WHERE p.id = his.id
        """;
}
