namespace OcopMarket.Data.Reading;

public sealed record IssueGroup
{
    public string Code { get; init; } = "";
    public string Marketplace { get; init; } = "";
    public string Owner { get; init; } = "";
    public string Severity { get; init; } = "";

    /// <summary>Listings with this issue open.</summary>
    public long Listings { get; init; }

    /// <summary>Of one of them, to make a sentence; null where they differ.</summary>
    public string[]? Args { get; init; }

    /// <summary>The platform's own words in one of them.</summary>
    public string? Raw { get; init; }
    public DateTimeOffset Oldest { get; init; }
}

/// <summary>What somebody must do about a shop itself.</summary>
public sealed record ShopIssue
{
    public long AccountId { get; init; }
    public string ShopName { get; init; } = "";
    public string Marketplace { get; init; } = "";
    public string Code { get; init; } = "";
    public string Owner { get; init; } = "";
    public string[] Args { get; init; } = [];
    public DateTimeOffset DueAt { get; init; }
}

/// <summary>Open issues by reason.</summary>
public sealed class IssueQueries(ReadingDatabase database)
{
    private const string Group = """
        SELECT code, marketplace, owner, severity, count(DISTINCT listing_id) AS listings,
               CASE WHEN count(DISTINCT args) = 1 THEN min(args) END AS args, min(raw) AS raw, min(opened_at) AS oldest
        FROM listing_issue WHERE closed_at IS NULL AND (@own::bigint IS NULL OR producer_id = @own)
        """;

    /// <summary>What keeps most listings from sale.</summary>
    internal const string Top = Group + """
         AND severity = 'blocking' GROUP BY code, marketplace, owner, severity ORDER BY listings DESC, code, marketplace LIMIT 8;
        """;

    private const string All = Group + """
         AND (@marketplace::text IS NULL OR marketplace = @marketplace) AND (@owner::text IS NULL OR owner = @owner)
        GROUP BY code, marketplace, owner, severity
        ORDER BY CASE severity WHEN 'blocking' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, listings DESC, code, marketplace
        """;

    private const string One = Group + " AND code = @code GROUP BY code, marketplace, owner, severity ORDER BY listings DESC, marketplace";

    private const string Shops = $"""
        SELECT i.account_id, a.shop_name, i.marketplace, i.code, i.owner, i.args, i.due_at
        FROM account_issue i JOIN seller_account a ON a.id = i.account_id
        WHERE i.closed_at IS NULL AND {AccountQueries.Own} AND (@marketplace::text IS NULL OR i.marketplace = @marketplace)
          AND (@owner::text IS NULL OR i.owner = @owner)
        ORDER BY i.due_at, i.id LIMIT @limit
        """;

    /// <summary>Shops told of at most.</summary>
    public const int ShopsShown = 100;

    /// <returns>The most urgent first; one more than <see cref="ShopsShown"/> where there are more.</returns>
    public async Task<IReadOnlyList<ShopIssue>> ShopsAsync(string? marketplace, string? owner, CancellationToken cancellationToken) =>
        await database.QueryAsync<ShopIssue>(Shops, new { marketplace, owner, limit = ShopsShown + 1 }, cancellationToken);

    public async Task<IReadOnlyList<IssueGroup>> ListAsync(string? marketplace, string? owner, CancellationToken cancellationToken) =>
        await database.QueryAsync<IssueGroup>(All, new { marketplace, owner }, cancellationToken);

    /// <returns>Empty: nobody has this issue now.</returns>
    public async Task<IReadOnlyList<IssueGroup>> OneAsync(string code, CancellationToken cancellationToken) =>
        await database.QueryAsync<IssueGroup>(One, new { code }, cancellationToken);
}
