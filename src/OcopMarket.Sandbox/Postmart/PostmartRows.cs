namespace OcopMarket.Sandbox.Postmart;

internal sealed record PostmartShop(
    string Code, string Name, string OwnerName, string Phone, string ProvinceCode, string CommuneCode, string Address, int Status,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Number, DateTimeOffset? VerifyDueAt = null)
{
    public string StatusName => Status switch
    {
        0 => "chờ xác minh",
        1 => "hoạt động",
        2 => "tạm khóa",
        _ => "đã đóng"
    };
}

/// <summary>What a reviewer looks at. <see cref="PostmartItem.Pending"/> holds the version that is not live yet.</summary>
internal sealed record PostmartContent(
    string ItemCode, string Name, string CategoryId, string ShortDescription, string Description, int Weight, decimal Length,
    decimal Width, decimal Height, string Unit, string? Brand, string Origin, string? Gtin, IReadOnlyList<string> Images, OcopBody? Ocop,
    IReadOnlyList<AttributeBody> Attributes)
{
    public static PostmartContent Of(ItemBody body) => new(
        body.ItemCode, body.Name, body.CategoryId, body.ShortDescription, body.Description, body.Weight, body.Length, body.Width,
        body.Height, body.Unit, body.Brand, body.Origin, body.Gtin, body.Images, body.Ocop, body.Attributes);
}

internal sealed record RejectReason(string Code, string? Field, string Message);

/// <param name="VisibleAt">From when lists show it.</param>
internal sealed record PostmartItem(
    string ProductId, string ShopCode, PostmartContent Content, long Price, long? SalePrice, int Quantity, int Status,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset VisibleAt)
{
    public PostmartContent? Pending { get; init; }
    public IReadOnlyList<RejectReason> RejectReasons { get; init; } = [];
    public DateTimeOffset? ReviewDueAt { get; init; }

    /// <summary>How often it went to review.</summary>
    public int Submission { get; init; }

    /// <summary>Review ends in a status that no sheet knows.</summary>
    public bool EndsUnknown { get; init; }
}

internal sealed record PostmartMedia(string MediaId, string Sha256, string Extension, int Width, int Height);

internal sealed record PostmartToken(string Token, DateTimeOffset ExpiresAt, bool Ended = false);

internal sealed record StatusChange(string ShopCode, string ItemCode, string ProductId, int Status, string ChangedDate);

/// <param name="NextAt">Null: delivered or given up.</param>
internal sealed record PostmartCallback(
    string Id, IReadOnlyList<StatusChange> Changes, DateTimeOffset? NextAt, int Attempts = 0, bool Delivered = false);
