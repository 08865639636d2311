namespace OcopMarket.Data.Reading.Feeds;

/// <summary>One open issue of one listing.</summary>
public sealed record IssueFeedRow : IssueFacts
{
    public long Id { get; init; }
    public long ProductId { get; init; }
}

/// <summary>Which issues; null: all that are open.</summary>
public sealed record IssueFilter(string? Marketplace, string? Owner, string? Severity, string? Code, long? ListingId);

/// <summary>Open issues for programs, in the order of their ids.</summary>
public sealed class IssueFeed(ReadingDatabase database)
{
    private const string Issue = """
        SELECT i.id, i.listing_id, l.product_id, i.marketplace, i.code, i.severity, i.owner, i.fields, i.args, i.raw, i.opened_at
        FROM listing_issue i JOIN listing l ON l.id = i.listing_id
        WHERE i.closed_at IS NULL AND (@own::bigint IS NULL OR i.producer_id = @own)
        """;

    private const string Page = Issue + """
         AND (@marketplace::text IS NULL OR i.marketplace = @marketplace) AND (@owner::text IS NULL OR i.owner = @owner)
          AND (@severity::text IS NULL OR i.severity = @severity) AND (@code::text IS NULL OR i.code = @code)
          AND (@listingId::bigint IS NULL OR i.listing_id = @listingId) AND (@after::bigint IS NULL OR i.id > @after)
        ORDER BY i.id LIMIT @limit
        """;

    public async Task<FeedPage<IssueFeedRow>> ListAsync(IssueFilter filter, FeedPlace place, CancellationToken cancellationToken) => place.Cut(
        await database.QueryAsync<IssueFeedRow>(
            Page,
            new { filter.Marketplace, filter.Owner, filter.Severity, filter.Code, filter.ListingId, place.After, place.Limit },
            cancellationToken),
        r => r.Id);

    /// <returns>Null: no such issue, or it is closed.</returns>
    public Task<IssueFeedRow?> OneAsync(long id, CancellationToken cancellationToken) =>
        database.FirstAsync<IssueFeedRow>(Issue + " AND i.id = @id", new { id }, cancellationToken);
}
