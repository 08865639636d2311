namespace OcopMarket.Data.Reading.Feeds;

public sealed record ListingFeedRow : ListingStanding
{
    public long ProductId { get; init; }
    public string Product { get; init; } = "";
    public long ProducerId { get; init; }
    public string Producer { get; init; } = "";

    /// <summary>Open ones.</summary>
    public long Issues { get; init; }
}

/// <summary>Listings for programs, in the order of their ids.</summary>
public sealed class ListingFeed(ReadingDatabase database)
{
    private const string Listing = $"""
        SELECT {ListingStanding.Columns}, l.product_id, p.name AS product, l.producer_id, pr.name AS producer,
               (SELECT count(*) FROM listing_issue i WHERE i.listing_id = l.id AND i.closed_at IS NULL) AS issues
        FROM listing l
        JOIN product p ON p.id = l.product_id
        JOIN variant v ON v.id = l.variant_id
        JOIN producer pr ON pr.id = l.producer_id
        LEFT JOIN seller_account a ON a.id = l.account_id
        """;

    private const string Page = Listing + $"""
         WHERE {ListingQueries.Where} AND (@product::bigint IS NULL OR l.product_id = @product) AND (@after::bigint IS NULL OR l.id > @after)
        ORDER BY l.id LIMIT @limit
        """;

    private const string One = Listing + " WHERE l.id = @id AND (@own::bigint IS NULL OR l.producer_id = @own)";

    /// <param name="filter">Its own <c>After</c> is not looked at.</param>
    public async Task<FeedPage<ListingFeedRow>> ListAsync(
        ListingFilter filter, long? product, FeedPlace place, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            filter.Marketplace,
            filter.State,
            filter.Owner,
            filter.Issue,
            filter.AccountId,
            filter.Late,
            product,
            now,
            place.After,
            place.Limit,
        };
        return place.Cut(await database.QueryAsync<ListingFeedRow>(Page, parameters, cancellationToken), r => r.Id);
    }

    /// <returns>Null: no such listing.</returns>
    public Task<ListingFeedRow?> OneAsync(long id, CancellationToken cancellationToken) =>
        database.FirstAsync<ListingFeedRow>(One, new { id }, cancellationToken);
}
