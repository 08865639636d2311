using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Sync;

/// <summary>What the owner wants: on sale, hidden or gone. Off: nothing is wanted and nothing is there.</summary>
public enum Desired { OnSale, Hidden, Gone, Off }

/// <summary>Everything that the planner and the state rule look at: desired, sent and seen of one listing, side by side.</summary>
public sealed record ListingFacts
{
    public required Desired Desired { get; init; }

    /// <summary>The time of grace after it was gone is over: what was hidden is deleted.</summary>
    public bool DeleteDue { get; init; }
    public required bool HasShop { get; init; }

    /// <summary>The shop is active, the mandate lives and our right to act has not ended.</summary>
    public required bool ShopIsOpen { get; init; }
    public bool ShopIsLocked { get; init; }

    /// <summary>We act for this shop no more, and nothing of ours was on sale there when we left: nobody looks any more.</summary>
    public bool ShopIsLeft { get; init; }

    /// <summary>What was seen last is the word of a person who looked into a shop that is to leave. Where we cannot read, nobody knows better.</summary>
    public bool ToldForLeave { get; init; }

    /// <summary>What the mass-change guard keeps back until a person has looked.</summary>
    public IReadOnlyList<HoldFacts> Holds { get; init; } = [];
    public IReadOnlyList<IssueFacts> Issues { get; init; } = [];

    public required long ContentRevision { get; init; }
    public required long PriceRevision { get; init; }
    public required long StockRevision { get; init; }
    public required long VisibilityRevision { get; init; }
    /// <summary>List price. Not every platform tells the sale price it shows, so drift is judged by this one.</summary>
    public decimal? DesiredPrice { get; init; }
    public int? DesiredStock { get; init; }

    public IReadOnlyDictionary<Lane, TaskFacts> Tasks { get; init; } = new Dictionary<Lane, TaskFacts>();
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>What was submitted since the last read may have taken the item off sale: a create, a hide, a delete, or new content where
    /// the platform takes edited items out of the shop until they are reviewed.</summary>
    public bool SubmitMayHide { get; init; }

    public string? ExternalId { get; init; }
    public SeenStatus? Seen { get; init; }
    public DateTimeOffset? SeenAt { get; init; }
    public bool SeenChangePending { get; init; }
    public decimal? SeenPrice { get; init; }

    /// <summary>The platform's price that was left as it is.</summary>
    public decimal? AcceptedPrice { get; init; }
    public int? SeenStock { get; init; }

    /// <summary>State as stored, and since when: a deadline does not move while nothing changes.</summary>
    public required ListingState State { get; init; }
    public required Party Owner { get; init; }
    public required DateTimeOffset StateSince { get; init; }
    public required ListingTiming Timing { get; init; }

    /// <summary>An item of ours stands in the shop, as far as we know.</summary>
    public bool Exists => ExternalId is not null && Seen != SeenStatus.Removed;

    /// <summary>Whether the platform was read after the last submit that may have reached it.</summary>
    public bool ReadSinceSubmit => SeenAt is { } seen && (SubmittedAt is not { } sent || seen > sent);
    public bool IsBlocked => Issues.Any(i => i.Blocks);

    /// <summary>Its price leapt: nothing that might carry it goes out.</summary>
    public bool Held => IsHeld(HoldKind.Price);

    public bool IsHeld(HoldKind kind) => Holds.Any(h => h.Kind == kind);

    public TaskFacts? Task(Lane lane) => Tasks.GetValueOrDefault(lane);

    public long Sent(Lane lane) => Task(lane)?.SentRevision ?? 0;

    public bool IsOpen(Lane lane) => Task(lane)?.IsOpen ?? false;
}

/// <param name="Blocks">Nothing may be created or edited while it is open. A platform's refusal does not block: the next edit is the cure.</param>
public sealed record IssueFacts(string Code, Severity Severity, Party Owner, bool Blocks);

/// <summary>How a platform behaves in time (from its profile).</summary>
/// <param name="ReviewUsually">Past it staff ask.</param>
/// <param name="Settling">After it a look-up proves absence.</param>
/// <param name="UnheardAfter">Silence past it is no longer called live.</param>
/// <param name="PollMoving">How soon an item is read again while something moves; it grows with the time in that state.</param>
/// <param name="PollResting">How often an item at rest is read.</param>
public sealed record ListingTiming(
    TimeSpan ReviewUsually, TimeSpan Settling, TimeSpan UnheardAfter, TimeSpan PollMoving, TimeSpan PollResting);
