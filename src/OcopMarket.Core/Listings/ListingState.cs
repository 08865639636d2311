namespace OcopMarket.Core.Listings;

/// <summary>Where a listing stands. Closed set; a pure function of desired, sent, seen and now (<see cref="Sync.ListingStates"/>).</summary>
public enum ListingState
{
    Off, Blocked, Held, Waiting, Sending, Unconfirmed, InReview, Live, LiveChanging, OutOfStock, Hidden, Rejected, Locked, Stopping,
    Removed, Unheard, NeedsAttention, Failed,
}

/// <summary>State, who must act next, by when, and when time alone will change it.</summary>
/// <param name="DueAfter">From the moment the state began; null when nobody must act.</param>
/// <param name="Until">When to look again although nothing happened.</param>
public sealed record Standing(ListingState State, Party Owner, TimeSpan? DueAfter, DateTimeOffset? Until);
