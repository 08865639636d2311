using OcopMarket.Core.Catalog;

namespace OcopMarket.Data.Reading.Feeds;

public sealed record ProductFeedRow : ProductLine
{
    public long ProducerId { get; init; }
    public int? CriteriaSetNo { get; init; }

    /// <summary>Their ids, in this order.</summary>
    public long[] Listings { get; init; } = [];
    public int Revision { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>The catalogue for programs: the products that the list of the pages shows, in the order of their ids.</summary>
public sealed class ProductFeed(ReadingDatabase database)
{
    private const string Page = $"""
        SELECT p.id, p.name, p.producer_id, pr.name AS producer, pr.withheld, concat_ws(', ', pr.commune, pr.district, pr.province) AS place,
               p.criteria_set_no, coalesce(s.certificate, 'none') AS certificate, s.stars, s.expires_on,
               coalesce(l.listings, ARRAY[]::bigint[]) AS listings, coalesce(l.marketplaces, ARRAY[]::text[]) AS marketplaces,
               coalesce(l.states, ARRAY[]::text[]) AS states, p.revision, p.updated_at
        FROM product p
        JOIN producer pr ON pr.id = p.producer_id
        {ProductQueries.Standing}
        LEFT JOIN LATERAL (
            SELECT array_agg(id ORDER BY id) AS listings, array_agg(marketplace ORDER BY id) AS marketplaces, array_agg(state ORDER BY id) AS states
            FROM listing WHERE product_id = p.id) l ON true
        WHERE {ProductQueries.Where} AND (@after::bigint IS NULL OR p.id > @after)
        ORDER BY p.id LIMIT @limit
        """;

    /// <param name="filter">Its own <c>After</c> is not looked at.</param>
    public async Task<FeedPage<ProductFeedRow>> ListAsync(
        ProductFilter filter, FeedPlace place, DateOnly today, CancellationToken cancellationToken)
    {
        var folded = VietnameseText.Fold(filter.Search);
        var parameters = new
        {
            search = folded.Length == 0 ? null : $"%{folded}%",
            filter.Stars,
            filter.Certificate,
            filter.Group,
            filter.Marketplace,
            filter.State,
            place.After,
            today,
            place.Limit,
        };
        return place.Cut(await database.QueryAsync<ProductFeedRow>(Page, parameters, cancellationToken), r => r.Id);
    }
}
