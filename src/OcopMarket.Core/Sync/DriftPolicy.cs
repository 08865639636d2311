namespace OcopMarket.Core.Sync;

/// <summary>What is done about a difference that somebody made on the platform.</summary>
public enum DriftAnswer
{
    /// <summary>A person decides.</summary>
    Ask,

    /// <summary>What we want is sent again, a few times a day at most; then a person decides.</summary>
    Ours,

    /// <summary>What stands there stays, until we want something new.</summary>
    Theirs,
}

/// <summary>One answer per field, for one platform.</summary>
/// <param name="Price">List price.</param>
/// <param name="Stock">Sold out there while we have goods; it cannot be theirs, because the next edit would send ours anyway.</param>
/// <param name="Hidden">Taken out of sight over there.</param>
public sealed record DriftPolicy(DriftAnswer Price, DriftAnswer Stock, DriftAnswer Hidden)
{
    public static DriftPolicy AskAlways { get; } = new(DriftAnswer.Ask, DriftAnswer.Ask, DriftAnswer.Ask);
}
