namespace OcopMarket.Data.Reading;

/// <summary>Statements of <see cref="WishPortal"/>.</summary>
internal static class WishPortalSql
{
    public const string Named = """
        SELECT p.id FROM product p WHERE p.id = ANY(@ids) AND (@own::bigint IS NULL OR p.producer_id = @own) ORDER BY p.id LIMIT @limit
        """;

    public const string ProductOfListing = """
        SELECT l.product_id FROM listing l WHERE l.id = @listing AND (@own::bigint IS NULL OR l.producer_id = @own)
        """;

    public const string Filtered = $"SELECT p.id FROM product p {ProductQueries.Standing} WHERE {ProductQueries.Where} ORDER BY p.id LIMIT @limit";

    public const string Begin = """
        INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, back_on, reason, products, effort)
        VALUES (@kind, @scope, @producer, @by, @key, @backOn, @reason, @products, @effort::jsonb) RETURNING id
        """;

    public const string AddItems = """
        INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, why, print)
        SELECT @plan, i.n, i.product_id, i.producer_id, i.listing_id, i.marketplace, i.act,
               CASE WHEN i.why = '' THEN '{}' ELSE string_to_array(i.why, ' ') END, i.print
        FROM unnest(@products, @producers, @listings, @marketplaces, @acts, @whys, @prints) WITH ORDINALITY
            i(product_id, producer_id, listing_id, marketplace, act, why, print, n)
        """;

    private const string Row = """
        SELECT w.id, w.kind, w.planned_by, w.planned_key, w.planned_at, w.back_on, w.reason, w.products, w.step, w.confirmed_at,
               w.proposed_at, w.proposed_reason, w.approved_by, w.effort::text AS effort,
               (SELECT count(*) FROM wish_item i WHERE i.plan_id = w.id) AS items
        FROM wish_plan w
        """;

    public const string One = Row + " WHERE w.id = @plan AND (@own::bigint IS NULL OR w.producer_id = @own);";

    public const string List = Row + " WHERE @own::bigint IS NULL OR w.producer_id = @own ORDER BY w.step = 'proposed' DESC, w.id DESC LIMIT 50";

    /// <summary>What became of a line i of the plan w with its listing l. Out of season, zero is what was wanted; afterwards it is not.</summary>
    private const string Group = """
        CASE WHEN i.act = 'blocked' THEN 'blocked' WHEN i.act = 'none' THEN 'same' WHEN i.outcome = 'moved' THEN 'moved'
             WHEN i.outcome IS NULL THEN 'moving'
             WHEN EXISTS (SELECT FROM wish_item n WHERE n.listing_id = i.listing_id AND n.plan_id > i.plan_id AND n.outcome = 'applied') THEN 'later'
             WHEN i.act = 'note' AND l.state NOT IN ('stopping', 'sending', 'unconfirmed') THEN 'done'
             WHEN l.state = ANY (CASE w.kind WHEN 'season' THEN ARRAY['out_of_stock', 'off', 'hidden', 'removed']
                                             WHEN 'hide' THEN ARRAY['hidden', 'off', 'removed'] WHEN 'remove' THEN ARRAY['hidden', 'off', 'removed']
                                             ELSE ARRAY['live'] END) THEN 'done'
             WHEN w.kind = 'publish' AND l.state = 'out_of_stock' THEN 'done'
             WHEN l.state = 'in_review' THEN 'review'
             WHEN l.state IN ('waiting', 'sending', 'stopping', 'live_changing', 'live', 'off')
                  OR (l.state = 'out_of_stock' AND w.kind = 'return') OR (l.state = 'unconfirmed' AND l.owner = 'system') THEN 'moving'
             ELSE 'problem' END
        """;

    private const string Lines = """
        FROM wish_item i JOIN wish_plan w ON w.id = i.plan_id LEFT JOIN listing l ON l.id = i.listing_id
        WHERE i.plan_id = @plan AND (@own::bigint IS NULL OR i.producer_id = @own)
        """;

    public const string Sums = $"""
        SELECT x.marketplace, x.act, x.grp AS "group", count(*) AS count FROM (SELECT i.marketplace, i.act, {Group} AS grp {Lines}) x
        GROUP BY x.marketplace, x.act, x.grp ORDER BY 1, 2, 3;
        """;

    public const string Reasons = $"""
        SELECT x.code, count(*) AS count FROM (SELECT unnest(i.why) AS code {Lines} AND i.act = 'blocked') x GROUP BY x.code ORDER BY 2 DESC, 1;
        """;

    public const string Items = $"""
        SELECT x.*, p.name AS product FROM (
            SELECT i.n, i.product_id, i.listing_id, i.marketplace, i.act, i.now_act, i.why, {Group} AS "group", l.state, l.owner {Lines} AND i.n > @after) x
        JOIN product p ON p.id = x.product_id
        WHERE @group::text IS NULL OR x."group" = @group OR x.act = @group
        ORDER BY x.n LIMIT @limit
        """;

    public const string Season = """
        SELECT back_on, since, told_by, reason FROM product_season
        WHERE product_id = @product AND (back_on IS NULL OR back_on > @today) AND (@own::bigint IS NULL OR producer_id = @own)
        """;

    public const string Open = "SELECT count(*) FROM wish_plan WHERE planned_key = @key AND step = 'planned' AND planned_at > now() - make_interval(hours => @hours)";

    public const string OutOfSight = "SELECT CASE WHEN EXISTS (SELECT FROM wish_plan WHERE id = @plan AND step IN ('planned', 'proposed')) THEN wish_out_of_sight(@plan) ELSE 0 END;";

    /// <summary>By shop: what this plan would take off sale there together with what other plans of its maker took within the hour, and what stands there.
    /// What two people agreed to counts no more, as with the guard.</summary>
    public const string TakenDown = """
        WITH plan AS (SELECT id, planned_key FROM wish_plan WHERE id = @plan AND step IN ('planned', 'proposed')),
        own AS (
            SELECT i.listing_id FROM wish_item i JOIN plan ON plan.id = i.plan_id WHERE i.act IN ('hide', 'remove', 'zero')),
        earlier AS (
            SELECT i.listing_id FROM plan JOIN wish_plan w ON w.planned_key = plan.planned_key AND w.id <> plan.id JOIN wish_item i ON i.plan_id = w.id
            WHERE w.confirmed_at > now() - interval '1 hour' AND w.approved_key IS NULL AND i.act IN ('hide', 'remove', 'zero') AND i.outcome IS DISTINCT FROM 'moved'
              AND EXISTS (SELECT FROM own)),
        shops AS (
            SELECT l.account_id, count(*) AS taken FROM (SELECT listing_id FROM own UNION SELECT listing_id FROM earlier) t JOIN listing l ON l.id = t.listing_id
            WHERE l.account_id IS NOT NULL GROUP BY l.account_id)
        SELECT s.taken, (SELECT count(*) FROM listing x WHERE x.account_id = s.account_id AND x.external_id IS NOT NULL) AS items FROM shops s;
        """;

    /// <summary>Held until what follows is decided.</summary>
    public const string Lock = """
        SELECT id, kind, planned_key, planned_at, products, back_on, step, proposed_at FROM wish_plan
        WHERE id = @plan AND ((step = 'planned' AND planned_key = @key AND planned_at > now() - make_interval(hours => @hours))
                           OR (step = 'proposed' AND proposed_at > now() - make_interval(hours => @wait)))
        FOR UPDATE
        """;

    public const string Confirm = "UPDATE wish_plan SET step = 'confirmed', confirmed_at = clock_timestamp() WHERE id = @plan AND step = 'planned'";

    public const string Propose = """
        UPDATE wish_plan SET step = 'proposed', proposed_at = clock_timestamp(), proposed_reason = @reason WHERE id = @plan AND step = 'planned'
        """;

    public const string Approve = """
        UPDATE wish_plan SET step = 'confirmed', confirmed_at = clock_timestamp(), approved_by = @by, approved_key = @key WHERE id = @plan AND step = 'proposed'
        """;

    /// <summary>Its maker drops it, and of a proposal anybody else who may decide.</summary>
    public const string Drop = """
        UPDATE wish_plan SET step = 'dropped' WHERE id = @plan AND (step = 'proposed' OR (step = 'planned' AND planned_key = @key)) RETURNING proposed_at IS NOT NULL
        """;
}
