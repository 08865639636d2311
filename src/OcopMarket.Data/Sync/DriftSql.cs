namespace OcopMarket.Data.Sync;

/// <summary>Statements about items that differ from ours. The listings are locked before.</summary>
internal static class DriftSql
{
    /// <summary>Applies the platform's policy to what was just seen. Only an item at rest, read after everything we sent had settled, differs
    /// because somebody changed it. Ours is sent again three times a day at most: who insists over there is not fought, a person decides.</summary>
    public const string Apply = """
        WITH differs AS (
            SELECT l.id, l.producer_id, l.seen_price, p.way, p.field
            FROM listing l JOIN unnest(@marketplaces, @fields, @ways, @settlings) p(marketplace, field, way, settling)
              ON p.marketplace = l.marketplace AND p.field = CASE
                WHEN l.seen = 'hidden' THEN 'stop'
                WHEN l.seen = 'out_of_stock' OR l.seen = 'live' AND l.seen_stock = 0 THEN CASE WHEN l.desired_stock > 0 THEN 'stock' END
                WHEN l.seen = 'live' AND l.seen_price <> l.desired_price AND l.seen_price IS DISTINCT FROM l.accepted_price THEN 'price' END
            WHERE l.id = ANY(@ids) AND l.desired = 'on_sale' AND NOT l.seen_change_pending
              AND (l.submitted_at IS NULL OR l.seen_at > l.submitted_at + p.settling)
              AND NOT EXISTS (SELECT FROM listing_task t WHERE t.listing_id = l.id AND t.state <> 'idle')
              AND NOT EXISTS (SELECT FROM listing_hold h WHERE h.listing_id = l.id AND h.ended_at IS NULL)
              AND (p.way = 'theirs' OR 3 > (
                SELECT count(*) FROM listing_event e
                WHERE e.listing_id = l.id AND e.kind = 'desired' AND e.how = 'again' AND e.what = p.field AND e.at > now() - interval '1 day'))),
        told AS (
            INSERT INTO listing_event (listing_id, producer_id, kind, what, how)
            SELECT id, producer_id, 'desired', field, CASE way WHEN 'ours' THEN 'again' ELSE 'theirs' END FROM differs ORDER BY id)
        UPDATE listing l SET
            price_revision = l.price_revision + (d.way = 'ours' AND d.field = 'price')::int,
            stock_revision = l.stock_revision + (d.way = 'ours' AND d.field = 'stock')::int,
            visibility_revision = l.visibility_revision + (d.way = 'ours' AND d.field = 'stop')::int,
            accepted_price = CASE WHEN d.way = 'theirs' AND d.field = 'price' THEN d.seen_price ELSE l.accepted_price END,
            desired = CASE WHEN d.way = 'theirs' AND d.field = 'stop' THEN 'hidden' ELSE l.desired END,
            desired_at = now()
        FROM differs d WHERE l.id = d.id
        """;

    /// <summary>A person keeps ours: the field that differs is sent again.</summary>
    public const string KeepOurs = """
        UPDATE listing l SET accepted_price = NULL, desired_at = now(),
            price_revision = l.price_revision + (i.fields = '{price}')::int,
            stock_revision = l.stock_revision + (i.fields = '{stock}')::int,
            visibility_revision = l.visibility_revision + (i.fields = '{state}' AND l.seen = 'hidden')::int,
            content_revision = l.content_revision + (i.fields = '{state}' AND l.seen <> 'hidden')::int
        FROM listing_issue i
        WHERE l.id = ANY(@ids) AND i.listing_id = l.id AND i.code = 'drift' AND i.closed_at IS NULL
        RETURNING l.id
        """;

    /// <summary>A person leaves theirs. Stock, and an item that only waits there to be finished, have no theirs.</summary>
    public const string KeepTheirs = """
        UPDATE listing l SET desired_at = now(),
            accepted_price = CASE WHEN i.fields = '{price}' THEN l.seen_price ELSE l.accepted_price END,
            desired = CASE WHEN i.fields = '{state}' THEN 'hidden' ELSE l.desired END
        FROM listing_issue i
        WHERE l.id = ANY(@ids) AND i.listing_id = l.id AND i.code = 'drift' AND i.closed_at IS NULL
          AND (i.fields = '{price}' OR i.fields = '{state}' AND l.seen = 'hidden')
        RETURNING l.id
        """;

    /// <summary>What was set aside is tried again, alone at first; a create may have landed, so it is looked up.</summary>
    public const string Replay = """
        UPDATE listing_task SET state = CASE WHEN lane = 'create' THEN 'unknown' ELSE 'due' END, crashes = 1, crashes_alone = 0, due_at = now()
        WHERE listing_id = ANY(@ids) AND state = 'dead'
        RETURNING listing_id
        """;

    public const string Decided = """
        INSERT INTO listing_event (listing_id, producer_id, kind, what, how, raw)
        SELECT id, producer_id, 'decided', @what, @by, @reason FROM listing WHERE id = ANY(@ids) ORDER BY id
        """;

    public const string Waiting = """
        SELECT l.id AS listing_id, l.marketplace, p.name AS product, i.code, i.fields[1] AS field, l.desired_price, l.seen_price,
               l.desired_stock, l.seen_stock, l.seen, i.opened_at
        FROM listing_issue i JOIN listing l ON l.id = i.listing_id JOIN product p ON p.id = l.product_id
        WHERE i.closed_at IS NULL AND i.origin = 'engine' AND i.code IN ('drift', 'quarantined')
        ORDER BY i.code, l.id
        """;
}
