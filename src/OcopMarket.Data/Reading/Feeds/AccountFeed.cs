namespace OcopMarket.Data.Reading.Feeds;

/// <summary>A shop as its page shows it, without the sums of its listings.</summary>
public sealed record AccountFeedRow
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string? ExternalId { get; init; }
    public long? ProducerId { get; init; }
    public string? Producer { get; init; }
    public string ShopName { get; init; } = "";
    public string? Url { get; init; }
    public string State { get; init; } = "";
    public DateTimeOffset StateAt { get; init; }
    public string StateEvidence { get; init; } = "";
    public string? ProblemCode { get; init; }
    public string? ProblemRaw { get; init; }
    public int? ItemCount { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    public string OpenedBy { get; init; } = "";

    /// <summary>A mandate that holds today.</summary>
    public bool HasMandate { get; init; }
}

/// <summary>Shops for programs, in the order of their ids.</summary>
public sealed class AccountFeed(ReadingDatabase database)
{
    private const string Account = """
        SELECT a.id, a.marketplace, a.external_id, a.producer_id, pr.name AS producer, a.shop_name, a.url, a.state, a.state_at, a.state_evidence,
               a.problem_code, a.problem_raw, a.item_count, a.verified_at, a.opened_by,
               EXISTS (SELECT FROM mandate m WHERE m.account_id = a.id AND m.revoked_on IS NULL AND m.given_on <= @today
                       AND coalesce(m.until, 'infinity') >= @today) AS has_mandate
        FROM seller_account a LEFT JOIN producer pr ON pr.id = a.producer_id
        """;

    private const string Page = Account + $"""
         WHERE {AccountQueries.Own} AND (@marketplace::text IS NULL OR a.marketplace = @marketplace) AND (@state::text IS NULL OR a.state = @state)
          AND (@after::bigint IS NULL OR a.id > @after)
        ORDER BY a.id LIMIT @limit
        """;

    private const string One = Account + $" WHERE a.id = @id AND {AccountQueries.Own}";

    public async Task<FeedPage<AccountFeedRow>> ListAsync(
        string? marketplace, string? state, FeedPlace place, DateOnly today, CancellationToken cancellationToken) => place.Cut(
            await database.QueryAsync<AccountFeedRow>(Page, new { marketplace, state, today, place.After, place.Limit }, cancellationToken), r => r.Id);

    /// <returns>Null: no such shop.</returns>
    public Task<AccountFeedRow?> OneAsync(long id, DateOnly today, CancellationToken cancellationToken) =>
        database.FirstAsync<AccountFeedRow>(One, new { id, today }, cancellationToken);
}
