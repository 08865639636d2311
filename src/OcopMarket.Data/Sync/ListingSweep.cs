using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sync;

/// <summary>Listings whose state ends with time alone: a review that takes too long, a silence, a deadline.</summary>
public sealed class ListingSweep(NpgsqlDataSource dataSource, ListingReconciler reconciler)
{
    private const string Due = """
        SELECT id FROM listing WHERE state_until <= @now ORDER BY state_until LIMIT @limit
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
