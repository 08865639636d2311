using Dapper;
using Npgsql;

namespace OcopMarket.App.Demo;

/// <summary>What the demo reads from the ledger.</summary>
internal sealed class DemoQueries(NpgsqlDataSource source)
{
    /// <summary>Where something still moves by itself. Rows that wait for a person are settled; so is a listing whose system deadline has
    /// passed to staff.</summary>
    internal const string Moving = """
        SELECT (SELECT count(*) FROM listing WHERE state IN ('waiting', 'sending', 'in_review', 'live_changing', 'stopping', 'held')
                   OR (state = 'unconfirmed' AND owner = 'system'))
             + (SELECT count(*) FROM seller_account WHERE state IN ('registered', 'identity_pending'))
             + (SELECT count(*) FROM listing_task WHERE state IN ('leased', 'unknown', 'due'))
        """;

    public Task<long> MovingAsync(CancellationToken ct) => ScalarAsync<long>(Moving, ct);

    public Task<IReadOnlyList<StateCount>> ListingsAsync(CancellationToken ct) => ListAsync<StateCount>(
        "SELECT marketplace, state, count(*) AS count FROM listing GROUP BY 1, 2 ORDER BY 1, 2", ct);

    /// <summary>The same from the counters that the pages read.</summary>
    public Task<IReadOnlyList<StateCount>> CountersAsync(CancellationToken ct) => ListAsync<StateCount>(
        "SELECT marketplace, state, sum(count)::bigint AS count FROM listing_count GROUP BY 1, 2 HAVING sum(count) <> 0 ORDER BY 1, 2", ct);

    public Task<IReadOnlyList<StateCount>> AccountsAsync(CancellationToken ct) => ListAsync<StateCount>(
        "SELECT marketplace, state, count(*) AS count FROM seller_account GROUP BY 1, 2 ORDER BY 1, 2", ct);

    public Task<IReadOnlyList<IssueCount>> IssuesAsync(CancellationToken ct) => ListAsync<IssueCount>(
        """
        SELECT marketplace, code, owner, count(*) AS count FROM listing_issue WHERE closed_at IS NULL
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """, ct);

    public async Task<CatalogueCounts> CatalogueAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<CatalogueCounts>(new CommandDefinition(
            """
            SELECT (SELECT count(*) FROM producer) AS producers, (SELECT count(*) FROM product WHERE gone_at IS NULL) AS products,
                   (SELECT count(*) FROM certification) AS certifications
            """, cancellationToken: ct));
    }

    /// <summary>Listings with a wish but no live item that no one is named for: must be empty.</summary>
    public Task<long> WithoutOwnerAsync(CancellationToken ct) => ScalarAsync<long>(
        """
        SELECT count(*) FROM listing WHERE state NOT IN ('off', 'live', 'live_changing', 'hidden', 'removed')
          AND (owner = 'nobody' OR due_at IS NULL)
        """, ct);

    /// <summary>Items that stand in shops of a platform, as far as the ledger knows.</summary>
    public Task<long> ItemsAsync(string marketplace, CancellationToken ct) => ScalarAsync<long>(
        """
        SELECT count(*) FROM listing WHERE marketplace = @marketplace AND external_id IS NOT NULL AND seen IS DISTINCT FROM 'removed'
        """, ct, new { marketplace });

    public Task<IReadOnlyList<RowListing>> RowsAsync(CancellationToken ct) => ListAsync<RowListing>(
        """
        SELECT r.row_no AS row, l.marketplace, l.state, l.seen, l.seller_sku,
               coalesce((SELECT array_agg(i.code ORDER BY i.code) FROM listing_issue i
                         WHERE i.listing_id = l.id AND i.closed_at IS NULL AND i.severity = 'blocking'), '{}') AS issues
        FROM source_row r JOIN listing l ON l.product_id = r.product_id AND (r.variant_id IS NULL OR l.variant_id = r.variant_id)
        ORDER BY r.row_no, l.marketplace
        """, ct);

    public Task<IReadOnlyList<string>> SendableSkusAsync(string marketplace, CancellationToken ct) => ListAsync<string>(
        """
        SELECT seller_sku FROM listing l WHERE marketplace = @marketplace AND desired = 'on_sale' AND NOT EXISTS (
            SELECT FROM listing_issue i WHERE i.listing_id = l.id AND i.closed_at IS NULL AND i.severity = 'blocking' AND i.origin = 'composed')
        ORDER BY seller_sku
        """, ct, new { marketplace });

    public Task GivePhonesAsync(IReadOnlyList<(long Id, string Phone)> phones, CancellationToken ct) => ExecuteAsync(
        "UPDATE producer p SET contact_phone = n.phone FROM unnest(@ids, @phones) n(id, phone) WHERE p.id = n.id AND p.contact_phone IS NULL",
        new { ids = phones.Select(p => p.Id).ToArray(), phones = phones.Select(p => p.Phone).ToArray() }, ct);

    public Task<IReadOnlyList<ProducerKey>> ProducersAsync(CancellationToken ct) =>
        ListAsync<ProducerKey>("SELECT id, key FROM producer ORDER BY id", ct);

    /// <summary>The producer with most products; null before the first pull.</summary>
    public Task<long?> LargestProducerAsync(CancellationToken ct) => ScalarAsync<long?>(
        "SELECT producer_id FROM product WHERE gone_at IS NULL GROUP BY producer_id ORDER BY count(*) DESC, producer_id LIMIT 1", ct);

    public Task<string?> SettingAsync(string key, CancellationToken ct) =>
        ScalarAsync<string?>("SELECT value FROM setting WHERE key = @key", ct, new { key });

    public Task SetAsync(string key, string value, CancellationToken ct) => ExecuteAsync(
        """
        INSERT INTO setting (key, value, set_by) VALUES (@key, @value, 'demo')
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_at = now()
        """, new { key, value }, ct);

    private async Task<T> ScalarAsync<T>(string sql, CancellationToken ct, object? parameters = null)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct)))!;
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, CancellationToken ct, object? parameters = null)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct))];
    }

    private async Task ExecuteAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }
}

internal sealed record ProducerKey(long Id, string Key);

internal sealed record RowListing
{
    public int Row { get; init; }
    public string Marketplace { get; init; } = "";
    public string State { get; init; } = "";
    public string? Seen { get; init; }
    public string SellerSku { get; init; } = "";
    public string[] Issues { get; init; } = [];
    public bool IsLive => State is "live" or "live_changing";
}
