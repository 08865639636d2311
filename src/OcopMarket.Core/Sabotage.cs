namespace OcopMarket.Core;

/// <summary>Removes one line of protection, so that a test can show what happens without it. Each switch stands beside the line that it
/// removes. They exist in builds for tests only; in the program they are constants, and the compiler leaves nothing of them.</summary>
internal static class Sabotage
{
#if OCOP_SABOTAGE
    private static readonly AsyncLocal<string?> _chosen = new();

    /// <summary>An item that is not named soon after a submit is not taken for deleted.</summary>
    public static bool Absence => IsOn(nameof(Absence));

    /// <summary>A platform that does not answer is left alone for a while.</summary>
    public static bool Circuit => IsOn(nameof(Circuit));

    /// <summary>The fence, checked when a task's end is written.</summary>
    public static bool Fence => IsOn(nameof(Fence));

    /// <summary>A change of very many items, or of a price beyond measure, waits for a person.</summary>
    public static bool Guard => IsOn(nameof(Guard));

    /// <summary>The lease, renewed and checked before a call.</summary>
    public static bool Lease => IsOn(nameof(Lease));

    /// <summary>Lock first, look in the next statement.</summary>
    public static bool LockBeforeLook => IsOn(nameof(LockBeforeLook));

    /// <summary>A create of unknown fate is looked up before it is sent again.</summary>
    public static bool LookUp => IsOn(nameof(LookUp));

    /// <summary>A request leaves only while the lease under which it was prepared lasts.</summary>
    public static bool SendWindow => IsOn(nameof(SendWindow));

    /// <summary>Absence proves absence only after the platform has settled.</summary>
    public static bool Settling => IsOn(nameof(Settling));

    /// <summary>What stands in a shop already is known before anything is created there.</summary>
    public static bool Sweep => IsOn(nameof(Sweep));

    /// <summary>On for what the caller awaits from here.</summary>
    public static void Choose(string? name) => _chosen.Value = name;

    private static bool IsOn(string name) =>
        (_chosen.Value ?? Environment.GetEnvironmentVariable("OCOP_SABOTAGE")) is { } chosen && chosen == name;
#else
    public const bool Absence = false;
    public const bool Circuit = false;
    public const bool Fence = false;
    public const bool Guard = false;
    public const bool Lease = false;
    public const bool LockBeforeLook = false;
    public const bool LookUp = false;
    public const bool SendWindow = false;
    public const bool Settling = false;
    public const bool Sweep = false;
#endif
}
