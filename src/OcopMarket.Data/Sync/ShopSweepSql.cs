namespace OcopMarket.Data.Sync;

/// <summary>Statements of <see cref="ShopSweeps"/>.</summary>
internal static class ShopSweepSql
{
    /// <summary>Shops that nothing may be sent to go first.</summary>
    public const string Take = """
        WITH due AS MATERIALIZED (
            SELECT id FROM seller_account
            WHERE sweep_at <= now() AND external_id IS NOT NULL AND state IN ('active', 'dormant') AND marketplace = ANY(@marketplaces)
            ORDER BY unswept_since IS NULL, sweep_at LIMIT @limit FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE seller_account a SET sweep_at = clock_timestamp() + @lease, sweep_began = coalesce(a.sweep_began, clock_timestamp())
        FROM due WHERE a.id = due.id
        RETURNING a.id, a.marketplace, a.external_id, a.producer_id, a.credential_id, a.state,
            a.unswept_since IS NOT NULL AS gated, a.sweep_began AS began, a.sweep_from AS since, a.sweep_page AS page, a.sweep_failures AS failures
        """;

    public const string Keep = """
        INSERT INTO shop_item AS i (account_id, external_id, seller_sku, seen, title, price, stock, url, seen_at)
        SELECT @account, s.external_id, s.seller_sku, s.seen, s.title, s.price, s.stock, s.url, @at
        FROM unnest(@ids, @skus, @seens, @titles, @prices, @stocks, @urls) s(external_id, seller_sku, seen, title, price, stock, url)
        ORDER BY s.external_id
        ON CONFLICT (account_id, external_id) DO UPDATE SET
            seller_sku = excluded.seller_sku, seen = excluded.seen, title = excluded.title, price = excluded.price, stock = excluded.stock,
            url = excluded.url, seen_at = excluded.seen_at
        WHERE i.seen_at < excluded.seen_at
        """;

    /// <summary>Only the reading that this page belongs to goes on: one that was begun anew meanwhile keeps its own place.</summary>
    public const string Advance = """
        UPDATE seller_account SET sweep_from = @since, sweep_page = @page, sweep_failures = 0, sweep_at = clock_timestamp() + @lease
        WHERE id = @account AND sweep_began = @began
        """;

    public const string Ours = """
        SELECT id, external_id FROM listing WHERE account_id = @account AND external_id = ANY(@ids)
        """;

    /// <summary>Creates that wait for this shop.</summary>
    public const string Waiting = """
        SELECT listing_id FROM listing_task WHERE account_id = @account AND lane = 'create' AND state = 'due' ORDER BY listing_id
        """;

    public const string Close = """
        UPDATE seller_account SET unswept_since = NULL, swept_at = clock_timestamp(), sweep_began = NULL, sweep_from = NULL, sweep_page = NULL,
            sweep_failures = 0, sweep_at = clock_timestamp() + @again
        WHERE id = @account AND sweep_began = @began
        """;

    /// <summary>What the whole reading did not name is not in the shop any more.</summary>
    public const string Forget = "DELETE FROM shop_item WHERE account_id = @account AND seen_at < @began";

    /// <summary>An item with the code of a listing that is about to be created: its fate is unknown until it is looked up.</summary>
    public const string Doubt = """
        UPDATE listing_task t SET state = 'unknown', due_at = now()
        FROM listing l
        WHERE t.listing_id = ANY(@listings) AND t.lane = 'create' AND t.state = 'due' AND l.id = t.listing_id
          AND EXISTS (SELECT FROM shop_item i WHERE i.account_id = t.account_id AND i.seller_sku = l.seller_sku)
        """;

    public const string Open = """
        UPDATE account_queue q SET held_until = '-infinity', held_reason = NULL,
            next_at = CASE WHEN q.leased THEN now() ELSE coalesce(
                (SELECT min(t.due_at) FROM listing_task t WHERE t.account_id = q.account_id AND t.state IN ('due', 'unknown')), 'infinity') END
        WHERE q.account_id = @account AND q.held_until = 'infinity';
        SELECT pg_notify('ocop_work', '')
        """;

    public const string Later = """
        UPDATE seller_account SET sweep_at = clock_timestamp() + @wait, sweep_failures = sweep_failures + @failed
        WHERE id = @account AND sweep_began = @began
        """;

    /// <summary>The whole installation as after a restore: every shop is read again before anything is sent. A turn that was under way when
    /// the copy was made stays leased; its next holder recovers it.</summary>
    public const string Gate = """
        UPDATE seller_account a SET unswept_since = now(), sweep_began = NULL, sweep_from = NULL, sweep_page = NULL, sweep_failures = 0,
            sweep_at = now() + coalesce(w.wait, @longest), epoch = extract(epoch FROM now())::bigint
        FROM seller_account s LEFT JOIN unnest(@marketplaces, @waits) w(marketplace, wait) ON w.marketplace = s.marketplace
        WHERE a.id = s.id;
        UPDATE account_queue SET held_until = 'infinity', held_reason = 'sweep', next_at = 'infinity';
        DELETE FROM shop_item
        """;
}
