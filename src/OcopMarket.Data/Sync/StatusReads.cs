using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sync;

/// <summary>One listing whose item should be read now.</summary>
public sealed record DueRead
{
    public long ListingId { get; init; }
    public long AccountId { get; init; }
    public string Marketplace { get; init; } = "";
    public string? ExternalId { get; init; }
    public string SellerSku { get; init; } = "";

    /// <summary>Several items had its code when it was last looked up.</summary>
    public bool Several { get; init; }
}

/// <summary>Which items are to be read again. Taking one puts its turn off for a minute, so that two readers do not ask twice.</summary>
public sealed class StatusReads(NpgsqlDataSource dataSource)
{
    private const string Take = """
        WITH due AS MATERIALIZED (
            SELECT listing_id FROM listing_turn WHERE read_at <= now() ORDER BY read_at LIMIT @limit FOR UPDATE SKIP LOCKED),
        taken AS (UPDATE listing_turn t SET read_at = now() + interval '60 s' FROM due WHERE t.listing_id = due.listing_id RETURNING t.listing_id)
        SELECT l.id AS listing_id, l.account_id, l.marketplace, l.external_id, l.seller_sku,
            EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = l.id AND i.code = 'several_items' AND i.closed_at IS NULL) AS several
        FROM taken JOIN listing l ON l.id = taken.listing_id WHERE l.external_id IS NOT NULL AND l.account_id IS NOT NULL
        """;

    private const string Again = """
        WITH named AS MATERIALIZED (
            SELECT id FROM listing WHERE id = ANY(@ids) ORDER BY id FOR NO KEY UPDATE)
        UPDATE listing_turn t SET read_at = now() + @wait FROM named WHERE t.listing_id = named.id AND t.read_at > now() + @wait AND t.read_at < 'infinity'
        """;

    private const string Later = """
        WITH named AS MATERIALIZED (SELECT id FROM listing WHERE id = ANY(@ids) ORDER BY id FOR NO KEY UPDATE)
        UPDATE listing_turn t SET read_at = now() + @wait FROM named WHERE t.listing_id = named.id AND t.read_at > now() AND t.read_at < 'infinity'
        """;

    /// <summary>The longer ago it was submitted, the less often a missing item is asked for. A hint that came meanwhile is kept.</summary>
    private const string Missing = """
        WITH named AS MATERIALIZED (
            SELECT id, coalesce(submitted_at, created_at) AS since FROM listing WHERE id = ANY(@ids) ORDER BY id FOR NO KEY UPDATE)
        UPDATE listing_turn t SET read_at = now() + least(greatest(@soonest, (now() - named.since) / 5), interval '10 min')
        FROM named WHERE t.listing_id = named.id AND t.read_at > now() AND t.read_at < 'infinity'
        """;

    /// <summary>Whom callbacks mean: by the seller's code, or by the platform's id where it tells no code. An id may name an
    /// item of which we keep the id and after a hyphen that of its variant. One that names an item which is not stored
    /// yet is looked at again, ever less often, for a day, and so is one whose listing somebody holds right now: who holds a listing may come for the
    /// callbacks next (an erasure does), so nobody waits for him here.</summary>
    private const string Match = """
        WITH taken AS MATERIALIZED (
            SELECT marketplace, body_hash, pending, received_at, unmatched FROM webhook_receipt
            WHERE match_at <= now() ORDER BY match_at LIMIT @limit FOR UPDATE SKIP LOCKED),
        told AS (
            SELECT t.marketplace, t.body_hash, h, h ->> 'externalShopId' AS shop, h ->> 'sellerSku' AS sku
            FROM taken t CROSS JOIN LATERAL jsonb_array_elements(t.pending) h),
        found AS MATERIALIZED (
            SELECT t.marketplace, t.body_hash, t.h, l.id FROM told t
            LEFT JOIN seller_account a ON a.marketplace = t.marketplace AND a.external_id = t.shop
            LEFT JOIN LATERAL (
                SELECT id FROM listing WHERE account_id = a.id AND seller_sku = t.sku AND external_id IS NOT NULL
                UNION ALL
                SELECT id FROM listing WHERE t.sku = '' AND account_id = a.id AND external_id = t.h ->> 'externalId'
                UNION ALL
                SELECT id FROM listing WHERE t.sku = '' AND account_id = a.id
                    AND external_id > (t.h ->> 'externalId') || '-' AND external_id < (t.h ->> 'externalId') || '.') l ON true),
        named AS MATERIALIZED (SELECT id FROM listing WHERE id IN (SELECT id FROM found) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
        hinted AS (UPDATE listing_turn t SET read_at = now() FROM named WHERE t.listing_id = named.id AND t.read_at > now()),
        rest AS (
            SELECT t.marketplace, t.body_hash, t.received_at, jsonb_agg(f.h) FILTER (WHERE n.id IS NULL) AS pending,
                   count(*) FILTER (WHERE n.id IS NULL) AS n, t.received_at < now() - interval '1 day' AS old
            FROM taken t JOIN found f USING (marketplace, body_hash) LEFT JOIN named n ON n.id = f.id GROUP BY 1, 2, 3)
        UPDATE webhook_receipt r SET
            pending = CASE WHEN rest.old THEN NULL ELSE rest.pending END,
            unmatched = CASE WHEN rest.old THEN rest.n ELSE 0 END,
            match_at = CASE WHEN rest.n > 0 AND NOT rest.old
                THEN now() + least(greatest((now() - rest.received_at) / 5, interval '1 s'), interval '10 min') END
        FROM rest WHERE r.marketplace = rest.marketplace AND r.body_hash = rest.body_hash
        """;

    public async Task<IReadOnlyList<DueRead>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<DueRead>(new CommandDefinition(Take, new { limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>These could not be read (the platform was away): their turn comes again sooner than the minute.</summary>
    public async Task AgainAsync(IReadOnlyList<DueRead> items, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Again, new { ids = items.Select(i => i.ListingId).ToArray(), wait }, cancellationToken: cancellationToken));
    }

    /// <summary>Their shop did not answer, not for the first time: their turn comes later than the minute. A hint that came meanwhile is kept.</summary>
    public async Task LaterAsync(IReadOnlyList<DueRead> items, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Later, new { ids = items.Select(i => i.ListingId).ToArray(), wait }, cancellationToken: cancellationToken));
    }

    /// <summary>The platform did not name these (the index lags, or they are gone): asked for again, less and less often.</summary>
    public async Task MissingAsync(IReadOnlyList<DueRead> items, TimeSpan soonest, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Missing, new { ids = items.Select(i => i.ListingId).ToArray(), soonest }, cancellationToken: cancellationToken));
    }

    /// <summary>Makes what platforms told of due for reading. Says nothing of its state.</summary>
    /// <returns>Callbacks looked at.</returns>
    public async Task<int> MatchAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Match, new { limit }, cancellationToken: cancellationToken));
    }

    /// <summary>The database's clock: what a read began at, comparable with when something was submitted.</summary>
    public async Task<DateTimeOffset> ClockAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<DateTime>(
            new CommandDefinition("SELECT clock_timestamp()", cancellationToken: cancellationToken));
    }
}
