namespace OcopMarket.Sandbox.Voso;

/// <param name="State">NEW, ACTIVE, SUSPENDED or CLOSED.</param>
internal sealed record VosoMerchant(
    long Id, string Name, string OwnerName, string Phone, string Password, string State, int Number, DateTimeOffset CreatedAt);

internal sealed record VosoToken(string Token, long MerchantId, bool IsLong, DateTimeOffset ExpiresAt, bool Ended = false);

/// <summary>The content of section 4, without price and quantity. Grams and centimetres.</summary>
internal sealed record VosoContent(
    string MerchantSku, string ProductName, long CategoryId, string ProductDescription, int ProductWeight, decimal ProductLength,
    decimal ProductWidth, decimal ProductHeight, string Origin, string Unit, IReadOnlyList<string> ImageUrls, bool IsOcop, int? OcopStar,
    string? OcopCertNo, string? OcopCertExpire, IReadOnlyList<VosoAttributeValue> Attributes);

internal sealed record VosoAttributeValue(string Code, string Value);

/// <summary>What lists show of a change, from <paramref name="VisibleAt"/> on.</summary>
internal sealed record VosoIndexed(
    string State, string? Reason, string MerchantSku, string ProductName, long Price, int Quantity, DateTimeOffset UpdatedAt,
    DateTimeOffset VisibleAt);

internal sealed record VosoProduct(
    long ProductId, long MerchantId, VosoContent Content, long Price, long? DiscountPrice, int Quantity, string State,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public string? Reason { get; init; }

    /// <summary>How often it went to review.</summary>
    public int Submission { get; init; }
    public DateTimeOffset? ReviewDueAt { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public bool EndsUnknown { get; init; }

    /// <summary>Null: no picture is waited for any more.</summary>
    public DateTimeOffset? NextFetchAt { get; init; }
    public int FetchTries { get; init; }

    /// <summary>SHA-256 of each fetched picture.</summary>
    public IReadOnlyList<string> Fetched { get; init; } = [];
    public IReadOnlyList<string> Unfetched { get; init; } = [];

    /// <summary>The last version that lists show, and those that they do not show yet.</summary>
    public IReadOnlyList<VosoIndexed> Index { get; init; } = [];
    public int Version { get; init; }
}

internal static class VosoStates
{
    public const string Draft = "DRAFT";
    public const string Waiting = "WAITING_APPROVE";
    public const string Approved = "APPROVED";
    public const string Rejected = "REJECTED";
    public const string Locked = "LOCKED";
    public const string Stopped = "STOPPED";
    public const string Deleted = "DELETED";

    /// <summary>In no sheet: what a platform invents one day.</summary>
    public const string Unknown = "POST_CHECK";

    public static readonly IReadOnlyList<string> All = [Draft, Waiting, Approved, Rejected, Locked, Stopped, Deleted];
}
