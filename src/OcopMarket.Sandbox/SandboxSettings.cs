namespace OcopMarket.Sandbox;

/// <summary>What <c>POST /_sandbox/settings</c> can change, in camelCase. Durations in seconds, rates in calls per
/// second.</summary>
public sealed record SandboxSettings
{
    public long Seed { get; init; } = 1;

    /// <summary>A change is visible in lists at the latest after this; the lag of each change is drawn from the seed.</summary>
    public double ListLagSeconds { get; init; }

    public double LoginCallsPerSecond { get; init; }

    /// <summary>0: the platform has no such limit.</summary>
    public double ShopCallsPerSecond { get; init; }

    /// <summary>0: the platform has no such limit.</summary>
    public double CreatesPerSecond { get; init; }

    /// <summary>From 00:00 in Hanoi; 0: no cap.</summary>
    public int NewItemsPerDay { get; init; }

    public int LatencyMilliseconds { get; init; }
    public double ReviewMinSeconds { get; init; } = 1;
    public double ReviewMaxSeconds { get; init; } = 10;
    public double RefusedShare { get; init; }
    public double ShopVerificationSeconds { get; init; } = 2;

    /// <summary>Postmart: the token. Voso: the short one. Shopee, Lazada: the access token; the long one is the refresh token.</summary>
    public double TokenLifetimeSeconds { get; init; }
    public double LongTokenLifetimeSeconds { get; init; }

    /// <summary>Shopee: how long a shop's owner consents.</summary>
    public double ConsentDays { get; init; } = 365;
    public string? LockedShopPhone { get; init; }
    public int LockedShopNumber { get; init; }

    /// <summary>Lazada: stock and price calls of one seller.</summary>
    public double StockCallsPerSecond { get; init; }

    /// <summary>Lazada: a second product with one seller's code is refused. Its documents say both; false is the harder world.</summary>
    public bool SellerSkuIsUnique { get; init; }

    /// <summary>Where Postmart posts status changes, Shopee violations and Lazada all that happens to products; null: nowhere. Loopback only.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Waits before each repeat of a callback that was not taken.</summary>
    public IReadOnlyList<double> CallbackRetrySeconds { get; init; } = [60, 240, 600, 900, 1800];
    public double CallbackTimeoutSeconds { get; init; } = 5;

    /// <summary>WooCommerce: how long a webhook waits in the shop's background queue.</summary>
    public double HookDelaySeconds { get; init; } = 2;

    /// <summary>Voso fetches pictures from the seller's address before it reviews, WooCommerce within the call; false: every picture counts as
    /// fetched.</summary>
    public bool FetchImages { get; init; } = true;

    /// <summary>Moments of the tries after the product came in.</summary>
    public IReadOnlyList<double> ImageTrySeconds { get; init; } = [0, 120, 580];

    /// <summary>Leaves that the platform has withdrawn.</summary>
    public IReadOnlyList<string> RetiredCategories { get; init; } = [];

    public static SandboxSettings For(string platform, long seed = 1) => platform switch
    {
        "postmart" => new()
        {
            Seed = seed,
            ListLagSeconds = 5,
            LoginCallsPerSecond = 20,
            ShopCallsPerSecond = 5,
            NewItemsPerDay = 2000,
            TokenLifetimeSeconds = 7200
        },
        "voso" => new()
        {
            Seed = seed,
            ListLagSeconds = 45,
            LoginCallsPerSecond = 10,
            CreatesPerSecond = 3,
            TokenLifetimeSeconds = 300,
            LongTokenLifetimeSeconds = 30 * 86400
        },
        "woocommerce" => new()
        {
            Seed = seed,
            ShopCallsPerSecond = 10
        },
        "shopee" => new()
        {
            Seed = seed,
            ListLagSeconds = 5,
            LoginCallsPerSecond = 50,
            ShopCallsPerSecond = 10,
            CallbackRetrySeconds = [300, 1800, 10800],
            CallbackTimeoutSeconds = 3,
            TokenLifetimeSeconds = 4 * 3600,
            LongTokenLifetimeSeconds = 30 * 86400
        },
        "lazada" => new()
        {
            Seed = seed,
            ListLagSeconds = 5,
            LoginCallsPerSecond = 50,
            ShopCallsPerSecond = 10,
            StockCallsPerSecond = 50,
            CallbackRetrySeconds = [.. Enumerable.Repeat(1800d, 12)],
            CallbackTimeoutSeconds = 0.5,
            TokenLifetimeSeconds = 30 * 86400,
            LongTokenLifetimeSeconds = 180 * 86400
        },
        _ => throw new ArgumentException($"No simulated platform is called '{platform}'.", nameof(platform))
    };
}
