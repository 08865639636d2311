namespace OcopMarket.Sandbox;

/// <summary>The scripted trouble of a demo run, per platform. A null SKU or phone means whoever comes first.</summary>
public sealed record DemoScript
{
    public double RefusedShare { get; init; } = 0.06;

    /// <summary>Share of write calls whose answer is dropped after the write.</summary>
    public double LostAnswerShare { get; init; } = 0.03;

    /// <summary>The login whose call is next after so many calls finds its token ended. 0: never.</summary>
    public int TokenEndsAfterCalls { get; init; } = 40;

    /// <summary>This shop is locked as soon as it is verified. Null: the <see cref="LockedShopNumber"/>-th registered
    /// one.</summary>
    public string? LockedShopPhone { get; init; }

    /// <summary>Counted from 1 in the order of registration; 0: none. Used when <see cref="LockedShopPhone"/> is null.</summary>
    public int LockedShopNumber { get; init; } = 3;

    public string? UnknownStatusSku { get; init; }
    public string? UnknownErrorSku { get; init; }
}
