namespace OcopMarket.Data.Reading.Feeds;

/// <summary>A listing with what is wanted, sent and seen. Money in whole dong.</summary>
public sealed record ListingFeedRow
{
    public long Id { get; init; }
    public long ProductId { get; init; }
    public string Product { get; init; } = "";
    public string? Variant { get; init; }
    public long ProducerId { get; init; }
    public string Producer { get; init; } = "";
    public string Marketplace { get; init; } = "";
    public long? AccountId { get; init; }
    public string? Shop { get; init; }
    public string SellerSku { get; init; } = "";
    public string? ExternalId { get; init; }
    public string? Url { get; init; }
    public string State { get; init; } = "";
    public string Owner { get; init; } = "";
    public DateTimeOffset StateSince { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public string Desired { get; init; } = "";
    public DateTimeOffset DesiredAt { get; init; }
    public decimal? DesiredPrice { get; init; }
    public decimal? DesiredSalePrice { get; init; }
    public int? DesiredStock { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public string? Seen { get; init; }
    public string? SeenRaw { get; init; }
    public string? SeenHow { get; init; }
    public DateTimeOffset? SeenAt { get; init; }
    public bool SeenChangePending { get; init; }
    public decimal? SeenPrice { get; init; }
    public decimal? SeenSalePrice { get; init; }
    public int? SeenStock { get; init; }
    public long Issues { get; init; }
}

/// <summary>Listings for programs, in the order of their ids.</summary>
public sealed class ListingFeed(ReadingDatabase database)
{
    private const string Listing = """
        SELECT l.id, l.product_id, p.name AS product, v.name AS variant, l.producer_id, pr.name AS producer, l.marketplace, l.account_id,
               a.shop_name AS shop, l.seller_sku, l.external_id, l.url, l.state, l.owner, l.state_since, l.due_at,
               l.desired, l.desired_at, l.desired_price, l.desired_sale_price, l.desired_stock, l.submitted_at,
               l.seen, l.seen_raw, l.seen_how, l.seen_at, l.seen_change_pending, l.seen_price, l.seen_sale_price, l.seen_stock,
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
