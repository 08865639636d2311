using Dapper;

namespace OcopMarket.Data.Reading;

/// <summary>Which listings; null: all. <c>Issue</c> is a code with an open issue.</summary>
/// <param name="Late">Only those past their due date.</param>
/// <param name="After">Id of the last listing of the page before.</param>
public sealed record ListingFilter(
    string? Marketplace = null, string? State = null, string? Owner = null, string? Issue = null, long? AccountId = null,
    bool Late = false, long? After = null);

public sealed record ListingRow
{
    public long Id { get; init; }
    public long ProductId { get; init; }
    public string Product { get; init; } = "";
    public string? Variant { get; init; }
    public string Producer { get; init; } = "";
    public string Marketplace { get; init; } = "";
    public long? AccountId { get; init; }
    public string? Shop { get; init; }

    /// <summary>See <see cref="ListingStanding.Leave"/>.</summary>
    public string? Leave { get; init; }
    public string State { get; init; } = "";
    public string Owner { get; init; } = "";
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset StateSince { get; init; }
    public string? Seen { get; init; }
    public string? SeenHow { get; init; }
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>The gravest open issue.</summary>
    public string? IssueCode { get; init; }
    public string[]? IssueArgs { get; init; }
    public string? IssueRaw { get; init; }
    public long Issues { get; init; }
}

public sealed record ListingPage(IReadOnlyList<ListingRow> Rows, long Total, long? Next);

/// <summary>The listings behind a number.</summary>
public sealed class ListingQueries(ReadingDatabase database)
{
    private const int PageSize = 50;

    internal const string Where = """
        (@own::bigint IS NULL OR l.producer_id = @own)
          AND (@marketplace::text IS NULL OR l.marketplace = @marketplace)
          AND (@state::text IS NULL OR l.state = @state)
          AND (@owner::text IS NULL OR l.owner = @owner)
          AND (@accountId::bigint IS NULL OR l.account_id = @accountId)
          AND (NOT @late OR l.due_at < @now)
          AND (@issue::text IS NULL OR EXISTS (
              SELECT FROM listing_issue i WHERE i.listing_id = l.id AND i.code = @issue AND i.closed_at IS NULL))
        """;

    private const string Page = $"""
        SELECT l.id, l.product_id, p.name AS product, v.name AS variant, pr.name AS producer, l.marketplace, l.account_id, a.shop_name AS shop,
               {ListingStanding.LeaveOf} AS leave,
               l.state, l.owner, l.due_at, l.state_since, l.seen, l.seen_how, l.seen_at,
               i.code AS issue_code, i.args AS issue_args, i.raw AS issue_raw, coalesce(i.issues, 0) AS issues
        FROM listing l
        JOIN product p ON p.id = l.product_id
        JOIN variant v ON v.id = l.variant_id
        JOIN producer pr ON pr.id = l.producer_id
        LEFT JOIN seller_account a ON a.id = l.account_id
        LEFT JOIN LATERAL (
            SELECT code, args, raw, count(*) OVER () AS issues FROM listing_issue
            WHERE listing_id = l.id AND closed_at IS NULL
            ORDER BY code IS DISTINCT FROM @issue, CASE severity WHEN 'blocking' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, id LIMIT 1) i ON true
        WHERE {Where}
          AND (@after::bigint IS NULL OR (p.name COLLATE "vi-x-icu", l.id) > (
              SELECT ap.name COLLATE "vi-x-icu", al.id FROM listing al JOIN product ap ON ap.id = al.product_id WHERE al.id = @after))
        ORDER BY p.name COLLATE "vi-x-icu", l.id
        LIMIT @limit;
        """;

    private const string Count = $"SELECT count(*) FROM listing l WHERE {Where};";

    public async Task<ListingPage> ListAsync(ListingFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            filter.Marketplace,
            filter.State,
            filter.Owner,
            filter.Issue,
            filter.AccountId,
            filter.Late,
            filter.After,
            now,
            limit = PageSize + 1,
        };
        return await database.ReadAsync(
            Page + Count,
            parameters,
            async grid =>
            {
                var rows = (await grid.ReadAsync<ListingRow>()).AsList();
                var total = await grid.ReadSingleAsync<long>();
                return Cut(rows, total);
            },
            cancellationToken);
    }

    private static ListingPage Cut(List<ListingRow> rows, long total) => rows.Count > PageSize
        ? new(rows[..PageSize], total, rows[PageSize - 1].Id)
        : new(rows, total, null);
}
