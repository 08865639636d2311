namespace OcopMarket.Data.Reading;

/// <summary>A listing with what is wanted, sent and seen. Money in whole dong.</summary>
public record ListingStanding
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public long? AccountId { get; init; }
    public string? Shop { get; init; }

    /// <summary>Its shop, or the shop's marketplace, is taken out of use; null: neither.</summary>
    public string? Leave { get; init; }
    public string? Variant { get; init; }
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

    /// <summary>Of a shop a: left, leaving, stopped.</summary>
    internal const string LeaveOf = """
        CASE WHEN a.left_at IS NOT NULL THEN 'left' WHEN a.leaving_at IS NOT NULL THEN 'leaving'
            WHEN EXISTS (SELECT FROM marketplace_stop s WHERE s.marketplace = l.marketplace) THEN 'stopped' END
        """;

    /// <summary>Its columns, of a listing l, its variant v and its shop a.</summary>
    internal const string Columns = $"""
        l.id, l.marketplace, l.account_id, a.shop_name AS shop, {LeaveOf} AS leave, v.name AS variant, l.seller_sku, l.external_id, l.url, l.state, l.owner,
        l.state_since, l.due_at, l.desired, l.desired_at, l.desired_price, l.desired_sale_price, l.desired_stock, l.submitted_at,
        l.seen, l.seen_raw, l.seen_how, l.seen_at, l.seen_change_pending, l.seen_price, l.seen_sale_price, l.seen_stock
        """;
}
