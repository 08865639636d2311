using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Sellers;

/// <summary>Statements of <see cref="ShopLeaves"/> and <see cref="MarketplaceStops"/>.</summary>
internal static class LeaveSql
{
    /// <summary>Of a listing l and its shop a, if it has one: nothing of it is wanted on sale.</summary>
    public const string Leaves = "(a.leaving_at IS NOT NULL OR EXISTS (SELECT FROM marketplace_stop s WHERE s.marketplace = l.marketplace))";

    /// <summary>The same of a listing o.</summary>
    public const string OfferLeaves = "(a.leaving_at IS NOT NULL OR EXISTS (SELECT FROM marketplace_stop s WHERE s.marketplace = o.marketplace))";

    /// <summary>The same of a shop a.</summary>
    public const string AccountLeaves = "(a.leaving_at IS NOT NULL OR EXISTS (SELECT FROM marketplace_stop s WHERE s.marketplace = a.marketplace))";

    /// <summary>We may act in a shop a with its credential c.</summary>
    public const string IsOpen = $"""
        (a.state = 'active' AND a.credential_id IS NOT NULL AND NOT a.login_wanted AND coalesce(c.state <> 'refused', true)
            AND EXISTS (SELECT FROM mandate m WHERE m.account_id = a.id AND {MandateSql.HoldsToday}))
        """;

    public const string Begin = """
        WITH shop AS (
            UPDATE seller_account SET leaving_at = now() WHERE id = @account AND leaving_at IS NULL RETURNING id, producer_id, state)
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by, raw) SELECT id, producer_id, state, 'leaving', @by, @reason FROM shop
        """;

    public const string Keep = """
        WITH shop AS (
            UPDATE seller_account SET leaving_at = NULL WHERE id = @account AND leaving_at IS NOT NULL AND left_at IS NULL
            RETURNING id, producer_id, state)
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by, raw) SELECT id, producer_id, state, 'stays', @by, @reason FROM shop
        """;

    public const string Find = $"""
        SELECT a.id, a.marketplace, a.external_id, a.producer_id, a.credential_id, a.leaving_at, a.left_at,
               {IsOpen} AS is_open
        FROM seller_account a LEFT JOIN credential c ON c.id = a.credential_id WHERE a.id = @account
        """;

    public const string Producers =
        "SELECT DISTINCT producer_id FROM listing WHERE account_id = @account ORDER BY producer_id";

    /// <summary>Listings of shops that leave for which something is to be decided: they are still wanted, as all are in the first moment and as a
    /// plan that was under way may have written some afterwards, or <see cref="NeverOnSale"/>.</summary>
    public const string Due = $"""
        SELECT l.id FROM seller_account a JOIN listing l ON l.account_id = a.id
        WHERE a.leaving_at IS NOT NULL AND a.left_at IS NULL AND {IsDue}
        ORDER BY l.id LIMIT @limit
        """;

    public const string Stopped =
        "SELECT count(*) AS marketplaces, max(stopped_at) AS newest FROM marketplace_stop";

    /// <summary>The same of marketplaces out of use, whose listings are walked in the order of their ids; there is no index for a thing that is done
    /// once in years.</summary>
    public const string DueOfStopped = $"""
        SELECT l.id FROM listing l
        WHERE l.id > @after AND l.marketplace = ANY(ARRAY(SELECT marketplace FROM marketplace_stop)) AND {IsDue}
        ORDER BY l.id LIMIT @limit
        """;

    /// <summary>Back to rest are also those that somebody had hidden: they are hidden, and stay so when the shop comes back.</summary>
    public const string TakeDown = $"""
        WITH off AS (
            UPDATE listing l SET desired = 'off', desired_at = now(), visibility_revision = l.visibility_revision + 1
            FROM listing x LEFT JOIN seller_account a ON a.id = x.account_id
            WHERE l.id = ANY(@ids) AND x.id = l.id AND l.desired IN ('on_sale', 'hidden')
              AND {Leaves}
            RETURNING l.id, l.producer_id)
        INSERT INTO listing_event (listing_id, producer_id, kind, what, how) SELECT id, producer_id, 'desired', 'stop', 'off' FROM off ORDER BY id
        RETURNING listing_id
        """;

    public const string EndHolds = """
        UPDATE listing_hold SET ended_at = now(), ended_how = 'withdrawn' WHERE listing_id = ANY(@ids) AND ended_at IS NULL
        """;

    /// <summary>What never was on sale cannot be hidden on some platforms, and would come on sale when its review ends: it is deleted, and nothing
    /// is lost with it.</summary>
    public const string Delete = $"""
        UPDATE listing l SET desired = 'gone', delete_due = true, desired_at = now(), visibility_revision = l.visibility_revision + 1
        FROM listing x LEFT JOIN seller_account a ON a.id = x.account_id
        WHERE l.id = ANY(@ids) AND x.id = l.id AND l.desired = 'off' AND {NeverOnSale} AND {Leaves}
        RETURNING l.id
        """;

    private const string NeverOnSale =
        $"l.seen IN ('in_review', 'rejected', 'draft') AND l.seen_at > l.submitted_at AND NOT {ListingSweep.WasOnSale}";

    private const string IsDue = $"(l.desired IN ('on_sale', 'hidden') OR (l.desired = 'off' AND {NeverOnSale}))";

    /// <summary>Shops of which nothing is on sale any more as far as was read after the last thing that we sent, and nothing is under way. They are
    /// looked for first, then locked, and looked at again.</summary>
    public const string Over = """
        SELECT a.id, a.marketplace, a.external_id, a.producer_id, a.credential_id FROM seller_account a
        WHERE a.leaving_at IS NOT NULL AND a.left_at IS NULL AND (@ids::bigint[] IS NULL OR a.id = ANY(@ids))
          AND NOT EXISTS (SELECT FROM listing l WHERE l.account_id = a.id
              AND (l.desired IN ('on_sale', 'hidden') OR l.state NOT IN ('off', 'hidden', 'removed')))
          AND NOT EXISTS (SELECT FROM listing_task t WHERE t.account_id = a.id AND t.state <> 'idle')
        ORDER BY a.id LIMIT 100
        """;

    /// <summary>Whoever looks at listings of such a shop holds it, and is waited for in the next round.</summary>
    public const string LockShops = "SELECT id FROM seller_account WHERE id = ANY(@ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED";

    /// <summary>Listings of a shop with a call of unknown fate, or one that was set aside.</summary>
    public const string InDoubt =
        "SELECT DISTINCT listing_id FROM listing_task WHERE account_id = @account AND state IN ('unknown', 'dead') ORDER BY listing_id";

    /// <summary>Where we may not look ourselves, a person's word ends the doubt. Should the item be wanted again one day, its create is looked up first.</summary>
    public const string EndDoubt = $"""
        UPDATE listing_task t SET state = 'idle', last_outcome = CASE WHEN t.state = 'dead' THEN 'crashed' ELSE 'unknown' END
        FROM seller_account a LEFT JOIN credential c ON c.id = a.credential_id
        WHERE t.listing_id = ANY(@ids) AND t.account_id = @account AND t.state IN ('unknown', 'dead')
          AND a.id = t.account_id AND a.leaving_at IS NOT NULL AND NOT {IsOpen}
        """;

    /// <summary>The shop stays known, so that nobody takes it for a new one, and so does its own login, emptied: who is erased one day is found by
    /// it. The operator's login acts for it no more.</summary>
    public const string Leave = """
        WITH shop AS (
            UPDATE seller_account SET left_at = now(), login_wanted = true, next_check_at = 'infinity', sweep_at = 'infinity',
                credential_id = CASE WHEN @erased THEN credential_id END
            WHERE id = @account RETURNING id, producer_id, state),
        closed AS (UPDATE account_issue SET closed_at = now() WHERE account_id = @account AND closed_at IS NULL)
        INSERT INTO account_event (account_id, producer_id, state, evidence, told_by) SELECT id, producer_id, state, 'left', 'worker' FROM shop
        """;

    public const string IsShared = "SELECT EXISTS (SELECT FROM seller_account WHERE credential_id = @credential AND id <> @account)";

    /// <summary>Of a listing l of a shop that leaves: it may still be on sale there.</summary>
    public const string MayStand = """
        ((l.external_id IS NOT NULL AND l.state NOT IN ('off', 'hidden', 'removed'))
            OR EXISTS (SELECT FROM listing_task t WHERE t.listing_id = l.id AND t.state IN ('leased', 'unknown', 'dead')))
        """;

    /// <summary>What may still be on sale there.</summary>
    private const string Standing = $"FROM listing l LEFT JOIN seller_account a ON a.id = l.account_id WHERE {Leaves} AND {MayStand}";

    public const string Items = $"""
        SELECT l.id AS listing, l.external_id, l.seller_sku, (SELECT name FROM product WHERE id = l.product_id) AS product, l.url, l.state, l.seen, l.seen_at
        {Standing} AND l.account_id = @account ORDER BY l.id
        """;

    public const string Stops = $"""
        SELECT s.marketplace, s.stopped_at, s.stopped_by, s.reason, count(x.id) AS standing, count(x.id) FILTER (WHERE x.owner = 'staff') AS by_hand
        FROM marketplace_stop s
        LEFT JOIN (SELECT l.id, l.marketplace, l.owner {Standing} AND l.marketplace IN (SELECT marketplace FROM marketplace_stop)) x
          ON x.marketplace = s.marketplace
        GROUP BY s.marketplace ORDER BY s.marketplace
        """;

    /// <summary>Calls that are being written down are waited for: they saw the marketplace in use.</summary>
    public const string Alone = "LOCK TABLE marketplace_stop IN EXCLUSIVE MODE";

    public const string Stop = "INSERT INTO marketplace_stop (marketplace, stopped_by, reason) VALUES (@marketplace, @by, @reason) ON CONFLICT DO NOTHING";

    public const string Resume = "DELETE FROM marketplace_stop WHERE marketplace = @marketplace";

    /// <summary>Their products are composed again, in the order of their ids as every writer locks them.</summary>
    public const string ForgetAll = """
        WITH his AS MATERIALIZED (
            SELECT p.id FROM product p WHERE EXISTS (SELECT FROM listing l WHERE l.product_id = p.id AND l.marketplace = @marketplace)
            ORDER BY p.id FOR UPDATE OF p)
        UPDATE product p SET composed_on = NULL, planned_revision = 0 FROM his WHERE p.id = his.id
        """;
}
