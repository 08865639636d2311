namespace OcopMarket.Data.Wishes;

/// <summary>Statements of <see cref="WishStore"/>. Locks go plan, products, listings, as in the composition, and then whoever made the plan.</summary>
internal static class WishSql
{
    public const string Due = "SELECT id FROM wish_plan WHERE step = 'confirmed' ORDER BY confirmed_at LIMIT @limit";

    /// <summary>Whoever else has it in hand goes on with it.</summary>
    public const string Take = """
        SELECT id, kind, scope, planned_by, planned_key, back_on, reason FROM wish_plan WHERE id = @plan AND step = 'confirmed' FOR UPDATE SKIP LOCKED
        """;

    /// <summary>Whole products: what becomes of a season is decided for all of its listings at once.</summary>
    public const string Open = """
        WITH next AS (
            SELECT DISTINCT product_id FROM wish_item
            WHERE plan_id = @plan AND outcome IS NULL AND act NOT IN ('none', 'blocked') ORDER BY product_id LIMIT @limit)
        SELECT i.n, i.product_id, i.listing_id, i.marketplace, i.print FROM wish_item i JOIN next ON next.product_id = i.product_id
        WHERE i.plan_id = @plan AND i.outcome IS NULL AND i.act NOT IN ('none', 'blocked') ORDER BY i.n
        """;

    /// <summary>What its maker may act on at this moment, and which of these lines still lie within it: somebody who was blocked, moved to another place or
    /// lost a producer carries out nothing there. The scope is that of this transaction and is taken off again.</summary>
    public const string Within = """
        SELECT set_config('app.scope', coalesce(reach_of_person(@key), ''), true);
        SELECT n FROM wish_within(@plan, @ns) n;
        SELECT set_config('app.scope', '', true)
        """;

    /// <summary>What somebody took down over there begins as a new item, because a person says so by name.</summary>
    public const string Apply = """
        UPDATE listing l SET
            kept_hidden = @kind = 'hide', kept_away = @kind = 'remove',
            desired = @wish, delete_due = l.delete_due AND @wish = 'gone' AND l.desired = 'gone', desired_at = now(),
            visibility_revision = l.visibility_revision + (l.desired <> @wish OR (@wish = 'on_sale' AND l.seen IS NOT DISTINCT FROM 'removed'))::int,
            external_id = CASE WHEN @wish = 'on_sale' AND l.seen = 'removed' THEN NULL ELSE l.external_id END,
            seen = CASE WHEN @wish = 'on_sale' AND l.seen = 'removed' THEN NULL ELSE l.seen END
        WHERE l.id = ANY(@ids)
        """;

    /// <summary>A product of which a person took down every listing of a marketplace is not wanted there: a new pack of it gets none either.</summary>
    public const string Away = """
        INSERT INTO product_away AS w (product_id, marketplace, producer_id, unit_code, plan_id)
        SELECT l.product_id, l.marketplace, l.producer_id, min(l.unit_code), @plan
        FROM listing l
        WHERE (l.product_id, l.marketplace) IN (SELECT c.product_id, c.marketplace FROM listing c WHERE c.id = ANY(@ids))
        GROUP BY l.product_id, l.marketplace, l.producer_id HAVING bool_and(l.kept_away) ORDER BY l.product_id, l.marketplace
        ON CONFLICT (product_id, marketplace) DO UPDATE SET plan_id = excluded.plan_id
        """;

    public const string Back = """
        DELETE FROM product_away w USING listing l
        WHERE l.id = ANY(@ids) AND w.product_id = l.product_id AND w.marketplace = l.marketplace
        """;

    public const string EndSeason = """
        INSERT INTO product_season AS s (product_id, producer_id, unit_code, back_on, since, told_by, reason, plan_id)
        SELECT p.id, p.producer_id, p.unit_code, @backOn, @today, @by, @reason, @plan FROM product p WHERE p.id = ANY(@products) ORDER BY p.id
        ON CONFLICT (product_id) DO UPDATE SET back_on = excluded.back_on, since = excluded.since, told_by = excluded.told_by,
            reason = excluded.reason, plan_id = excluded.plan_id
        """;

    public const string BeginSeason = "DELETE FROM product_season WHERE product_id = ANY(@products)";

    /// <summary>What they say of the stock is composed again, now or by whoever plans next.</summary>
    public const string ComposeAgain = "UPDATE product SET composed_on = NULL, planned_revision = 0 WHERE id = ANY(@products)";

    public const string Told = """
        INSERT INTO listing_event (listing_id, producer_id, kind, what, how, code, raw)
        SELECT id, producer_id, 'decided', @kind, @by, @day, @reason FROM listing WHERE id = ANY(@ids) ORDER BY id
        """;

    public const string Outcome = """
        UPDATE wish_item i SET outcome = o.outcome, now_act = o.act, at = clock_timestamp()
        FROM unnest(@ns, @outcomes, @acts) o(n, outcome, act) WHERE i.plan_id = @plan AND i.n = o.n
        """;

    public const string Done = """
        UPDATE wish_plan SET step = 'done', done_at = clock_timestamp() WHERE id = @plan AND step = 'confirmed'
          AND NOT EXISTS (SELECT FROM wish_item i WHERE i.plan_id = @plan AND i.outcome IS NULL AND i.act NOT IN ('none', 'blocked'))
        """;
}
