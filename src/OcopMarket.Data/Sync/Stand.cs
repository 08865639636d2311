namespace OcopMarket.Data.Sync;

/// <summary>Where a listing stands, as it is written.</summary>
/// <param name="Moved">Another state or another owner than before.</param>
/// <param name="Differs">Anything of it.</param>
internal sealed record Stand(
    long Id, string State, string Owner, DateTimeOffset? DueAt, DateTimeOffset? Until, DateTimeOffset ReadAt, bool Moved, bool Differs)
{
    /// <summary>What the call did that ended just now, and the time that counts as its end; null: none did.</summary>
    public LandedItem? Landed { get; init; }
    public DateTimeOffset? LandedAt { get; init; }
}
