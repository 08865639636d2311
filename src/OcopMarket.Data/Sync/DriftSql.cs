namespace OcopMarket.Data.Sync;

/// <summary>Statements about items that differ from ours. The listings are locked before.</summary>
internal static class DriftSql
{
    private const string AtRest = """
        NOT EXISTS (SELECT FROM listing_task t WHERE t.listing_id = l.id AND t.state <> 'idle')
        AND NOT EXISTS (SELECT FROM listing_hold h WHERE h.listing_id = l.id AND h.ended_at IS NULL)
        """;

    private const string SeldomAgain = """
        3 > (SELECT count(*) FROM listing_event e
             WHERE e.listing_id = l.id AND e.kind = 'desired' AND e.how = 'again' AND e.what = p.field AND e.at > now() - interval '1 day')
        """;

    /// <summary>Applies the platform's policy to what was just seen. Only an item at rest, read after everything we sent was accepted and had
    /// settled, differs because somebody changed it. Ours is sent again three times a day at most: who insists over there is not fought, a person decides.</summary>
    public const string Apply = $"""
        WITH differs AS (
            SELECT l.id, l.producer_id, l.seen_price, p.way, p.field
            FROM listing l JOIN unnest(@marketplaces, @fields, @ways, @settlings) p(marketplace, field, way, settling)
              ON p.marketplace = l.marketplace AND p.field = CASE
                WHEN l.seen = 'hidden' THEN 'stop'
                WHEN l.seen = 'out_of_stock' OR l.seen = 'live' AND l.seen_stock = 0 THEN CASE WHEN l.desired_stock > 0 THEN 'stock' END
                WHEN l.seen = 'live' AND l.seen_price <> l.desired_price AND l.seen_price IS DISTINCT FROM l.accepted_price THEN 'price' END
            WHERE l.id = ANY(@ids) AND l.desired = 'on_sale' AND NOT l.seen_change_pending
              AND (l.submitted_at IS NULL OR l.seen_at > l.submitted_at + p.settling)
              AND {AtRest}
              AND EXISTS (SELECT FROM listing_lane t WHERE t.listing_id = l.id AND t.lane = p.field AND t.last_outcome = 'accepted'
                AND t.sent_revision >= CASE p.field WHEN 'price' THEN l.price_revision WHEN 'stock' THEN l.stock_revision
                    ELSE l.visibility_revision END)
              AND (p.way = 'theirs' OR {SeldomAgain})),
        told AS (
            INSERT INTO listing_event (listing_id, producer_id, kind, what, how)
            SELECT id, producer_id, 'desired', field, CASE way WHEN 'ours' THEN 'again' ELSE 'theirs' END FROM differs ORDER BY id)
        UPDATE listing l SET
            price_revision = l.price_revision + (d.way = 'ours' AND d.field = 'price')::int,
            stock_revision = l.stock_revision + (d.way = 'ours' AND d.field = 'stock')::int,
            visibility_revision = l.visibility_revision + (d.way = 'ours' AND d.field = 'stop')::int,
            accepted_price = CASE WHEN d.way = 'theirs' AND d.field = 'price' THEN d.seen_price ELSE l.accepted_price END,
            desired = CASE WHEN d.way = 'theirs' AND d.field = 'stop' THEN 'hidden' ELSE l.desired END,
            kept_hidden = l.kept_hidden OR (d.way = 'theirs' AND d.field = 'stop'),
            desired_at = now()
        FROM differs d WHERE l.id = d.id
        """;

    /// <summary>What should be away and is on sale again is stopped again, whatever the policy; after the third time that day a person decides.</summary>
    public const string StopAgain = $"""
        WITH back AS (
            SELECT l.id, l.producer_id
            FROM listing l JOIN unnest(@marketplaces, @settlings) m(marketplace, settling) ON m.marketplace = l.marketplace
            CROSS JOIN (VALUES ('stop')) p(field)
            WHERE l.id = ANY(@ids) AND l.desired <> 'on_sale' AND l.seen IN ('live', 'out_of_stock')
              AND (l.submitted_at IS NULL OR l.seen_at > l.submitted_at + m.settling)
              AND {AtRest} AND {SeldomAgain}),
        told AS (
            INSERT INTO listing_event (listing_id, producer_id, kind, what, how) SELECT id, producer_id, 'desired', 'stop', 'again' FROM back ORDER BY id)
        UPDATE listing l SET visibility_revision = l.visibility_revision + 1 FROM back WHERE l.id = back.id
        """;

    /// <summary>What should be away is away: what its stop was refused for is over.</summary>
    public const string StopDone = """
        UPDATE listing_issue i SET closed_at = now() FROM listing l
        WHERE l.id = ANY(@ids) AND i.listing_id = l.id AND i.origin = 'submit' AND i.lane = 'stop' AND i.closed_at IS NULL
          AND l.desired <> 'on_sale' AND l.seen IN ('hidden', 'removed')
        """;

    /// <summary>A person keeps ours: the field that differs is sent again. What was left hidden is wanted on sale again.</summary>
    public const string KeepOurs = """
        WITH d AS (
            SELECT l.id, i.fields, l.desired = 'hidden' AND i.id IS NULL AS shown,
                   l.desired = 'hidden' AND i.id IS NULL OR i.fields = '{state}' AND (l.seen = 'hidden' OR l.desired <> 'on_sale') AS visibility
            FROM listing l LEFT JOIN listing_issue i ON i.listing_id = l.id AND i.code = 'drift' AND i.closed_at IS NULL
            WHERE l.id = ANY(@ids) AND (i.id IS NOT NULL OR l.desired = 'hidden'))
        UPDATE listing l SET accepted_price = NULL, desired_at = now(),
            desired = CASE WHEN d.shown THEN 'on_sale' ELSE l.desired END, kept_hidden = l.kept_hidden AND NOT d.shown,
            price_revision = l.price_revision + coalesce(d.fields = '{price}', false)::int,
            stock_revision = l.stock_revision + coalesce(d.fields = '{stock}', false)::int,
            visibility_revision = l.visibility_revision + coalesce(d.visibility, false)::int,
            content_revision = l.content_revision + coalesce(d.fields = '{state}' AND NOT d.visibility, false)::int
        FROM d WHERE l.id = d.id
        RETURNING l.id
        """;

    /// <summary>A person leaves theirs. Stock, and an item that only waits there to be finished, have no theirs.</summary>
    public const string KeepTheirs = """
        UPDATE listing l SET desired_at = now(),
            accepted_price = CASE WHEN i.fields = '{price}' THEN l.seen_price ELSE l.accepted_price END,
            desired = CASE WHEN i.fields = '{state}' THEN 'hidden' ELSE l.desired END, kept_hidden = l.kept_hidden OR i.fields = '{state}'
        FROM listing_issue i
        WHERE l.id = ANY(@ids) AND l.desired = 'on_sale' AND i.listing_id = l.id AND i.code = 'drift' AND i.closed_at IS NULL
          AND (i.fields = '{price}' OR i.fields = '{state}' AND l.seen = 'hidden')
        RETURNING l.id
        """;

    /// <summary>What was set aside is tried again, alone at first; a create may have landed, so it is looked up.</summary>
    public const string Replay = """
        UPDATE listing_task SET state = CASE WHEN lane = 'create' THEN 'unknown' ELSE 'due' END, crashes = 1, crashes_alone = 0, due_at = now()
        WHERE listing_id = ANY(@ids) AND state = 'dead'
        RETURNING listing_id
        """;

    /// <summary>With the price that was left as it is.</summary>
    public const string Decided = """
        INSERT INTO listing_event (listing_id, producer_id, kind, what, how, code, raw)
        SELECT id, producer_id, 'decided', @what, @by, CASE WHEN @what = 'theirs' THEN accepted_price::text END, @reason FROM listing WHERE id = ANY(@ids) ORDER BY id
        """;

    /// <summary>Prices that differ since the database was put back to a backup: found by a reading after it, of an item that nothing was sent
    /// to since. Either a price of ours is forgotten, or somebody set another by hand; no reading tells which.</summary>
    public const string SinceRestore = """
        SELECT l.id
        FROM listing_issue i JOIN listing l ON l.id = i.listing_id JOIN seller_account a ON a.id = l.account_id
        WHERE i.code = 'drift' AND i.origin = 'engine' AND i.fields = '{price}' AND i.closed_at IS NULL AND a.epoch > 0
          AND i.opened_at >= to_timestamp(a.epoch) AND coalesce(l.submitted_at, '-infinity') < to_timestamp(a.epoch)
        ORDER BY l.id
        """;

    public const string Waiting = """
        SELECT l.id AS listing_id, l.marketplace, p.name AS product, i.code, i.fields[1] AS field, l.desired_price, l.seen_price,
               l.desired_stock, l.seen_stock, l.seen, i.opened_at
        FROM listing_issue i JOIN listing l ON l.id = i.listing_id JOIN product p ON p.id = l.product_id
        WHERE i.closed_at IS NULL AND i.origin = 'engine' AND i.code IN ('drift', 'quarantined')
        ORDER BY i.code, l.id
        """;
}
