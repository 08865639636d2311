using OcopMarket.Data.Sellers;

namespace OcopMarket.Data.Sync;

/// <summary>Statements of <see cref="TaskQueue"/>. Leases and turns use the database's clock only.</summary>
internal static class TaskQueueSql
{
    /// <summary>A queue whose turn has come is leased whole: one worker a shop, so a flood in one shop never fills the others' places. Shops
    /// with a stop, a stock or a price to send come first.
    /// A queue that comes round while still leased was left behind by a process that died: its open calls have an unknown fate.
    /// Both looks have a limit that the planner knows: with a reckoned one it takes a tenth of all queues for wanted, and reads and sorts every
    /// queue at every claim instead of the first few of the index.</summary>
    public const string Claim = """
        WITH hurry AS MATERIALIZED (
            SELECT account_id, leased FROM account_queue
            WHERE @hurry AND urgent AND marketplace = @marketplace AND next_at <= now() AND next_at < 'infinity' AND held_until <= now()
            ORDER BY next_at LIMIT @queues FOR UPDATE SKIP LOCKED),
        rest AS MATERIALIZED (
            SELECT account_id, leased, next_at FROM account_queue
            WHERE NOT (@hurry AND urgent) AND marketplace = @marketplace AND next_at <= now() AND next_at < 'infinity' AND held_until <= now()
            ORDER BY next_at LIMIT @queues FOR UPDATE SKIP LOCKED),
        turn AS (
            SELECT account_id, leased FROM hurry UNION ALL
            (SELECT account_id, leased FROM rest ORDER BY next_at LIMIT @queues - (SELECT count(*) FROM hurry)))
        UPDATE account_queue q SET next_at = clock_timestamp() + @lease, fence = q.fence + 1, leased = true
        FROM turn WHERE q.account_id = turn.account_id
        RETURNING q.account_id, q.fence, turn.leased AS abandoned, q.failures
        """;

    public const string AbandonedListings =
        "SELECT listing_id FROM listing_task WHERE account_id = @account AND state = 'leased' AND fence < @fence ORDER BY listing_id";

    /// <summary>Only a create has an unknown fate that matters; the other kinds are simply sent again. A crash counts against a task only
    /// when it was alone in the call, and three of these set it aside.</summary>
    public const string Recover = """
        WITH open AS (
            UPDATE listing_attempt a SET outcome = 'crashed', finished_at = clock_timestamp()
            FROM listing_task t
            WHERE t.id = a.task_id AND a.outcome IS NULL AND t.account_id = @account AND t.state = 'leased' AND t.fence < @fence
            RETURNING a.task_id, a.alone)
        UPDATE listing_task t SET
            crashes = t.crashes + 1,
            crashes_alone = t.crashes_alone + (o.alone IS TRUE)::int,
            state = CASE WHEN t.crashes_alone + (o.alone IS TRUE)::int >= 3 THEN 'dead' WHEN t.lane = 'create' THEN 'unknown' ELSE 'due' END,
            due_at = CASE WHEN t.lane = 'create' THEN now() + @settling ELSE now() END,
            lease_until = NULL, last_outcome = 'crashed', last_code = NULL, last_at = now()
        FROM listing_task s LEFT JOIN open o ON o.task_id = s.id
        WHERE t.id = s.id AND s.account_id = @account AND s.state = 'leased' AND s.fence < @fence
        RETURNING t.lane
        """;

    /// <summary>At most one open task a listing: an unknown one first, else the lane of greatest harm. What an unknown create may have
    /// carried is what its oldest open attempt carried: adopting it as newer would lose an edit. Where a restore has forgotten the attempt,
    /// price and stock go out once more after the adoption; content does not, as that would send the item to be reviewed again.
    /// Of a shop that leaves only what takes an item off sale, and what is in doubt.</summary>
    public const string Work = $"""
        WITH q AS MATERIALIZED (
            SELECT n.account_id, n.most, a.epoch, {LeaveSql.AccountLeaves} AS leaves
            FROM unnest(@accounts, @limits) n(account_id, most) JOIN seller_account a ON a.id = n.account_id)
        SELECT w.* FROM q CROSS JOIN LATERAL (
        SELECT t.account_id, t.id AS task_id, t.listing_id, t.lane, t.state = 'unknown' AS unknown, t.crashes, t.failures,
               l.desired, l.delete_due, l.seller_sku, l.external_id, l.content::text AS content,
               coalesce(a.revision, t.wanted_revision) AS revision,
               coalesce(a.content_revision, l.content_revision) AS content_revision,
               coalesce(a.price_revision, CASE WHEN t.state = 'unknown' AND q.epoch > 0 THEN 0 ELSE l.price_revision END) AS price_revision,
               coalesce(a.stock_revision, CASE WHEN t.state = 'unknown' AND q.epoch > 0 THEN 0 ELSE l.stock_revision END) AS stock_revision,
               coalesce(a.visibility_revision, l.visibility_revision) AS visibility_revision
        FROM (
            SELECT * FROM (
                SELECT DISTINCT ON (listing_id) * FROM listing_task
                WHERE account_id = q.account_id AND state IN ('due', 'unknown')
                ORDER BY listing_id, state = 'unknown' DESC, rank) open
            WHERE due_at <= now() ORDER BY rank, due_at, id LIMIT q.most) t
        JOIN listing l ON l.id = t.listing_id AND (NOT q.leaves OR t.state = 'unknown' OR (t.lane = 'stop' AND l.desired <> 'on_sale'))
        LEFT JOIN LATERAL (
            SELECT min(revision) AS revision, min(content_revision) AS content_revision, min(price_revision) AS price_revision,
                   min(stock_revision) AS stock_revision, min(visibility_revision) AS visibility_revision
            FROM listing_attempt o
            WHERE t.state = 'unknown' AND o.listing_id = t.listing_id AND o.task_id = t.id AND o.outcome IN ('unknown', 'crashed')) a ON true
        ORDER BY t.rank, t.due_at, t.id) w
        """;

    /// <summary>The intents of several shops, written before their calls: each queue's fence is checked and its lease made longer in the statement
    /// that writes, and a queue that is not ours any more takes out its own tasks only. A task that is no longer due (somebody blocked or hid
    /// the listing) drops out. The listings are locked before, and then the queues, in key order: who holds the listings is the only one to
    /// touch their tasks, so that the queues may come first here. An item that never was read has no reading that could be older.
    /// Where a shop or its marketplace is out of use, only what takes an item off sale passes, and without a mandate nothing, whatever was due before.
    /// The rows without an attempt name the queues that are ours.</summary>
    public const string Begin = $"""
        WITH ours AS ({Renew}),
        bound AS MATERIALIZED (
            SELECT ours.account_id, ours.fence, {LeaveSql.AccountLeaves} AS leaves FROM ours JOIN seller_account a ON a.id = ours.account_id),
        mine AS (
            UPDATE listing_task t SET state = 'leased', fence = w.fence, lease_until = clock_timestamp() + @lease
            FROM unnest(@tasks, @taskAccounts, @taskFences, @revisions, @contents, @prices, @stocks, @visibilities, @kinds, @alones, @mayHides)
                w(id, account_id, fence, revision, content, price, stock, visibility, kind, alone, may_hide)
            JOIN bound ON bound.account_id = w.account_id AND bound.fence = w.fence AND (NOT bound.leaves OR w.kind IN ('hide', 'delete'))
            WHERE t.id = w.id AND t.state = 'due' AND t.account_id = w.account_id
              AND EXISTS (SELECT FROM mandate m WHERE m.account_id = t.account_id AND (m.producer_id IS NULL OR m.producer_id = t.producer_id)
                          AND {MandateSql.HoldsToday})
              AND (t.lane <> 'stop' OR t.wanted_revision = w.revision) -- a delete of what is wanted again, or a show of what is not
            RETURNING t.id, t.listing_id, t.account_id, t.producer_id, t.lane, t.fence,
                w.revision, w.content, w.price, w.stock, w.visibility, w.kind, w.alone, w.may_hide),
        touched AS (
            UPDATE listing l SET submitted_at = clock_timestamp(), submit_may_hide = l.submit_may_hide OR mine.may_hide
            FROM mine WHERE l.id = mine.listing_id AND NOT (mine.lane = 'create' AND l.seen_at IS NULL)),
        begun AS (
            INSERT INTO listing_attempt
                (task_id, listing_id, account_id, producer_id, lane, kind, fence, alone,
                 revision, content_revision, price_revision, stock_revision, visibility_revision)
            SELECT id, listing_id, account_id, producer_id, lane, kind, fence, alone, revision, content, price, stock, visibility
            FROM mine ORDER BY id
            RETURNING id, task_id)
        SELECT account_id, fence, 0::bigint AS attempt_id, 0::bigint AS task_id FROM ours UNION ALL SELECT 0, 0, id, task_id FROM begun
        """;

    /// <summary>Of a queue: still leased to us, by the database's clock.</summary>
    public const string Held = "AND q.fence = f.fence AND q.leased AND q.next_at > clock_timestamp()";

    /// <summary>The fences, checked at the write, and the leases made longer for one more call. No row: not ours any more.</summary>
    public const string Renew = $"""
        UPDATE account_queue q SET next_at = clock_timestamp() + @lease
        FROM unnest(@accounts, @fences) f(account_id, fence) WHERE q.account_id = f.account_id {Held}
        RETURNING q.account_id, f.fence
        """;

    /// <summary>The platform's id, whoever holds the lease by now: it is a fact about the shop.</summary>
    public const string KeepIds = """
        UPDATE listing l SET external_id = r.external_id, url = coalesce(r.url, l.url)
        FROM unnest(@listings, @externals, @urls) r(listing_id, external_id, url)
        WHERE l.id = r.listing_id AND l.external_id IS NULL AND r.external_id IS NOT NULL
        """;

    public const string EndAttempts = """
        UPDATE listing_attempt a SET outcome = r.outcome, platform_code = r.code, detail = r.detail, finished_at = clock_timestamp()
        FROM unnest(@attempts, @outcomes, @codes, @details) r(id, outcome, code, detail)
        WHERE a.id = r.id AND a.outcome IS NULL
        """;

    /// <summary>Only what is still ours: fence and state must match. A wish that rose meanwhile leaves the task due.</summary>
    public const string EndTasks = """
        UPDATE listing_task t SET
            sent_revision = CASE WHEN r.outcome IN ('accepted', 'refused') THEN greatest(t.sent_revision, r.revision) ELSE t.sent_revision END,
            state = CASE WHEN r.outcome = 'unknown' AND t.lane = 'create' THEN 'unknown'
                         WHEN r.outcome IN ('accepted', 'refused') AND t.wanted_revision <= r.revision THEN 'idle' ELSE 'due' END,
            due_at = now() + r.wait, lease_until = NULL,
            failures = CASE WHEN r.outcome IN ('accepted', 'refused') THEN 0 ELSE t.failures + 1 END,
            crashes = CASE WHEN r.outcome IN ('accepted', 'refused') THEN 0 ELSE t.crashes END,
            crashes_alone = CASE WHEN r.outcome IN ('accepted', 'refused') THEN 0 ELSE t.crashes_alone END,
            carried_content = CASE WHEN r.outcome = 'accepted' AND t.lane = 'create' THEN greatest(t.carried_content, r.content) ELSE t.carried_content END,
            carried_price = CASE WHEN r.outcome = 'accepted' AND t.lane = 'create' THEN greatest(t.carried_price, r.price) ELSE t.carried_price END,
            carried_stock = CASE WHEN r.outcome = 'accepted' AND t.lane = 'create' THEN greatest(t.carried_stock, r.stock) ELSE t.carried_stock END,
            carried_visibility = CASE WHEN r.outcome = 'accepted' AND t.lane = 'create' THEN greatest(t.carried_visibility, r.visibility) ELSE t.carried_visibility END,
            last_outcome = r.outcome, last_code = r.code, last_at = now()
        FROM unnest(@tasks, @fences, @revisions, @outcomes, @codes, @waits, @contents, @prices, @stocks, @visibilities)
            r(id, fence, revision, outcome, code, wait, content, price, stock, visibility)
        WHERE t.id = r.id AND t.fence = r.fence AND t.state = 'leased'
        RETURNING t.id
        """;

    /// <summary>A create (or an adoption) carried content, price, stock and visibility with it: the lanes that have rows of their own learn it.
    /// Of the others the create's own row tells.</summary>
    public const string SentWithCreate = """
        UPDATE listing_task t SET
            wanted_revision = greatest(t.wanted_revision, x.revision),
            sent_revision = greatest(t.sent_revision, x.revision),
            last_outcome = 'accepted', last_at = now(),
            state = CASE WHEN t.state = 'due' AND t.wanted_revision <= x.revision THEN 'idle' ELSE t.state END
        FROM (SELECT t.id, CASE t.lane WHEN 'content' THEN r.content WHEN 'price' THEN r.price WHEN 'stock' THEN r.stock ELSE r.visibility END AS revision
              FROM unnest(@listings, @contents, @prices, @stocks, @visibilities) r(listing_id, content, price, stock, visibility)
              JOIN listing_task t ON t.listing_id = r.listing_id AND t.lane <> 'create') x
        WHERE t.id = x.id
        """;

    public const string SentEvents = """
        INSERT INTO listing_event (listing_id, producer_id, kind, what, how, code, raw)
        SELECT l.id, l.producer_id, 'sent', r.kind, r.outcome, r.code, r.detail
        FROM unnest(@listings, @kinds, @outcomes, @codes, @details) r(listing_id, kind, outcome, code, detail) JOIN listing l ON l.id = r.listing_id
        ORDER BY l.id
        """;

    /// <summary>A look-up decided what became of unknown tasks: found items are adopted, the others may be created again, at once or, when
    /// that has gone in a circle before, after a wait. Only the holder of the lease decides: an old look-up's "not there" may be older than the next create.</summary>
    public const string ResolveUnknown = """
        UPDATE listing_task t SET
            state = CASE WHEN r.found AND t.wanted_revision <= r.revision THEN 'idle' ELSE 'due' END,
            sent_revision = CASE WHEN r.found THEN greatest(t.sent_revision, r.revision) ELSE t.sent_revision END,
            due_at = now() + r.wait, crashes_alone = CASE WHEN r.found THEN 0 ELSE t.crashes_alone END,
            carried_content = CASE WHEN r.found THEN greatest(t.carried_content, r.content) ELSE t.carried_content END,
            carried_price = CASE WHEN r.found THEN greatest(t.carried_price, r.price) ELSE t.carried_price END,
            carried_stock = CASE WHEN r.found THEN greatest(t.carried_stock, r.stock) ELSE t.carried_stock END,
            carried_visibility = CASE WHEN r.found THEN greatest(t.carried_visibility, r.visibility) ELSE t.carried_visibility END,
            last_outcome = CASE WHEN r.found THEN 'accepted' ELSE 'delayed' END, last_at = now()
        FROM unnest(@tasks, @revisions, @founds, @waits, @contents, @prices, @stocks, @visibilities)
            r(id, revision, found, wait, content, price, stock, visibility)
        WHERE t.id = r.id AND t.state = 'unknown'
          AND EXISTS (SELECT FROM account_queue q WHERE q.account_id = t.account_id AND q.fence = @fence AND q.leased)
        RETURNING t.id
        """;

    public const string PostponeUnknown = """
        UPDATE listing_task SET due_at = now() + @wait WHERE id = ANY(@tasks) AND state = 'unknown'
        """;

    public const string Postpone = """
        UPDATE listing_task SET due_at = now() + @wait WHERE id = ANY(@tasks) AND state = 'due'
        """;

    /// <summary>Whoever decides that a shop or a marketplace leaves, or that a mandate ends, is waited for, or waits for us: what comes after this in the
    /// same trip sees what he decided, and when his decision has come back no call begins that did not. Before the queues, as everywhere.</summary>
    public const string HoldStops = "SELECT 0::bigint FROM marketplace_stop FOR SHARE"; // with the table itself, where no row is yet

    public const string HoldShops = "SELECT id FROM seller_account WHERE id = ANY(@accounts) ORDER BY id FOR SHARE";

    public const string HoldMandates = $"""
        SELECT m.id FROM mandate m
        WHERE m.account_id = ANY(@accounts) AND {MandateSql.HoldsToday}
          AND (m.producer_id IS NULL OR m.producer_id IN (SELECT producer_id FROM listing WHERE id = ANY(@ids)))
        ORDER BY m.id FOR SHARE
        """;

    public const string LockQueues = "SELECT account_id FROM account_queue WHERE account_id = ANY(@accounts) ORDER BY account_id FOR UPDATE";

    /// <summary>Looks after the rows are locked, in a statement of its own: a task committed meanwhile is seen. A turn that leaves a call open
    /// (it was stopped between the intent and the call) stays leased and comes round at once, so that the next holder recovers it.</summary>
    public const string Finish = """
        WITH open AS MATERIALIZED (
            SELECT f.*, t.* FROM unnest(@accounts, @fences, @holds, @reasons, @answers) f(account_id, fence, hold, reason, answered)
            CROSS JOIN LATERAL (
                SELECT min(due_at) FILTER (WHERE state IN ('due', 'unknown')) AS due_at, coalesce(bool_or(state = 'leased'), false) AS leased,
                       coalesce(bool_or(state = 'due' AND rank <= 2 AND due_at <= now()), false) AS urgent
                FROM listing_task WHERE account_id = f.account_id AND state IN ('due', 'unknown', 'leased')) t)
        UPDATE account_queue q SET leased = open.leased, urgent = open.urgent, held_until = greatest(q.held_until, now() + open.hold),
            held_reason = open.reason,
            failures = CASE WHEN open.answered THEN 0 WHEN NOT open.answered THEN q.failures + 1 ELSE q.failures END,
            next_at = CASE WHEN open.leased THEN now() ELSE greatest(now() + open.hold, coalesce(open.due_at, 'infinity')) END
        FROM open WHERE q.account_id = open.account_id AND q.fence = open.fence
        """;

    /// <summary>Safety net: a queue whose turn lies later than its earliest open task, whatever the cause.</summary>
    public const string SweepQueues = """
        UPDATE account_queue q SET marketplace = a.marketplace FROM seller_account a WHERE a.id = q.account_id AND q.marketplace IS NULL;
        WITH late AS MATERIALIZED (
            SELECT q.account_id, greatest(t.due_at, q.held_until) AS turn
            FROM account_queue q
            JOIN (SELECT account_id, min(due_at) AS due_at FROM listing_task WHERE state IN ('due', 'unknown') GROUP BY account_id) t
                ON t.account_id = q.account_id
            WHERE NOT q.leased AND q.next_at > greatest(t.due_at, q.held_until)
            ORDER BY q.account_id FOR UPDATE OF q SKIP LOCKED)
        UPDATE account_queue q SET next_at = late.turn FROM late WHERE q.account_id = late.account_id
        """;
}
