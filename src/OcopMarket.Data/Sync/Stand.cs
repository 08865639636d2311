namespace OcopMarket.Data.Sync;

/// <summary>Where a listing stands, as it is written.</summary>
/// <param name="Moved">Another state or another owner than before.</param>
/// <param name="Turns">It comes up again at another time than before.</param>
internal sealed record Stand(
    long Id, long ProducerId, string State, string Owner, DateTimeOffset? DueAt, DateTimeOffset? Until, DateTimeOffset ReadAt, bool Moved, bool Turns)
{
    /// <summary>What the call did that ended just now, and the time that counts as its end; null: none did.</summary>
    public LandedItem? Landed { get; init; }
    public DateTimeOffset? LandedAt { get; init; }
}
