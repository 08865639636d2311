namespace OcopMarket.Data.Subjects;

/// <summary>Statements of <see cref="SubjectErasure"/>.</summary>
internal static class SubjectSql
{
    /// <summary>A removal of a unit is as many requests as there are producers and households, under the same two names.</summary>
    public const string TakeUnit = """
        SELECT id, removed_unit FROM subject_request WHERE step = 'approved' AND removed_unit IS NOT NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """;

    /// <summary>As row security understands the unit: with its communes, and former ones that lie within.</summary>
    public const string Within = "SELECT set_config('app.scope', 'units:' || @unit, true)";

    public const string Split = """
        INSERT INTO subject_request (kind, producer_id, account_id, unit_code, parent_id, evidence, asked_on, recorded_by, recorded_key, recorded_at,
            answer_by, done_by, answered_at, approved_by, approved_key, approved_at, step)
        SELECT r.kind, x.producer_id, x.account_id, x.unit_code, r.id, r.evidence, r.asked_on, r.recorded_by, r.recorded_key, r.recorded_at,
            r.answer_by, r.done_by, r.answered_at, r.approved_by, r.approved_key, r.approved_at, 'approved'
        FROM subject_request r CROSS JOIN (
            SELECT id AS producer_id, NULL::bigint AS account_id, coalesce(unit_now, unit_code) AS unit_code FROM producer
            WHERE coalesce(unit_now, unit_code) = ANY ((SELECT scope_units())::text[])
            UNION ALL
            SELECT NULL, id, unit_code FROM seller_account
            WHERE producer_id IS NULL AND owner_name IS NOT NULL AND unit_code = ANY ((SELECT scope_units())::text[])) x
        WHERE r.id = @request
        ON CONFLICT DO NOTHING
        """;

    public const string SplitDone = "UPDATE subject_request SET step = 'leaving', began_at = now() WHERE id = @request";

    public const string EndUnits = """
        UPDATE subject_request r SET step = 'done', ended_at = now(), removed = jsonb_build_object(
            'requests', (SELECT count(*) FROM subject_request c WHERE c.parent_id = r.id))
        WHERE r.step = 'leaving' AND r.removed_unit IS NOT NULL
          AND NOT EXISTS (SELECT FROM subject_request c WHERE c.parent_id = r.id AND c.ended_at IS NULL)
        """;

    public const string Approved = """
        SELECT id FROM subject_request WHERE step = 'approved' AND removed_unit IS NULL AND kind <> 'export' ORDER BY id LIMIT 100
        """;

    public const string Take = """
        SELECT id, kind, producer_id, account_id FROM subject_request WHERE id = @request AND step = @step FOR UPDATE SKIP LOCKED
        """;

    /// <summary>Producers, then their products: no page of a list brings one back meanwhile, and none of a plan is under way.</summary>
    public const string LockProducts = "SELECT id FROM product WHERE producer_id = ANY(@producers) ORDER BY id FOR NO KEY UPDATE";

    public const string ListingIds =
        "SELECT id FROM listing WHERE producer_id = ANY(@producers) OR account_id = ANY(@accounts) ORDER BY id";

    public const string MarkNames = """
        SELECT p.key, p.name, p.withheld, coalesce(p.unit_now, p.unit_code) AS unit FROM producer p WHERE p.id = ANY(@producers)
        """;

    public const string MarkShops = """
        SELECT marketplace, external_id, owner_name AS name, unit_code AS unit FROM seller_account WHERE id = ANY(@accounts)
        """;

    /// <summary>What stays is known to the file from the decision on, so that a restore finishes it.</summary>
    public const string Mark = """
        INSERT INTO subject_mark AS m (mark, stays, to_file) SELECT x, @stays, @stays FROM unnest(@marks) x
        ON CONFLICT (mark) DO UPDATE SET is_back = false, stays = m.stays OR excluded.stays, to_file = m.to_file OR (excluded.stays AND NOT m.stays)
        """;

    public const string DropMarks = "DELETE FROM subject_mark WHERE mark = ANY(@marks) AND NOT stays";

    /// <summary>No list states it any more, and nothing is sent for it but that it goes. Mandates stay to the end: under one that has ended nothing
    /// may be done in the shop, not even this.</summary>
    public static IReadOnlyList<string> Leave { get; } =
    [
        "UPDATE product SET gone_at = coalesce(gone_at, now()), revision = revision + 1, updated_at = now() WHERE producer_id = ANY(@producers)",
        $"UPDATE variant SET gone_at = coalesce(gone_at, now()) WHERE {Theirs}",
        $"DELETE FROM source_line l USING source_row r WHERE l.source_id = r.source_id AND l.source_row_id = r.id AND r.{Theirs}",
        $"UPDATE source_row SET gone_at = now() WHERE gone_at IS NULL AND {Theirs}",
        """
        UPDATE connect_attempt SET step = 'refused', result = 'erased', code = NULL, typed = NULL, lease_until = NULL, ended_at = now()
        WHERE ended_at IS NULL AND account_id = ANY(@accounts)
        """,
    ];

    private const string Theirs = "product_id IN (SELECT id FROM product WHERE producer_id = ANY(@producers))";

    public const string Leaving = "UPDATE subject_request SET step = 'leaving', began_at = @now WHERE id = @request";

    /// <summary>Listings of those who leave that are wanted again, by a plan that was under way.</summary>
    public const string Wanted = """
        SELECT l.id FROM subject_request r JOIN listing l ON l.producer_id = r.producer_id
        WHERE r.step = 'leaving' AND r.producer_id IS NOT NULL AND NOT (l.desired = 'gone' AND l.delete_due) ORDER BY l.id LIMIT 1000
        """;

    /// <summary>Taken down at once: not hidden for a time of grace first, and no mass-change guard, since two people have asked for it.</summary>
    public const string TakeDown = """
        WITH gone AS (
            UPDATE listing SET desired = 'gone', delete_due = true, desired_at = now(), visibility_revision = visibility_revision + 1
            WHERE id = ANY(@ids) AND NOT (desired = 'gone' AND delete_due) RETURNING id, producer_id)
        INSERT INTO listing_event (listing_id, producer_id, kind, what, how) SELECT id, producer_id, 'desired', 'stop', 'gone' FROM gone ORDER BY id
        """;

    public const string EndHolds = """
        UPDATE listing_hold SET ended_at = now(), ended_how = 'withdrawn' WHERE listing_id = ANY(@ids) AND ended_at IS NULL
        """;

    /// <summary>Of a listing l: something of it may still stand in a shop.</summary>
    private const string Stands = """
        ((l.external_id IS NOT NULL AND l.seen IS DISTINCT FROM 'removed')
         OR EXISTS (SELECT FROM listing_task t WHERE t.listing_id = l.id AND t.state IN ('leased', 'unknown')))
        """;

    public const string Left = $"""
        SELECT id FROM subject_request r
        WHERE step = 'leaving' AND removed_unit IS NULL
          AND (began_at <= @late OR NOT EXISTS (SELECT FROM listing l WHERE l.producer_id = r.producer_id AND {Stands}))
        ORDER BY id LIMIT 100
        """;

    public const string LeftOver = $"""
        SELECT coalesce(jsonb_agg(jsonb_build_object('marketplace', l.marketplace, 'shop', a.external_id, 'item', coalesce(l.external_id, l.seller_sku))
                                  ORDER BY l.id), '[]')::text
        FROM listing l LEFT JOIN seller_account a ON a.id = l.account_id WHERE l.id = ANY(@ids) AND {Stands}
        """;

    public const string Done = """
        UPDATE subject_request SET step = 'done', ended_at = @now, removed = @removed::jsonb, left_over = @left::jsonb WHERE id = @request
        """;

    public const string ForgetPeople = "SELECT forget_people(@producers)";

    public const string Unfiled = "SELECT mark FROM subject_mark WHERE to_file ORDER BY mark LIMIT 1000 FOR UPDATE SKIP LOCKED";

    public const string Filed = "UPDATE subject_mark SET to_file = false WHERE mark = ANY(@marks)";

    public const string IsBack = "SELECT EXISTS (SELECT FROM subject_mark WHERE is_back)";

    public const string Producers = "SELECT id, key FROM producer WHERE id > @after ORDER BY id LIMIT 5000";

    public const string Households = """
        SELECT id, marketplace, external_id FROM seller_account
        WHERE id > @after AND external_id IS NOT NULL AND producer_id IS NULL AND owner_name IS NOT NULL ORDER BY id LIMIT 5000
        """;

    public const string Back = "SELECT mark FROM subject_mark WHERE is_back AND mark = ANY(@marks)";

    /// <summary>Erased once more, as it was decided before the restore.</summary>
    public const string Again = """
        INSERT INTO subject_request (kind, producer_id, account_id, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by,
            answered_at, approved_by, approved_key, approved_at, step)
        SELECT 'erase', x.producer_id, x.account_id, x.unit_code, 'restore', @today, 'restore', 'restore', now(), now() + interval '1 day',
            now(), 'restore', 'worker', now(), 'approved'
        FROM (SELECT id AS producer_id, NULL::bigint AS account_id, coalesce(unit_now, unit_code) AS unit_code FROM producer WHERE id = ANY(@producers)
              UNION ALL SELECT NULL, id, unit_code FROM seller_account WHERE id = ANY(@accounts)) x
        ON CONFLICT DO NOTHING
        """;

    public const string LookedFor = "UPDATE subject_mark SET is_back = false WHERE is_back";
}
