namespace OcopMarket.Data.Sync;

/// <summary>Statements of <see cref="MassChangeGuard"/> and <see cref="GuardHolds"/>.</summary>
internal static class GuardSql
{
    /// <summary>A price is measured against what was asked before the first change of the last seven days.</summary>
    public const string Roll = """
        UPDATE listing l SET anchor_price = coalesce(l.desired_price, n.price), anchor_at = now()
        FROM unnest(@ids, @prices, @sales) n(id, price, sale)
        WHERE l.id = n.id
          AND (l.desired_price, l.desired_sale_price) IS DISTINCT FROM (n.price, n.sale)
          AND (l.anchor_price IS NULL OR l.anchor_at < now() - interval '7 days')
          AND NOT EXISTS (SELECT FROM listing_hold h WHERE h.listing_id = l.id AND h.kind = 'price' AND h.ended_at IS NULL)
        """;

    private const string SourceOf = """
        (SELECT min(r.source_id) FROM source_row r WHERE r.product_id = l.product_id AND r.gone_at IS NULL)
        """;

    public const string Leaps = $"""
        SELECT l.id AS listing_id, l.anchor_price AS was,
               CASE WHEN n.price >= l.anchor_price * @factor THEN n.price ELSE least(n.price, n.sale) END AS becomes,
               {SourceOf} AS source_id, h.listing_id IS NOT NULL AS held
        FROM unnest(@ids, @desires, @prices, @sales) n(id, desired, price, sale) JOIN listing l ON l.id = n.id
        LEFT JOIN listing_hold h ON h.listing_id = l.id AND h.kind = 'price' AND h.ended_at IS NULL
        WHERE n.desired = 'on_sale' AND l.anchor_price > 0
          AND (n.price >= l.anchor_price * @factor OR least(n.price, n.sale) * @factor <= l.anchor_price)
          AND (h.listing_id IS NOT NULL OR (l.desired_price, l.desired_sale_price) IS DISTINCT FROM (n.price, n.sale))
        ORDER BY l.id
        """;

    public const string Zeros = $"""
        SELECT l.id AS listing_id, coalesce(h.was, l.desired_stock) AS was, 0::numeric AS becomes, {SourceOf} AS source_id,
               h.listing_id IS NOT NULL AS held
        FROM unnest(@ids, @desires, @stocks) n(id, desired, stock) JOIN listing l ON l.id = n.id
        LEFT JOIN listing_hold h ON h.listing_id = l.id AND h.kind = 'zero_stock' AND h.ended_at IS NULL
        WHERE n.desired = 'on_sale' AND l.desired = 'on_sale' AND n.stock = 0 AND (h.listing_id IS NOT NULL OR l.desired_stock > 0)
        ORDER BY l.id
        """;

    /// <summary>All that ran out in the products still to be composed, this page and those after it: a run is judged whole.</summary>
    public const string SourceZeros = """
        SELECT count(DISTINCT v.id)
        FROM product_due d JOIN product p ON p.id = d.product_id JOIN variant v ON v.product_id = p.id JOIN listing l ON l.variant_id = v.id
        WHERE v.stock_units = 0 AND l.desired = 'on_sale' AND l.desired_stock > 0
          AND EXISTS (SELECT FROM source_row r WHERE r.product_id = p.id AND r.source_id = @source AND r.gone_at IS NULL)
        """;

    public const string SourceItems = """
        SELECT count(DISTINCT l.variant_id) FROM source_row r JOIN listing l ON l.product_id = r.product_id
        WHERE r.source_id = @source AND r.gone_at IS NULL AND l.desired = 'on_sale' AND l.desired_stock > 0
        """;

    public const string Open = """
        INSERT INTO guard_hold (kind, source_id, account_id, total) VALUES (@kind, @source, @account, @total)
        ON CONFLICT (kind, coalesce(source_id, 0), coalesce(account_id, 0)) WHERE released_at IS NULL DO NOTHING
        """;

    /// <summary>Shared, so that nobody marks it released while we add to it.</summary>
    public const string Standing = """
        SELECT id FROM guard_hold
        WHERE kind = @kind AND coalesce(source_id, 0) = coalesce(@source, 0) AND coalesce(account_id, 0) = coalesce(@account, 0)
          AND released_at IS NULL
        FOR SHARE
        """;

    /// <summary>The moment is that of the writing, after the lock above: what two people looked at before is not mixed up with it.</summary>
    public const string Hold = """
        INSERT INTO listing_hold AS h (listing_id, hold_id, kind, was, becomes, held_at)
        SELECT n.id, @hold, @kind, n.was, n.becomes, clock_timestamp() FROM unnest(@ids, @was, @becomes) n(id, was, becomes) ORDER BY n.id
        ON CONFLICT (listing_id, kind) WHERE ended_at IS NULL DO UPDATE SET becomes = excluded.becomes, held_at = excluded.held_at
        WHERE h.becomes IS DISTINCT FROM excluded.becomes
        """;

    /// <summary>The source has taken it back, or the item is wanted again.</summary>
    public const string Withdraw = """
        UPDATE listing_hold h SET ended_at = now(), ended_how = 'withdrawn' FROM listing l
        WHERE l.id = ANY(@listings) AND h.listing_id = l.id AND h.ended_at IS NULL
          AND CASE h.kind WHEN 'stop' THEN l.desired = 'on_sale' WHEN 'price' THEN NOT (l.id = ANY(@leaps)) ELSE NOT (l.id = ANY(@zeros)) END
        """;

    private const string Released = """
        EXISTS (SELECT FROM listing_hold h WHERE h.listing_id = x.listing_id AND h.kind = 'stop' AND h.ended_how = 'released'
                AND h.ended_at > now() - interval '7 days')
        """;

    /// <summary>Of a listing l: a person wants it away.</summary>
    private const string Wished = "(l.kept_hidden OR l.kept_away)";

    /// <summary>What of this shop would be stopped within one hour; what a person released counts no more, and what goes because a person has
    /// the whole shop leave, or hid or took it down by name, is no accident.</summary>
    public const string Stops = $"""
        WITH due AS MATERIALIZED (
            SELECT x.listing_id FROM listing_task x JOIN listing l ON l.id = x.listing_id
            WHERE x.account_id = @account AND x.lane = 'stop' AND x.state = 'due' AND l.desired IN ('hidden', 'gone') AND NOT l.delete_due AND NOT {Wished}
              AND NOT {Released}),
        past AS (
            SELECT x.listing_id FROM listing_attempt x
            WHERE x.account_id = @account AND x.lane = 'stop' AND x.kind = 'hide' AND x.started_at > now() - interval '1 hour'
              AND NOT EXISTS (SELECT FROM listing l WHERE l.id = x.listing_id AND {Wished}) AND NOT {Released})
        SELECT (SELECT count(*) FROM (SELECT listing_id FROM due UNION SELECT listing_id FROM past) a) AS stops,
               (SELECT count(*) FROM listing WHERE account_id = @account AND external_id IS NOT NULL) AS items,
               ARRAY(SELECT listing_id FROM due ORDER BY 1) AS due
        """;

    private const string Holds = """
        SELECT g.id, g.kind, s.key AS source, s.name AS source_name, a.marketplace, a.shop_name AS shop, g.account_id, g.opened_at, g.total, count(*) AS items, max(h.held_at) AS newest,
               g.proposed_by, g.proposed_key, g.proposed_at, g.proposed_reason, g.approved_by, g.approved_key, g.approved_at
        FROM guard_hold g JOIN listing_hold h ON h.hold_id = g.id AND h.ended_at IS NULL
        LEFT JOIN source s ON s.id = g.source_id LEFT JOIN seller_account a ON a.id = g.account_id
        WHERE g.released_at IS NULL
        """;

    public const string List = Holds + " GROUP BY g.id, s.id, a.id ORDER BY g.id";

    public const string One = Holds + " AND g.id = @hold GROUP BY g.id, s.id, a.id";

    public const string LinesOf = """
        SELECT h.hold_id, h.listing_id, l.marketplace, p.name AS product, h.was, h.becomes
        FROM listing_hold h JOIN listing l ON l.id = h.listing_id JOIN product p ON p.id = l.product_id
        WHERE h.hold_id = @hold AND h.ended_at IS NULL AND (@after::bigint IS NULL OR h.listing_id > @after) ORDER BY h.listing_id LIMIT @limit
        """;

    public const string Lines = """
        SELECT x.hold_id, x.listing_id, x.marketplace, x.product, x.was, x.becomes FROM (
            SELECT h.hold_id, h.listing_id, l.marketplace, p.name AS product, h.was, h.becomes,
                   row_number() OVER (PARTITION BY h.hold_id ORDER BY h.listing_id) AS n
            FROM listing_hold h JOIN guard_hold g ON g.id = h.hold_id AND g.released_at IS NULL
            JOIN listing l ON l.id = h.listing_id JOIN product p ON p.id = l.product_id
            WHERE h.ended_at IS NULL) x
        WHERE x.n <= @lines ORDER BY x.hold_id, x.listing_id
        """;

    /// <summary>Locked by a statement of its own: the next one sees what was added meanwhile.</summary>
    public const string Lock = "SELECT id FROM guard_hold WHERE id = @hold AND released_at IS NULL FOR UPDATE";

    public const string Propose = """
        UPDATE guard_hold SET proposed_by = @by, proposed_key = @key, proposed_at = clock_timestamp(), proposed_reason = @reason
        WHERE id = @hold AND approved_at IS NULL
        """;

    public const string Approve = """
        UPDATE guard_hold SET approved_by = @by, approved_key = @key, approved_at = clock_timestamp() WHERE id = @hold AND approved_at IS NULL
        """;

    public const string TakeBack = """
        UPDATE guard_hold SET proposed_by = NULL, proposed_key = NULL, proposed_at = NULL, proposed_reason = NULL,
               approved_by = NULL, approved_key = NULL, approved_at = NULL
        WHERE id = @hold
        """;

    public const string Approved = """
        SELECT id FROM guard_hold WHERE approved_at IS NOT NULL AND released_at IS NULL ORDER BY id
        """;

    /// <summary>Who agreed, as it stands now: read in the transaction that carries it out.</summary>
    public const string Agreed = """
        SELECT id, concat_ws(', ', proposed_by, approved_by) AS names, concat_ws(', ', proposed_key, approved_key) AS keys, proposed_reason AS reason
        FROM guard_hold WHERE id = @hold AND approved_at IS NOT NULL AND released_at IS NULL
        """;

    public const string Page = """
        SELECT h.listing_id FROM listing_hold h JOIN guard_hold g ON g.id = h.hold_id
        WHERE h.hold_id = @hold AND h.ended_at IS NULL AND h.held_at <= g.approved_at ORDER BY h.listing_id LIMIT @limit
        """;

    /// <summary>What was released is what later prices are measured against. What became another change since is not what was agreed to.</summary>
    public const string Release = """
        WITH ended AS (
            UPDATE listing_hold h SET ended_at = now(), ended_how = 'released' FROM guard_hold g
            WHERE h.hold_id = @hold AND h.listing_id = ANY(@ids) AND h.ended_at IS NULL AND g.id = h.hold_id AND h.held_at <= g.approved_at
            RETURNING h.listing_id, h.kind, h.becomes),
        anchored AS (
            UPDATE listing l SET anchor_price = e.becomes, anchor_at = now() FROM ended e WHERE l.id = e.listing_id AND e.kind = 'price')
        SELECT listing_id FROM ended ORDER BY listing_id
        """;

    /// <summary>Nothing is left of what was agreed to.</summary>
    public const string IsDone = """
        SELECT NOT EXISTS (SELECT FROM listing_hold h JOIN guard_hold g ON g.id = h.hold_id
                           WHERE h.hold_id = @hold AND h.ended_at IS NULL AND h.held_at <= g.approved_at)
        """;

    public const string Close = """
        UPDATE guard_hold SET released_at = now(), released_by = @by, reason = @reason
        WHERE id = @hold AND released_at IS NULL AND NOT EXISTS (SELECT FROM listing_hold WHERE hold_id = @hold AND ended_at IS NULL)
        """;
}
