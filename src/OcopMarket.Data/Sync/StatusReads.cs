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
}

/// <summary>Which items are to be read again. Taking one puts its turn off for a minute, so that two readers do not ask twice.</summary>
public sealed class StatusReads(NpgsqlDataSource dataSource)
{
    private const string Take = """
        WITH due AS MATERIALIZED (
            SELECT id FROM listing WHERE next_read_at <= now() AND external_id IS NOT NULL AND account_id IS NOT NULL
            ORDER BY next_read_at LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE listing l SET next_read_at = now() + interval '60 s' FROM due WHERE l.id = due.id
        RETURNING l.id AS listing_id, l.account_id, l.marketplace, l.external_id, l.seller_sku
        """;

    private const string Again = """
        WITH named AS MATERIALIZED (
            SELECT id FROM listing WHERE id = ANY(@ids) AND next_read_at < 'infinity' ORDER BY id FOR UPDATE)
        UPDATE listing l SET next_read_at = least(l.next_read_at, now() + @wait) FROM named WHERE l.id = named.id
        """;

    private const string Hint = """
        WITH named AS MATERIALIZED (
            SELECT l.id FROM listing l JOIN seller_account a ON a.id = l.account_id
            JOIN unnest(@shops, @skus) h(shop, sku) ON a.external_id = h.shop AND l.seller_sku = h.sku
            WHERE a.marketplace = @marketplace AND l.external_id IS NOT NULL
            ORDER BY l.id FOR UPDATE OF l)
        UPDATE listing l SET next_read_at = least(l.next_read_at, now()) FROM named WHERE l.id = named.id
        """;

    public async Task<IReadOnlyList<DueRead>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<DueRead>(new CommandDefinition(Take, new { limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>Somebody says these items changed: read them now. Says nothing of their state.</summary>
    /// <summary>These could not be read (the index lags, the platform was away): their turn comes again sooner than the minute.</summary>
    public async Task AgainAsync(IReadOnlyList<DueRead> items, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Again, new { ids = items.Select(i => i.ListingId).ToArray(), wait }, cancellationToken: cancellationToken));
    }

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
