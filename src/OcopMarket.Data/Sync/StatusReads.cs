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
            SELECT id FROM listing WHERE next_read_at <= now() AND external_id IS NOT NULL AND account_id IS NOT NULL
            ORDER BY next_read_at LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE listing l SET next_read_at = now() + interval '60 s' FROM due WHERE l.id = due.id
        RETURNING l.id AS listing_id, l.account_id, l.marketplace, l.external_id, l.seller_sku,
            EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = l.id AND i.code = 'several_items' AND i.closed_at IS NULL) AS several
        """;

    private const string Again = """
        WITH named AS MATERIALIZED (
            SELECT id FROM listing WHERE id = ANY(@ids) AND next_read_at < 'infinity' ORDER BY id FOR UPDATE)
        UPDATE listing l SET next_read_at = least(l.next_read_at, now() + @wait) FROM named WHERE l.id = named.id
        """;

    /// <summary>The longer ago it was submitted, the less often a missing item is asked for. A hint that came meanwhile is kept.</summary>
    private const string Missing = """
        WITH named AS MATERIALIZED (
            SELECT id FROM listing WHERE id = ANY(@ids) AND next_read_at > now() AND next_read_at < 'infinity' ORDER BY id FOR UPDATE)
        UPDATE listing l SET next_read_at = now()
            + least(greatest(@soonest, (now() - coalesce(l.submitted_at, l.created_at)) / 5), interval '10 min')
        FROM named WHERE l.id = named.id
        """;

    private const string Hint = """
        WITH named AS MATERIALIZED (
            SELECT l.id FROM listing l JOIN seller_account a ON a.id = l.account_id
            JOIN unnest(@shops, @skus) h(shop, sku) ON a.external_id = h.shop AND l.seller_sku = h.sku
            WHERE a.marketplace = @marketplace AND l.external_id IS NOT NULL
            ORDER BY l.id FOR UPDATE OF l)
        UPDATE listing l SET next_read_at = least(l.next_read_at, now()) FROM named WHERE l.id = named.id;
        SELECT pg_notify('ocop_work', '')
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

    /// <summary>The platform did not name these (the index lags, or they are gone): asked for again, less and less often.</summary>
    public async Task MissingAsync(IReadOnlyList<DueRead> items, TimeSpan soonest, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Missing, new { ids = items.Select(i => i.ListingId).ToArray(), soonest }, cancellationToken: cancellationToken));
    }

    /// <summary>Somebody says these items changed: read them now. Says nothing of their state.</summary>
    internal static Task<int> HintAsync(
        NpgsqlTransaction transaction, string marketplace, IReadOnlyList<(string Shop, string Sku)> items, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Hint,
            new { marketplace, shops = items.Select(i => i.Shop).ToArray(), skus = items.Select(i => i.Sku).ToArray() },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>The database's clock: what a read began at, comparable with when something was submitted.</summary>
    public async Task<DateTimeOffset> ClockAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<DateTime>(
            new CommandDefinition("SELECT clock_timestamp()", cancellationToken: cancellationToken));
    }
}
