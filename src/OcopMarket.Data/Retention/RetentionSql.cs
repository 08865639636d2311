using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Retention;

/// <summary>One batch of each table. Two kinds: a window over the key, which goes on behind the last row looked at because some rows stay for
/// good, and ends with the first window that holds nothing old (keys rise with time); or simply the next old rows, until there are none.
/// Every statement tells how far it came, how many rows it looked at, how many of them were old, and how many it removed or emptied.</summary>
internal static class RetentionSql
{
    private const string Window = """
        SELECT (SELECT max(id) FROM seen) AS last, 0 AS part, (SELECT count(*) FROM seen) AS looked,
            (SELECT count(*) FROM seen WHERE at < @before) AS old, (SELECT count(*) FROM gone) AS done
        """;

    private const string Next = "SELECT NULL::bigint AS last, 0 AS part, count(*) AS looked, count(*) AS old, count(*) AS done FROM gone";

    private const string LaterEvent =
        "EXISTS (SELECT FROM listing_event n WHERE n.listing_id = s.listing_id AND n.kind = s.kind AND n.id > s.id)";

    private const string LaterShopEvent = "EXISTS (SELECT FROM account_event n WHERE n.account_id = s.account_id AND (n.at, n.id) > (s.at, s.id))";

    /// <summary>Calls of a listing that still has an open one stay, and so do those of a doubtful create: what it may have carried is read
    /// from them. Whether an item was deleted by us is told by each listing's last create or delete.</summary>
    public const string Attempts = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, task_id, listing_id, kind, outcome, started_at AS at FROM listing_attempt WHERE id > @after ORDER BY id LIMIT @limit),
        gone AS (
            DELETE FROM listing_attempt a USING seen s
            WHERE a.id = s.id AND s.at < @before
              AND NOT EXISTS (SELECT FROM listing_task t WHERE t.id = s.task_id AND t.state IN ('leased', 'unknown'))
              AND NOT EXISTS (SELECT FROM listing_attempt o WHERE o.listing_id = s.listing_id AND o.outcome IS NULL)
              AND (s.kind NOT IN ('create', 'delete') OR EXISTS (
                  SELECT FROM listing_attempt n WHERE n.listing_id = s.listing_id AND n.kind IN ('create', 'delete') AND n.id > s.id))
            RETURNING 1)
        {Window}
        """;

    public const string AttemptDetails = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, outcome, started_at AS at FROM listing_attempt WHERE detail IS NOT NULL AND id > @after ORDER BY id LIMIT @limit),
        gone AS (
            UPDATE listing_attempt a SET detail = NULL FROM seen s
            WHERE a.id = s.id AND s.at < @before AND s.outcome IS NOT NULL RETURNING 1)
        {Window}
        """;

    /// <summary>The last sighting of each kind stays, and the last one on sale: an item that ever was on sale is hidden, never deleted at once.</summary>
    public const string Events = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, listing_id, kind, what, at FROM listing_event WHERE id > @after ORDER BY id LIMIT @limit),
        gone AS (
            DELETE FROM listing_event e USING seen s
            WHERE e.id = s.id AND s.at < @before AND s.kind <> 'decided'
              AND {LaterEvent}
              AND (s.kind <> 'seen' OR s.what NOT IN ('live', 'out_of_stock') OR EXISTS (
                  SELECT FROM listing_event n WHERE n.listing_id = s.listing_id AND n.id > s.id AND {ListingSweep.IsOnSale}))
            RETURNING 1)
        {Window}
        """;

    /// <summary>What a platform said last of a listing still holds, and a page shows it.</summary>
    public const string EventWords = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, listing_id, kind, at FROM listing_event WHERE raw IS NOT NULL AND id > @after ORDER BY id LIMIT @limit),
        gone AS (
            UPDATE listing_event e SET raw = NULL FROM seen s
            WHERE e.id = s.id AND s.at < @before AND s.kind <> 'decided'
              AND {LaterEvent}
            RETURNING 1)
        {Window}
        """;

    /// <summary>Who decided what, and why.</summary>
    public const string Decisions = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, at FROM listing_event WHERE kind = 'decided' AND id > @after ORDER BY id LIMIT @limit),
        gone AS (
            DELETE FROM listing_event e USING seen s WHERE e.id = s.id AND s.at < @before RETURNING 1)
        {Window}
        """;

    public const string ShopEvents = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, account_id, at FROM account_event WHERE id > @after ORDER BY id LIMIT @limit),
        gone AS (
            DELETE FROM account_event e USING seen s
            WHERE e.id = s.id AND s.at < @before
              AND {LaterShopEvent}
            RETURNING 1)
        {Window}
        """;

    public const string ShopEventWords = $"""
        WITH seen AS MATERIALIZED (
            SELECT id, account_id, at FROM account_event WHERE raw IS NOT NULL AND id > @after ORDER BY id LIMIT @limit),
        gone AS (
            UPDATE account_event e SET raw = NULL FROM seen s
            WHERE e.id = s.id AND s.at < @before
              AND {LaterShopEvent}
            RETURNING 1)
        {Window}
        """;

    public const string Issues = $"""
        WITH gone AS (
            DELETE FROM listing_issue WHERE id IN (
                SELECT id FROM listing_issue WHERE closed_at < @before ORDER BY closed_at LIMIT @limit)
            RETURNING 1)
        {Next}
        """;

    public const string IssueWords = $"""
        WITH gone AS (
            UPDATE listing_issue SET raw = NULL WHERE id IN (
                SELECT id FROM listing_issue WHERE closed_at < @before AND raw IS NOT NULL ORDER BY closed_at LIMIT @limit)
            RETURNING 1)
        {Next}
        """;

    /// <summary>These rows have no key and are never changed, so their place in the table names them.</summary>
    public const string Rejected = $"""
        WITH runs AS MATERIALIZED (
            SELECT id FROM source_run
            WHERE state <> 'running' AND coalesce(finished_at, heartbeat_at) < @before
              AND id NOT IN (SELECT max(id) FROM source_run GROUP BY source_id
                             UNION ALL SELECT max(id) FROM source_run WHERE state = 'done' GROUP BY source_id)),
        gone AS (
            DELETE FROM source_rejected WHERE ctid = ANY (ARRAY(
                SELECT x.ctid FROM runs CROSS JOIN LATERAL (SELECT ctid FROM source_rejected r WHERE r.run_id = runs.id) x LIMIT @limit))
            RETURNING 1)
        {Next}
        """;

    /// <summary>Keys of this table do not rise with time: the windows go over all of it.</summary>
    public const string Revisions = """
        WITH seen AS MATERIALIZED (
            SELECT source_row_id, revision, received_at FROM source_row_revision
            WHERE (source_row_id, revision) > (@after, @part) ORDER BY source_row_id, revision LIMIT @limit),
        gone AS (
            DELETE FROM source_row_revision v USING seen s, source_row r
            WHERE v.source_row_id = s.source_row_id AND v.revision = s.revision AND s.received_at < @before
              AND r.id = s.source_row_id AND s.revision < r.revision
            RETURNING 1),
        ends AS (SELECT source_row_id, revision FROM seen ORDER BY source_row_id DESC, revision DESC LIMIT 1)
        SELECT (SELECT source_row_id FROM ends) AS last, coalesce((SELECT revision FROM ends), 0) AS part,
               (SELECT count(*) FROM seen) AS looked, (SELECT count(*) FROM seen) AS old, (SELECT count(*) FROM gone) AS done
        """;

    public const string HeldItems = $"""
        WITH gone AS (
            DELETE FROM listing_hold WHERE id IN (SELECT id FROM listing_hold WHERE ended_at < @before ORDER BY id LIMIT @limit) RETURNING 1)
        {Next}
        """;

    public const string Holds = $"""
        WITH gone AS (
            DELETE FROM guard_hold WHERE id IN (
                SELECT g.id FROM guard_hold g WHERE g.released_at < @before AND NOT EXISTS (SELECT FROM listing_hold h WHERE h.hold_id = g.id)
                ORDER BY g.id LIMIT @limit)
            RETURNING 1)
        {Next}
        """;

    /// <summary>Looked at and never confirmed, proposed and never agreed to, dropped: nothing came of them.</summary>
    public const string IdlePlans = $"""
        WITH gone AS (
            DELETE FROM wish_plan WHERE id IN (
                SELECT id FROM wish_plan WHERE planned_at < @before AND coalesce(proposed_at, planned_at) < @before AND step IN ('planned', 'proposed', 'dropped')
                ORDER BY planned_at LIMIT @limit)
            RETURNING 1)
        {Next}
        """;

    /// <summary>With their items. What is still to be done stays.</summary>
    public const string Plans = $"""
        WITH gone AS (
            DELETE FROM wish_plan WHERE id IN (
                SELECT id FROM wish_plan WHERE planned_at < @before AND step <> 'confirmed' ORDER BY id LIMIT @limit)
            RETURNING 1)
        {Next}
        """;

    public const string ShopIssues = $"""
        WITH gone AS (
            DELETE FROM account_issue WHERE id IN (SELECT id FROM account_issue WHERE closed_at < @before ORDER BY closed_at LIMIT @limit) RETURNING 1)
        {Next}
        """;

    public const string Connections = $"""
        WITH gone AS (
            DELETE FROM connect_attempt WHERE id IN (SELECT id FROM connect_attempt WHERE ended_at < @before ORDER BY ended_at LIMIT @limit) RETURNING 1)
        {Next}
        """;

    public const string Notices = $"""
        WITH gone AS (
            DELETE FROM consent_notice WHERE id IN (SELECT id FROM consent_notice WHERE told_at < @before ORDER BY told_at LIMIT @limit) RETURNING 1)
        {Next}
        """;

    public const string Callbacks = $"""
        WITH gone AS (
            DELETE FROM webhook_receipt WHERE (marketplace, body_hash) IN (
                SELECT marketplace, body_hash FROM webhook_receipt WHERE received_at < @before ORDER BY received_at LIMIT @limit)
            RETURNING 1)
        {Next}
        """;

    /// <summary>A listing keeps the pictures it was composed with, also when the product has others by now.</summary>
    public const string Pictures = $$"""
        WITH spare AS MATERIALIZED (
            SELECT m.sha256 FROM media m
            WHERE m.created_at < @before AND NOT EXISTS (SELECT FROM product_image i WHERE i.sha256 = m.sha256)),
        shown AS MATERIALIZED (
            SELECT DISTINCT jsonb_path_query(l.content, '$.Images[*].Sha256') #>> '{}' AS sha256
            FROM listing l WHERE EXISTS (SELECT FROM spare)),
        old AS MATERIALIZED (
            SELECT sha256 FROM spare WHERE sha256 NOT IN (SELECT sha256 FROM shown WHERE sha256 IS NOT NULL) ORDER BY sha256 LIMIT @limit),
        unsent AS (DELETE FROM media_upload WHERE sha256 IN (SELECT sha256 FROM old)),
        gone AS (DELETE FROM media WHERE sha256 IN (SELECT sha256 FROM old) RETURNING 1)
        {{Next}}
        """;
}
