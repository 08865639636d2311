namespace OcopMarket.Sandbox;

/// <summary>How to start the simulated marketplaces.</summary>
public sealed record SandboxOptions
{
    /// <summary>In the order of their ports: a new one comes last, so that the others keep theirs.</summary>
    public static IReadOnlyList<string> AllPlatforms { get; } = ["postmart", "voso", "woocommerce", "shopee", "lazada"];

    /// <summary>The floors of the demo's sample, on which every producer is given a shop; a shop on software of its own is somebody's choice.</summary>
    public static IReadOnlyList<string> DemoPlatforms { get; } = ["postmart", "voso"];

    /// <summary>Keeps state and call log; a restart on the same folder goes on where it was. Null: a folder of its own, gone at
    /// the end.</summary>
    public string? DataFolder { get; init; }

    /// <summary>One port per platform, upwards from here. Default 5091; 0 = any free port.</summary>
    public int FirstPort { get; init; } = 5091;

    /// <summary>True: a taken port means the next free one (demo). False: <see cref="IOException"/>.</summary>
    public bool TakenPortMovesOn { get; init; }

    /// <summary>Decides reviews, delays and lost answers; the same seed and content give the same verdicts in any order of
    /// arrival.</summary>
    public long Seed { get; init; } = 1;

    public IReadOnlyList<string> Platforms { get; init; } = AllPlatforms;

    /// <summary>Per platform key; absent: <see cref="SandboxSettings.For"/>. Their seed is the one above. Later <c>POST
    /// /_sandbox/settings</c> win and are kept.</summary>
    public IReadOnlyDictionary<string, SandboxSettings> Settings { get; init; } = new Dictionary<string, SandboxSettings>();

    /// <summary>Shops that each platform has from its first start, verified.</summary>
    public IReadOnlyList<SandboxShopSeed> Shops { get; init; } = [];

    /// <summary>What goes wrong in the demo; null: nothing by itself.</summary>
    public DemoScript? Demo { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For tokens only. Must be safe for use by several threads.</summary>
    public Random Random { get; init; } = Random.Shared;
}

/// <summary>A shop as post staff would open it. <paramref name="Id"/>: null = made from the phone number.</summary>
public sealed record SandboxShopSeed(string Name, string OwnerName, string Phone, string? Id = null);
