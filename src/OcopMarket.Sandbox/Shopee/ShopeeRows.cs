namespace OcopMarket.Sandbox.Shopee;

/// <param name="Status">NORMAL, BANNED or FROZEN.</param>
/// <param name="ConsentUntil">Null: its owner has not consented, or took it back.</param>
internal sealed record ShopeeShopRow(
    long Id, string Name, string OwnerName, string Phone, string Status, DateTimeOffset? ConsentAt = null, DateTimeOffset? ConsentUntil = null);

internal sealed record ShopeeCodeRow(string Code, long ShopId, DateTimeOffset ExpiresAt, bool Used = false);

/// <param name="Kind">access or refresh.</param>
internal sealed record ShopeeTokenRow(string Token, string Kind, long ShopId, DateTimeOffset ExpiresAt, bool Ended = false);

internal sealed record ShopeeImageRow(string ImageId, string Sha256, string Extension);

/// <summary>What a reviewer looks at.</summary>
internal sealed record ShopeeContent(
    string ItemName, string Description, long CategoryId, decimal Weight, DimensionBody? Dimension, IReadOnlyList<string> Images,
    IReadOnlyList<LogisticBody> Logistics, BrandBody Brand, IReadOnlyList<AttributeBody> Attributes);

internal sealed record ShopeeItemRow(
    long ItemId, long ShopId, string Sku, ShopeeContent Content, long Price, int Stock, string Status, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset VisibleAt)
{
    public string Condition { get; init; } = "NEW";
    public int Submission { get; init; }
    public DateTimeOffset? ReviewDueAt { get; init; }

    /// <summary>What it becomes when its review is passed: an item sent as UNLIST stays so.</summary>
    public string AfterReview { get; init; } = ShopeeStatus.Normal;
    public IReadOnlyList<ViolationRow> Violations { get; init; } = [];

    /// <summary>A fault's wish: approved, it has a state that no sheet knows.</summary>
    public bool EndsUnknown { get; init; }
}

internal sealed record ViolationRow(string ViolationType, string ViolationReason, string Suggestion, long FixDeadlineTime, long UpdateTime);

/// <param name="Body">As it goes out each time: the signature is over these very bytes.</param>
internal sealed record ShopeePushRow(string Id, string Body, DateTimeOffset? NextAt, int Attempts = 0, bool Delivered = false);

/// <summary>Section 9.</summary>
internal static class ShopeeStatus
{
    public const string Normal = "NORMAL";
    public const string Unlisted = "UNLIST";
    public const string Reviewing = "REVIEWING";
    public const string Banned = "BANNED";
    public const string SellerDeleted = "SELLER_DELETE";
    public const string TakenDown = "SHOPEE_DELETE";
    public const string Unknown = "PAUSED_BY_ALGORITHM";

    public static readonly IReadOnlyList<string> All = [Normal, Unlisted, Reviewing, Banned, SellerDeleted, TakenDown];

    public static bool IsGone(string status) => status is SellerDeleted or TakenDown;
}
