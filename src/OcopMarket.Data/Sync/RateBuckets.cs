using Dapper;
using Npgsql;

namespace OcopMarket.Data.Sync;

/// <summary>One bucket that a call needs a token of.</summary>
public sealed record BucketSpec(string Key, decimal PerSecond, int Burst);

/// <summary>Token buckets shared by all processes: one row a bucket, database time. All tokens that a call needs are taken in one
/// statement, all or none, rows locked in key order.</summary>
public sealed class RateBuckets(NpgsqlDataSource dataSource)
{
    private const string Ensure = """
        INSERT INTO rate_bucket AS b (key, rate, burst, tokens)
        SELECT key, rate, burst, burst FROM unnest(@keys, @rates, @bursts) n(key, rate, burst) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET rate = excluded.rate, burst = excluded.burst
        WHERE (b.rate, b.burst) IS DISTINCT FROM (excluded.rate, excluded.burst)
        """;

    // A crash of the database forgets at most the tokens of the last half second, and takes longer than these take to grow again: nobody waits for
    // the disk while the rows are locked.
    // blocked_until is compared before it is subtracted: infinite times cannot be subtracted in every version.
    private const string Take = """
        WITH b AS MATERIALIZED (
            SELECT key, rate, blocked_until, clock_timestamp() AS at,
                   least(burst, tokens + rate * greatest(0, extract(epoch FROM clock_timestamp() - updated_at))) AS available
            FROM rate_bucket WHERE key = ANY(@keys) ORDER BY key FOR UPDATE),
        v AS (
            SELECT count(*) = cardinality(@keys) AS complete, bool_and(available >= 1 AND at >= blocked_until) AS go,
                   max(greatest(0, (1 - available) / rate, CASE WHEN blocked_until > at THEN extract(epoch FROM blocked_until - at) ELSE 0 END))
                       AS wait
            FROM b),
        quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) FROM v),
        t AS (
            UPDATE rate_bucket r SET tokens = b.available - (v.complete AND v.go)::int, updated_at = b.at
            FROM b, v WHERE r.key = b.key)
        SELECT complete, coalesce(go, false) AS go, coalesce(wait, 0)::float8 AS wait FROM v, quick
        """;

    private const string Block = """
        UPDATE rate_bucket SET blocked_until = greatest(blocked_until, clock_timestamp() + @wait), tokens = 0, updated_at = clock_timestamp()
        WHERE key = ANY(@keys)
        """;

    /// <summary>Makes the buckets or brings their rates up to date.</summary>
    public async Task EnsureAsync(IReadOnlyList<BucketSpec> buckets, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Ensure, new
        {
            keys = buckets.Select(b => b.Key).ToArray(),
            rates = buckets.Select(b => b.PerSecond).ToArray(),
            bursts = buckets.Select(b => b.Burst).ToArray(),
        }, cancellationToken: cancellationToken));
    }

    /// <summary>Takes one token of each bucket, or none at all.</summary>
    /// <returns>Zero: go. Else how long to wait before asking again.</returns>
    /// <exception cref="InvalidOperationException">A bucket has no row: refuse rather than call without a limit.</exception>
    public async Task<TimeSpan> TakeAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (complete, go, wait) = await connection.QuerySingleAsync<(bool Complete, bool Go, double Wait)>(
            new CommandDefinition(Take, new { keys = keys.ToArray() }, cancellationToken: cancellationToken));
        if (!complete)
        {
            throw new InvalidOperationException($"A rate bucket of {string.Join(", ", keys)} has no row.");
        }

        return go ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(wait, 0.01));
    }

    /// <summary>The platform said "too many": nobody takes a token of these buckets for a while.</summary>
    public async Task BlockAsync(IReadOnlyList<string> keys, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(Block, new { keys = keys.ToArray(), wait }, cancellationToken: cancellationToken));
    }
}
