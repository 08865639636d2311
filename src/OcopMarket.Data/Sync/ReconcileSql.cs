using OcopMarket.Data.Sellers;

namespace OcopMarket.Data.Sync;

/// <summary>Statements of <see cref="ListingReconciler"/>. Locks go listing, task, queue, each in key order: every writer of these tables
/// keeps that order, so none waits for another in a circle.</summary>
internal static class ReconcileSql
{
    /// <summary>Lock first, look in the next statement: the look then sees whatever was committed while we waited. NO KEY, because a second
    /// update of a row in one transaction checks its foreign keys again and must not wait for whoever holds the parent.</summary>
    public const string Lock = "SELECT id FROM listing WHERE id = ANY(@ids) ORDER BY id FOR NO KEY UPDATE";

    /// <summary>The shops' states hold still until we commit: a check that comes meanwhile waits, and looks at these listings after us.</summary>
    public const string HoldShops = """
        SELECT id FROM seller_account WHERE id IN (SELECT account_id FROM listing WHERE id = ANY(@ids)) ORDER BY id FOR SHARE
        """;

    /// <summary>The shop l.account_id may be acted for today, on behalf of the producer l.producer_id.</summary>
    public const string MandateHolds = $"""
        EXISTS (SELECT FROM mandate m WHERE m.account_id = l.account_id AND {MandateSql.HoldsToday}
                AND (m.producer_id IS NULL OR m.producer_id = l.producer_id))
        """;

    private const string FactsSelect = $"""
        SELECT l.id, l.producer_id, l.marketplace, l.account_id, l.desired, l.delete_due, l.content_revision, l.price_revision, l.stock_revision, l.visibility_revision,
               l.desired_price, l.desired_stock, l.submitted_at, l.submit_may_hide,
               l.external_id, l.seen, l.seen_how, l.seen_at, l.seen_change_pending, l.seen_price, l.accepted_price,
               l.seen_stock, l.state, l.owner, l.state_since, clock_timestamp() AS looked_at,
               a.state AS account_state, a.problem_code, a.problem_raw, coalesce(c.state = 'refused', a.login_wanted) AS credential_refused,
               {MandateHolds} AS has_mandate, {LeaveSql.Leaves} AS shop_leaves, a.left_at IS NOT NULL AS shop_left
        """;

    private const string FactsFrom = """
        LEFT JOIN seller_account a ON a.id = l.account_id
        LEFT JOIN credential c ON c.id = a.credential_id
        WHERE l.id = ANY(@ids) ORDER BY l.id
        """;

    public const string Facts = $"""
        {FactsSelect}, t.until AS state_until, t.read_at AS next_read_at
        FROM listing l
        JOIN listing_turn t ON t.listing_id = l.id
        {FactsFrom}
        """;

    /// <summary>The same for who only asks what would happen.</summary>
    public const string Look = $"{FactsSelect} FROM listing l {FactsFrom}";

    public const string Issues =
        "SELECT listing_id, code, origin, severity, owner FROM listing_issue WHERE listing_id = ANY(@ids) AND closed_at IS NULL";

    public const string Tasks = """
        SELECT listing_id, lane, state, wanted_revision, sent_revision, last_outcome, due_at,
               carried_content, carried_price, carried_stock, carried_visibility
        FROM listing_task WHERE listing_id = ANY(@ids)
        """;

    public const string Holds = "SELECT listing_id, kind, was, becomes FROM listing_hold WHERE listing_id = ANY(@ids) AND ended_at IS NULL";

    /// <summary>A newer wish only raises wanted_revision and, when the task rests, makes it due: a leased or unknown task keeps state and
    /// fence, and its own end decides whether it is due again. A create whose code stands in the shop already is looked up first, and so is one
    /// whose doubt a person ended without a look-up of ours.</summary>
    public const string Wish = """
        INSERT INTO listing_task AS t (listing_id, account_id, producer_id, lane, wanted_revision, state, due_at)
        SELECT l.id, l.account_id, l.producer_id, w.lane, w.revision, CASE WHEN w.lane = 'create' AND EXISTS (
                SELECT FROM shop_item i WHERE i.account_id = l.account_id AND i.seller_sku = l.seller_sku) THEN 'unknown' ELSE 'due' END, now()
        FROM unnest(@listings, @lanes, @revisions) w(listing_id, lane, revision)
        JOIN listing l ON l.id = w.listing_id
        ORDER BY l.id, w.lane
        ON CONFLICT (listing_id, lane) DO UPDATE SET
            account_id = excluded.account_id,
            wanted_revision = greatest(t.wanted_revision, excluded.wanted_revision),
            state = CASE WHEN t.state <> 'idle' THEN t.state
                WHEN t.lane = 'create' AND t.last_outcome IN ('unknown', 'crashed') THEN 'unknown' ELSE excluded.state END,
            failures = CASE WHEN t.state = 'idle' THEN 0 ELSE t.failures END,
            due_at = CASE WHEN t.state = 'idle' THEN now() ELSE t.due_at END
        WHERE t.wanted_revision < excluded.wanted_revision OR t.state = 'idle'
        """;

    public const string Rest = """
        UPDATE listing_task t SET state = 'idle'
        FROM unnest(@listings, @lanes) w(listing_id, lane)
        WHERE t.listing_id = w.listing_id AND t.lane = w.lane AND t.state = 'due'
        """;

    /// <summary>Whoever makes a task due lowers the queue's turn in the same transaction. A leased queue is left alone: its holder looks for
    /// more tasks after locking the row. The queue of a shop that was not read whole yet stands still. The row is locked even when nothing changes, which is what makes him wait for us.</summary>
    public const string Wake = """
        INSERT INTO account_queue AS q (account_id, marketplace, next_at, held_until, held_reason, urgent)
        SELECT a.id, a.marketplace, CASE WHEN a.unswept_since IS NULL THEN now() ELSE 'infinity' END,
            CASE WHEN a.unswept_since IS NULL THEN timestamptz '-infinity' ELSE 'infinity' END,
            CASE WHEN a.unswept_since IS NOT NULL THEN 'sweep' END, x.urgent
        FROM (SELECT t.account_id, bool_or(t.state = 'due' AND t.rank <= 2) AS urgent FROM listing_task t
              WHERE t.listing_id = ANY(@listings) AND t.state IN ('due', 'unknown') GROUP BY t.account_id) x
        JOIN seller_account a ON a.id = x.account_id
        ORDER BY a.id
        ON CONFLICT (account_id) DO UPDATE SET
            next_at = least(q.next_at, greatest(now(), q.held_until)), urgent = q.urgent OR excluded.urgent
        WHERE NOT q.leased AND (q.next_at > greatest(now(), q.held_until) OR (excluded.urgent AND NOT q.urgent))
        """;

    public const string Notify = "SELECT pg_notify('ocop_work', '')";

    /// <summary>The standing, and with it what landed: all that one call changes of a listing is one change of its row. The platform's id is a
    /// fact about the shop and is kept whoever holds the lease by now.</summary>
    public const string Stand = """
        UPDATE listing l SET state = s.state, owner = s.owner,
            state_since = CASE WHEN (l.state, l.owner) = (s.state, s.owner) THEN l.state_since ELSE @now END,
            due_at = CASE WHEN (l.state, l.owner) = (s.state, s.owner) THEN l.due_at ELSE s.due_at END,
            submitted_at = coalesce(s.landed_at, l.submitted_at),
            submit_may_hide = l.submit_may_hide OR s.may_hide,
            external_id = coalesce(l.external_id, s.external_id),
            url = CASE WHEN l.external_id IS NULL AND s.external_id IS NOT NULL THEN coalesce(s.url, l.url) ELSE l.url END
        FROM unnest(@ids, @states, @owners, @dues, @landings, @externals, @urls, @mayHides)
            s(id, state, owner, due_at, landed_at, external_id, url, may_hide) WHERE l.id = s.id
        """;

    /// <summary>When the listings come up again by time alone.</summary>
    public const string Turns = """
        UPDATE listing_turn t SET until = s.until, read_at = s.read_at
        FROM unnest(@ids, @untils, @reads) s(id, until, read_at) WHERE t.listing_id = s.id
        """;

    public const string StateEvents = """
        INSERT INTO listing_event (listing_id, producer_id, at, kind, what, how)
        SELECT s.id, s.producer_id, @now, 'state', s.state, s.owner FROM unnest(@ids, @producers, @states, @owners) s(id, producer_id, state, owner)
        """;
}
