using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sync;

/// <summary>Listings whose state ends with time alone: a review that takes too long, a silence, a deadline, a time of grace.</summary>
/// <param name="grace">Between the hiding of an item whose product is gone and its deletion; null: <see cref="DefaultGrace"/>.</param>
public sealed class ListingSweep(NpgsqlDataSource dataSource, ListingReconciler reconciler, TimeSpan? grace = null)
{
    /// <summary>A product that comes back within a week gets its item back, with its sales and reviews.</summary>
    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromDays(7);

    /// <summary>Of an event n: the item was seen on sale. Retention keeps the last one of each listing.</summary>
    internal const string IsOnSale = "n.kind = 'seen' AND n.what IN ('live', 'out_of_stock')";

    /// <summary>Of a listing l: its item was seen on sale once.</summary>
    /// <remarks>A look at one listing's events each time: never a hash of everybody's.</remarks>
    internal const string WasOnSale = $"coalesce((SELECT true FROM listing_event n WHERE n.listing_id = l.id AND {IsOnSale} LIMIT 1), false)";

    private const string Delete = $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM listing l CROSS JOIN LATERAL (SELECT {WasOnSale} AS was_on_sale) e
            WHERE desired = 'gone' AND NOT delete_due AND external_id IS NOT NULL AND seen_at > submitted_at
              AND NOT EXISTS (SELECT FROM seller_account a WHERE a.id = l.account_id AND a.left_at IS NOT NULL) AND CASE seen
                WHEN 'hidden' THEN desired_at <= now() - @grace
                -- Not on sale and never was: it cannot be hidden, and nothing is lost with it.
                WHEN 'in_review' THEN NOT was_on_sale WHEN 'rejected' THEN NOT was_on_sale WHEN 'draft' THEN NOT was_on_sale ELSE false END
            ORDER BY desired_at LIMIT @limit FOR NO KEY UPDATE OF l SKIP LOCKED)
        UPDATE listing l SET delete_due = true, visibility_revision = l.visibility_revision + 1 FROM due WHERE l.id = due.id
        RETURNING l.id
        """;

    private const string Due = """
        SELECT listing_id FROM listing_turn WHERE until <= @now ORDER BY until LIMIT @limit
        """;

    /// <summary>One process at a time: the sums are rows that everybody would want.</summary>
    private const string Fold = """
        WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(7102001) AS mine),
        moved AS (
            DELETE FROM listing_count_move WHERE (SELECT mine FROM turn) AND id IN (SELECT id FROM listing_count_move ORDER BY id LIMIT 20000)
            RETURNING marketplace, account_id, state, count)
        INSERT INTO listing_count_sum AS c (marketplace, account_id, state, count)
        SELECT marketplace, account_id, state, sum(count) FROM moved GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (marketplace, account_id, state) DO UPDATE SET count = c.count + excluded.count
        """;

    /// <summary>Folds the counters' moves into their sums.</summary>
    public async Task FoldCountsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Fold, cancellationToken: cancellationToken));
    }

    /// <summary>Deletes what was hidden, and seen hidden, long enough ago, and what never was on sale.</summary>
    /// <returns>Items that are to be deleted now.</returns>
    public async Task<int> DeleteAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(
            Delete, new { grace = grace ?? DefaultGrace, limit }, transaction, cancellationToken: cancellationToken))).ToArray();
        await reconciler.ReconcileAsync(transaction, ids, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ids.Length;
    }

    /// <returns>Listings looked at.</returns>
    public async Task<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(
            new CommandDefinition(Due, new { now, limit }, transaction, cancellationToken: cancellationToken))).ToArray();
        await reconciler.ReconcileAsync(transaction, ids, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ids.Length;
    }
}
