using Dapper;

namespace OcopMarket.Data.Reading;

/// <summary>One product of a business, with the one thing to do next about it.</summary>
public sealed record HomeProduct : ProductLine
{
    public string? Picture { get; init; }
    public string[] Owners { get; init; } = [];
    public decimal? Price { get; init; }
    public int? Stock { get; init; }
    public bool OutOfSeason { get; init; }
    public DateOnly? BackOn { get; init; }

    /// <summary>Who acts next, producer or staff; null: nobody need do anything.</summary>
    public string? NextOwner { get; init; }
    public string? NextCode { get; init; }
    public string[]? NextArgs { get; init; }
    public string? NextRaw { get; init; }
    public string? NextState { get; init; }
    public string? NextMarketplace { get; init; }
    public DateTimeOffset? NextDue { get; init; }
    public bool NeedsMe => NextOwner == "producer" && !OutOfSeason;
}

/// <param name="Days">Until the certificate ends; negative: it has ended.</param>
public sealed record HomeCertificate(long Id, string Name, int? Stars, DateOnly ExpiresOn, int Days)
{
    /// <summary>180, 120 or 30: the part of the clock that it has reached; 0: it has ended.</summary>
    public int Mark => Days < 0 ? 0 : Days <= 30 ? 30 : Days <= 120 ? 120 : 180;
}

/// <param name="Needing">Products of which the business must do something, all of them, shown or not.</param>
public sealed record BusinessHomeView(IReadOnlyList<HomeProduct> Products, IReadOnlyList<HomeCertificate> Certificates, long Total, long Needing, IReadOnlyList<StateCount> States);

/// <summary>What needs a business, in the order in which it needs it.</summary>
public sealed class HomeQueries(ReadingDatabase database)
{
    /// <summary>The rest is on the list of products.</summary>
    public const int Shown = 60;

    private const string Next = """
        LEFT JOIN LATERAL (
            SELECT l.owner, l.state, l.marketplace, l.due_at, i.code, i.args, i.raw
            FROM listing l LEFT JOIN LATERAL (
                SELECT x.code, x.args, x.raw FROM listing_issue x
                WHERE x.listing_id = l.id AND x.closed_at IS NULL AND x.owner = l.owner
                ORDER BY x.severity = 'blocking' DESC, x.id LIMIT 1) i ON true
            WHERE l.product_id = p.id AND l.owner IN ('producer', 'staff')
            ORDER BY l.owner = 'producer' DESC, l.due_at NULLS LAST, i.code IS NULL, l.id LIMIT 1) n ON true
        """;

    private const string OutOfSeason = "(z.product_id IS NOT NULL AND (z.back_on IS NULL OR z.back_on > @today))";

    private const string Products = $"""
        SELECT p.id, p.name, (SELECT sha256 FROM product_image i WHERE i.product_id = p.id ORDER BY position LIMIT 1) AS picture,
               coalesce(s.certificate, 'none') AS certificate, s.stars, s.expires_on,
               coalesce(l.marketplaces, ARRAY[]::text[]) AS marketplaces, coalesce(l.states, ARRAY[]::text[]) AS states,
               coalesce(l.owners, ARRAY[]::text[]) AS owners, v.list_price_vnd AS price, v.stock_units AS stock,
               {OutOfSeason} AS out_of_season, z.back_on, n.owner AS next_owner, n.code AS next_code, n.args AS next_args, n.raw AS next_raw,
               n.state AS next_state, n.marketplace AS next_marketplace, n.due_at AS next_due
        FROM product p
        {ProductQueries.Standing}
        LEFT JOIN product_season z ON z.product_id = p.id
        LEFT JOIN LATERAL (SELECT list_price_vnd, stock_units FROM variant WHERE product_id = p.id AND gone_at IS NULL ORDER BY id LIMIT 1) v ON true
        LEFT JOIN LATERAL (
            SELECT array_agg(marketplace ORDER BY marketplace, id) AS marketplaces, array_agg(state ORDER BY marketplace, id) AS states,
                   array_agg(owner ORDER BY marketplace, id) AS owners
            FROM listing WHERE product_id = p.id) l ON true
        {Next}
        WHERE p.producer_id = @own AND p.gone_at IS NULL
        ORDER BY n.owner = 'producer' AND NOT {OutOfSeason} DESC NULLS LAST, n.owner = 'staff' DESC NULLS LAST, n.due_at NULLS LAST,
                 p.name COLLATE "vi-x-icu", p.id LIMIT @limit;
        """;

    private const string Certificates = $"""
        SELECT p.id, p.name, s.stars, s.expires_on, (s.expires_on - @today)::int AS days
        FROM product p {ProductQueries.Standing}
        WHERE p.producer_id = @own AND p.gone_at IS NULL AND s.expires_on <= @today + 180 AND s.certificate <> 'withdrawn'
        ORDER BY s.expires_on < @today, s.expires_on, p.id LIMIT @limit;
        """;

    private const string Sums = $"""
        SELECT count(*) AS total, count(*) FILTER (WHERE n.owner = 'producer' AND NOT {OutOfSeason}) AS needing
        FROM product p LEFT JOIN product_season z ON z.product_id = p.id {Next} WHERE p.producer_id = @own AND p.gone_at IS NULL;
        """;

    private const string States = """
        SELECT marketplace, state, count(*) AS count FROM listing WHERE producer_id = @own GROUP BY 1, 2 ORDER BY 1, 2;
        """;

    public Task<BusinessHomeView> GetAsync(DateOnly today, CancellationToken cancellationToken) => database.ReadAsync(
        Products + Certificates + Sums + States,
        new { today, limit = Shown },
        async grid =>
        {
            var products = (await grid.ReadAsync<HomeProduct>()).AsList();
            var certificates = (await grid.ReadAsync<HomeCertificate>()).AsList();
            var (total, needing) = await grid.ReadSingleAsync<(long, long)>();
            return new BusinessHomeView(products, certificates, total, needing, (await grid.ReadAsync<StateCount>()).AsList());
        },
        cancellationToken);
}
