namespace OcopMarket.Core.Sync;

/// <summary>What the mass-change guard keeps back: every edit of a listing whose price leapt, a zero stock among very many, a stop among very many.</summary>
public enum HoldKind { Price, ZeroStock, Stop }

/// <param name="Was">What the shop has, VND or units; null for a stop.</param>
/// <param name="Becomes">What the source says now.</param>
public sealed record HoldFacts(HoldKind Kind, decimal? Was, decimal? Becomes);

/// <summary>When a change is so large that a person must look first.</summary>
public sealed record GuardRules
{
    /// <summary>A price so many times dearer or cheaper than before the first change of the last seven days is held, each one.</summary>
    public decimal PriceFactor { get; init; } = 5;

    /// <summary>More than so many items, and more than <see cref="Share"/> of them, that run out at once or are stopped within one hour, are held.</summary>
    public int Items { get; init; } = 20;

    /// <summary>Of the items on sale of a source (stock) or in a shop (stops); 0.05 is 5 %.</summary>
    public double Share { get; init; } = 0.05;

    public bool IsMass(long affected, long total) => affected > Items && affected > Share * total;
}
