namespace OcopMarket.Core.Marketplaces;

/// <summary>A platform's word for an item, in ours. What we do not know becomes <see cref="NeedsAttention"/>; the raw word is kept.</summary>
public enum SeenStatus { Draft, InReview, Live, OutOfStock, Hidden, Rejected, Locked, Removed, NeedsAttention }

/// <summary>One item as the platform reports it.</summary>
public sealed record SeenItem
{
    public required string ExternalId { get; init; }
    public required string SellerSku { get; init; }
    public required SeenStatus Status { get; init; }

    /// <summary>The platform's own words: code and, where it has one, name.</summary>
    public required string StatusRaw { get; init; }

    /// <summary>The platform did not name it; nobody said that it is deleted. Soon after a change that may only be its index lagging.</summary>
    public bool Absent { get; init; }

    /// <summary>A changed version waits for review while the old one is shown.</summary>
    public bool ChangePending { get; init; }
    public IReadOnlyList<PlatformReason> Reasons { get; init; } = [];
    public string? Title { get; init; }
    public decimal? PriceVnd { get; init; }
    public decimal? SalePriceVnd { get; init; }
    public int? StockUnits { get; init; }
    public string? Url { get; init; }

    /// <summary>The platform's clock.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>Why a platform refuses an item. Code is the platform's, or the dictionary's key for platforms that only write text.</summary>
public sealed record PlatformReason(string Code, string? Field, string Message);

/// <summary>An item by both names that we may know.</summary>
public sealed record KnownItem(string? ExternalId, string SellerSku);

/// <param name="NextPage">Null when this was the last page.</param>
public sealed record SeenPage(IReadOnlyList<SeenItem> Items, string? NextPage);

public sealed record PlatformCategory(string Id, string? ParentId, string Name, bool IsLeaf);

/// <param name="Type">text, number, select or date.</param>
public sealed record AttributeRule(
    string Id, string Name, string Type, bool Required, string? Unit, int? MaxLength, IReadOnlyList<string> Options);
