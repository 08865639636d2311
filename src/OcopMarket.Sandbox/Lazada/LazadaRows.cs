namespace OcopMarket.Sandbox.Lazada;

/// <param name="Status">ACTIVE, INACTIVE or DELETED.</param>
/// <param name="Verified">False: its owner has not finished opening it.</param>
/// <param name="IsLinked">Its owner consents.</param>
internal sealed record LazadaSellerRow(
    long Id, string Name, string OwnerName, string Phone, string Status, bool Verified, bool IsLinked = false);

internal sealed record LazadaCodeRow(string Code, long SellerId, DateTimeOffset ExpiresAt, bool Used = false);

/// <param name="Kind">access or refresh.</param>
internal sealed record LazadaTokenRow(string Token, string Kind, long SellerId, DateTimeOffset ExpiresAt, bool Ended = false);

internal sealed record LazadaImageRow(string Name, string Sha256, string Extension);

/// <summary>What a reviewer looks at.</summary>
internal sealed record LazadaContent(
    long Category, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Images, decimal Length, decimal Width, decimal Height, decimal Weight)
{
    public string Name => Attributes.GetValueOrDefault("name") ?? "";
    public string Description => Attributes.GetValueOrDefault("description") ?? "";
}

/// <summary>A product with its one SKU.</summary>
internal sealed record LazadaProductRow(
    long ItemId, long SkuId, long SellerId, string SellerSku, LazadaContent Content, decimal Price, int Quantity, string Status, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset VisibleAt)
{
    public string? SubStatus { get; init; }
    public int Submission { get; init; }
    public DateTimeOffset? ReviewDueAt { get; init; }
    public IReadOnlyList<LazadaReasonRow> Reasons { get; init; } = [];

    /// <summary>A fault's wish: approved, it has a state that no sheet knows.</summary>
    public bool EndsUnknown { get; init; }

    public string ShopSku => FormattableString.Invariant($"{ItemId}_VNAMZ-{SkuId}");
}

internal sealed record LazadaReasonRow(string ViolationDetail, string Suggestion);

/// <param name="Body">As it goes out each time: the signature is over these very bytes.</param>
internal sealed record LazadaPushRow(string Id, string Body, DateTimeOffset? NextAt, int Attempts = 0, bool Delivered = false);

/// <summary>Section 9. Which status a sub-status comes with is not documented: here they come with Suspended.</summary>
internal static class LazadaStatus
{
    public const string Active = "Active";
    public const string InActive = "InActive";
    public const string Pending = "Pending QC";
    public const string Suspended = "Suspended";
    public const string Deleted = "Deleted";
    public const string Unknown = "PausedByAlgorithm";
    public const string Reject = "Reject";
    public const string LiveReject = "Live_Reject";
    public const string Lock = "Lock";
}
