using System.Globalization;

namespace OcopMarket.Data.Sync;

/// <summary>What the mass-change guard keeps back together, as the one who asks may see it.</summary>
public sealed record GuardHold
{
    public long Id { get; init; }

    /// <summary>price, zero_stock or stop.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Key of the source whose rows changed so; null for stops and for edits by hand.</summary>
    public string? Source { get; init; }

    public string? SourceName { get; init; }
    public string? Marketplace { get; init; }
    public string? Shop { get; init; }
    public long? AccountId { get; init; }
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Items on sale of the source, or in the shop, when it was opened; null for prices.</summary>
    public int? Total { get; init; }

    public long Items { get; init; }

    /// <summary>When the last of them was added or became another change.</summary>
    public DateTimeOffset Newest { get; init; }

    public string? ProposedBy { get; init; }
    public string? ProposedKey { get; init; }
    public DateTimeOffset? ProposedAt { get; init; }
    public string? ProposedReason { get; init; }
    public string? ApprovedBy { get; init; }
    public string? ApprovedKey { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>Whether what was proposed is still all there is.</summary>
    public bool IsAsProposed => ProposedAt >= Newest;

    /// <summary>Tells one look at it from another: who decides names what he saw.</summary>
    public string Sight => string.Create(CultureInfo.InvariantCulture, $"{Items}-{Newest.UtcTicks}-{ProposedAt?.UtcTicks ?? 0}");
}

/// <param name="Was">VND or units; null for a stop.</param>
public sealed record GuardHoldLine(long HoldId, long ListingId, string Marketplace, string Product, decimal? Was, decimal? Becomes);
