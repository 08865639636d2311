using Dapper;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Data.Reading;

/// <summary>Which products; null: all.</summary>
/// <param name="Search">As typed, accents optional; looked for in names of products and producers.</param>
/// <param name="Certificate">valid, renewal, grace, expired, unknown, potential, withdrawn or none.</param>
/// <param name="Group">Criteria set 1-26; 0: not known.</param>
/// <param name="State">A <c>ListingState</c> on <paramref name="Marketplace"/>, or on any.</param>
/// <param name="After">Id of the last product of the page before.</param>
public sealed record ProductFilter(
    string? Search = null, int? Stars = null, string? Certificate = null, int? Group = null, string? Marketplace = null, string? State = null,
    long? After = null);

/// <summary>What every list of products says of one.</summary>
public record ProductLine
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public string Producer { get; init; } = "";
    public bool Withheld { get; init; }
    public string? Place { get; init; }

    /// <summary>valid, renewal, grace, expired, unknown, potential, withdrawn or none.</summary>
    public string Certificate { get; init; } = "none";
    public int? Stars { get; init; }
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>One per listing: of pages in the order of the marketplaces, of feeds in that of the listings' ids.</summary>
    public string[] Marketplaces { get; init; } = [];
    public string[] States { get; init; } = [];
}

public sealed record ProductRow : ProductLine
{
    public string? Picture { get; init; }
    public string[] Owners { get; init; } = [];
}

public sealed record GroupName(int No, string Name);

public sealed record ProductList(IReadOnlyList<ProductRow> Rows, long Total, long? Next, IReadOnlyList<GroupName> Groups);

/// <summary>The catalogue as a list.</summary>
public sealed class ProductQueries(ReadingDatabase database)
{
    private const int PageSize = 40;

    /// <summary>Where a product's best certification stands today, as <c>CertificateRules.StateOf</c> says; a year alone only proves that it has
    /// ended. One that a later recognition of more stars replaced does not count.</summary>
    internal const string Standing = """
        LEFT JOIN LATERAL (
            SELECT CASE WHEN c.withdrawn_on <= @today THEN 'withdrawn'
                        WHEN c.kind = 'potential_five_star' THEN 'potential'
                        WHEN c.expires_on >= @today + 181 THEN 'valid'
                        WHEN c.expires_on >= @today THEN 'renewal'
                        WHEN c.grace_until >= @today AND c.expires_on + 180 >= @today THEN 'grace'
                        WHEN c.expires_on < @today OR (c.issued_on IS NULL AND make_date(c.year + 3, 12, 31) < @today) THEN 'expired'
                        ELSE 'unknown' END AS certificate, c.stars, c.expires_on
            FROM certification c
            WHERE c.product_id = p.id AND c.gone_at IS NULL AND c.kind <> 'planned_assessment'
              AND (c.stars IS NULL OR c.stars >= 3 OR c.kind = 'potential_five_star') AND (c.issued_on IS NULL OR c.issued_on <= @today)
              AND NOT EXISTS (
                  SELECT FROM certification o
                  WHERE c.kind <> 'potential_five_star' AND o.product_id = c.product_id AND o.gone_at IS NULL
                    AND o.kind IN ('recognised', 're_recognised', 'upgraded') AND o.stars > c.stars AND o.stars >= 3
                    AND (o.withdrawn_on IS NULL OR o.withdrawn_on > @today) AND (o.issued_on IS NULL OR o.issued_on <= @today)
                    AND CASE WHEN o.issued_on IS NOT NULL AND c.issued_on IS NOT NULL THEN o.issued_on > c.issued_on
                             ELSE coalesce(o.year, extract(year FROM o.issued_on)) > coalesce(c.year, extract(year FROM c.issued_on)) END)
            ORDER BY c.withdrawn_on <= @today NULLS FIRST, (c.expires_on >= @today) DESC NULLS LAST, c.kind = 'potential_five_star',
                     coalesce(c.issued_on, make_date(c.year, 12, 31)) DESC NULLS LAST, c.stars DESC NULLS LAST, c.id LIMIT 1) s ON true
        """;

    internal const string Where = """
        p.gone_at IS NULL AND (@own::bigint IS NULL OR p.producer_id = @own)
          AND (@search::text IS NULL OR p.id IN (SELECT search_products(@search)))
          AND (@stars::int IS NULL OR s.stars = @stars)
          AND (@certificate::text IS NULL OR coalesce(s.certificate, 'none') = @certificate)
          AND (@group::int IS NULL OR coalesce(p.criteria_set_no, 0) = @group)
          AND ((@marketplace::text IS NULL AND @state::text IS NULL) OR EXISTS (
              SELECT FROM listing l WHERE l.product_id = p.id AND (@marketplace::text IS NULL OR l.marketplace = @marketplace)
                AND (@state::text IS NULL OR l.state = @state)))
        """;

    private const string Page = $"""
        SELECT p.id, p.name, pr.name AS producer, pr.withheld, concat_ws(', ', pr.commune, pr.district, pr.province) AS place,
               (SELECT sha256 FROM product_image i WHERE i.product_id = p.id ORDER BY position LIMIT 1) AS picture,
               coalesce(s.certificate, 'none') AS certificate, s.stars, s.expires_on,
               coalesce(l.marketplaces, ARRAY[]::text[]) AS marketplaces, coalesce(l.states, ARRAY[]::text[]) AS states,
               coalesce(l.owners, ARRAY[]::text[]) AS owners
        FROM product p
        JOIN producer pr ON pr.id = p.producer_id
        {Standing}
        LEFT JOIN LATERAL (
            SELECT array_agg(marketplace ORDER BY marketplace, id) AS marketplaces, array_agg(state ORDER BY marketplace, id) AS states,
                   array_agg(owner ORDER BY marketplace, id) AS owners
            FROM listing WHERE product_id = p.id) l ON true
        WHERE {Where}
          AND (@after::bigint IS NULL OR (p.name COLLATE "vi-x-icu", p.id) > (
              SELECT name COLLATE "vi-x-icu", id FROM product WHERE id = @after))
        ORDER BY p.name COLLATE "vi-x-icu", p.id LIMIT @limit;
        """;

    private const string Count = $"SELECT count(*) FROM product p {Standing} WHERE {Where};";

    private const string Groups = """
        SELECT criteria_set_no AS no, min(criteria_set_name_vi) AS name FROM ocop_group WHERE criteria_set_no IS NOT NULL
        GROUP BY criteria_set_no ORDER BY criteria_set_no;
        """;

    public Task<ProductList> ListAsync(ProductFilter filter, DateOnly today, CancellationToken cancellationToken)
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
            filter.After,
            today,
            limit = PageSize + 1,
        };
        return database.ReadAsync(Page + Count + Groups, parameters, ReadAsync, cancellationToken);
    }

    private static async Task<ProductList> ReadAsync(SqlMapper.GridReader grid)
    {
        var rows = (await grid.ReadAsync<ProductRow>()).AsList();
        var total = await grid.ReadSingleAsync<long>();
        var groups = (await grid.ReadAsync<GroupName>()).AsList();
        return rows.Count > PageSize
            ? new(rows[..PageSize], total, rows[PageSize - 1].Id, groups)
            : new(rows, total, null, groups);
    }
}
