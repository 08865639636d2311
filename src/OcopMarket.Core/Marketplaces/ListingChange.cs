using OcopMarket.Core.Listings;

namespace OcopMarket.Core.Marketplaces;

public enum ChangeKind { Create, UpdateContent, SetPrice, SetStock, Hide, Show, Delete }

/// <summary>One change of one listing.</summary>
/// <param name="Product">Complete content; a price or stock change reads only its own part of it.</param>
/// <param name="ExternalId">The platform's id; null for a create.</param>
/// <param name="IdempotencyKey">Names the change (listing, lane, revision, and the restore the database comes from): the same on every attempt, new for the next edit.</param>
public sealed record ListingChange(ChangeKind Kind, CanonicalProduct Product, string? ExternalId, string IdempotencyKey);

/// <summary>How one change ended.</summary>
public sealed record ChangeOutcome
{
    public static readonly IReadOnlyDictionary<string, string> NoPictures = new Dictionary<string, string>();

    /// <summary>Null: the platform accepted it. Accepted is not live.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>Known as soon as the platform names it, also beside a failure: a SKU conflict carries the id of the item that has it.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What the answer itself says of the item's state, when it does.</summary>
    public SeenStatus? Status { get; init; }
    public string? StatusRaw { get; init; }
    public string? Url { get; init; }

    /// <summary>Verbatim.</summary>
    public string? PlatformCode { get; init; }

    /// <summary>Verbatim, at most 500 characters.</summary>
    public string? Detail { get; init; }

    /// <summary>Our name of the field the platform complains about, when it names one: title, price, images, attributes ...</summary>
    public string? Field { get; init; }
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Another item of the shop has this SKU.</summary>
    public bool SkuTaken { get; init; }

    /// <summary>It landed, but the item is not what was asked for: an issue, not a success. Of an accepted change only.</summary>
    public PlatformReason? Differs { get; init; }

    /// <summary>Pictures that the platform fetched with this change, by the hash of their bytes, with the ids that they have there now.</summary>
    public IReadOnlyDictionary<string, string> Pictures { get; init; } = NoPictures;

    /// <summary>The platform no longer has a picture that was sent by its id: all of the shop's are to be sent by address again.</summary>
    public bool PicturesLost { get; init; }

    public static ChangeOutcome Accepted(string? externalId, SeenStatus? status = null, string? statusRaw = null) =>
        new() { ExternalId = externalId, Status = status, StatusRaw = statusRaw };

    public static ChangeOutcome Failed(FailureKind kind, string platformCode, string detail, string? field = null) =>
        new() { Failure = kind, PlatformCode = platformCode, Detail = detail, Field = field };
}
