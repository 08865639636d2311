using System.Text.Json;
using OcopMarket.Core.Sync;

namespace OcopMarket.Data.Reading;

public sealed record WishPlanRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string PlannedBy { get; init; } = "";
    public string PlannedKey { get; init; } = "";
    public DateTimeOffset PlannedAt { get; init; }
    public DateOnly? BackOn { get; init; }
    public string? Reason { get; init; }
    public int Products { get; init; }
    public long Items { get; init; }

    /// <summary>planned, proposed (waits for a second person), confirmed, done or dropped.</summary>
    public string Step { get; init; } = "";
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? ProposedAt { get; init; }
    public string? ProposedReason { get; init; }

    /// <summary>The second person, of what one alone may not do.</summary>
    public string? ApprovedBy { get; init; }
    public string Effort { get; init; } = "[]";
    public IReadOnlyList<WishEffort> Efforts => JsonSerializer.Deserialize<List<WishEffort>>(Effort, JsonSerializerOptions.Web) ?? [];
    public bool IsConfirmed => Step is "confirmed" or "done";
}

/// <summary>A product out of season.</summary>
public sealed record Season
{
    public DateOnly? BackOn { get; init; }
    public DateOnly Since { get; init; }
    public string ToldBy { get; init; } = "";
    public string? Reason { get; init; }
}

/// <param name="Act">A <c>WishAct</c>.</param>
/// <param name="Group">One of <see cref="WishPlanView.Groups"/>.</param>
public sealed record WishSum(string Marketplace, string Act, string Group, long Count);

public sealed record WishReason(string Code, long Count);

/// <param name="Taken">Listings that a plan takes off sale in one shop, with those that its maker's other plans took within the hour.</param>
/// <param name="Items">What stands in the shop.</param>
public sealed record WishShop(long Taken, long Items)
{
    /// <summary>Whether the mass-change guard would hold so many: in one shop, or in all of them taken together, so that many small shops are no way round.</summary>
    public static bool AreMany(IReadOnlyCollection<WishShop> shops, GuardRules rules) =>
        shops.Any(s => rules.IsMass(s.Taken, s.Items)) || rules.IsMass(shops.Sum(s => s.Taken), shops.Sum(s => s.Items));
}

public sealed record WishItemRow
{
    public int N { get; init; }
    public long ProductId { get; init; }
    public long? ListingId { get; init; }
    public string Product { get; init; } = "";
    public string Marketplace { get; init; } = "";
    public string Act { get; init; } = "";
    public string? NowAct { get; init; }
    public string[] Why { get; init; } = [];
    public string Group { get; init; } = "";
    public string? State { get; init; }
    public string? Owner { get; init; }
}

/// <summary>A plan with its sums; every line is in exactly one group.</summary>
public sealed record WishPlanView(WishPlanRow Row, IReadOnlyList<WishSum> Sums, IReadOnlyList<WishReason> Reasons)
{
    /// <summary>What became of the lines of a confirmed plan: done, on its way, looked at by the platform, needs somebody, replaced by something newer, moved
    /// meanwhile, was so already, was blocked.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["done", "moving", "review", "problem", "later", "moved", "same", "blocked"];

    /// <summary>Lines that would do something and that the reader does not reach any more.</summary>
    public long OutOfSight { get; init; }

    /// <summary>It takes so many off sale that it asks for a proof, and of staff and admins for a second person.</summary>
    public bool TakesMany { get; init; }

    public long Total => Sums.Sum(s => s.Count);

    public long InGroup(string group) => Sums.Where(s => s.Group == group).Sum(s => s.Count);

    public long OfAct(string act, string? marketplace = null) =>
        Sums.Where(s => s.Act == act && (marketplace is null || s.Marketplace == marketplace)).Sum(s => s.Count);

    /// <summary>Lines that confirming would set in motion.</summary>
    public long Doing => Sums.Where(s => s.Act is not ("none" or "blocked")).Sum(s => s.Count);

    /// <summary>Whether something of it still changes by itself within minutes.</summary>
    public bool IsRunning => Row.Step == "confirmed" || (Row.Step == "done" && InGroup("moving") > 0);
}
