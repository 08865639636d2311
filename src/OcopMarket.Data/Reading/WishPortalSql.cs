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
        SELECT w.id, w.kind, w.planned_by, w.planned_key, w.planned_at, w.back_on, w.reason, w.products, w.step, w.confirmed_at, w.effort::text AS effort,
               (SELECT count(*) FROM wish_item i WHERE i.plan_id = w.id) AS items
        FROM wish_plan w
        """;

    public const string One = Row + " WHERE w.id = @plan AND (@own::bigint IS NULL OR w.producer_id = @own);";

    public const string List = Row + " WHERE @own::bigint IS NULL OR w.producer_id = @own ORDER BY w.id DESC LIMIT 50";

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

    public const string Confirm = """
        UPDATE wish_plan SET step = 'confirmed', confirmed_at = clock_timestamp()
        WHERE id = @plan AND step = 'planned' AND planned_key = @key AND planned_at > now() - make_interval(hours => @hours)
        RETURNING id, kind, products, back_on, reason
        """;

    public const string Drop = "UPDATE wish_plan SET step = 'dropped' WHERE id = @plan AND step = 'planned' AND planned_key = @key";
}
