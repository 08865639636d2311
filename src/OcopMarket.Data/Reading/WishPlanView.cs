using System.Text.Json;

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

    /// <summary>planned, confirmed, done or dropped.</summary>
    public string Step { get; init; } = "";
    public DateTimeOffset? ConfirmedAt { get; init; }
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

    public long Total => Sums.Sum(s => s.Count);

    public long InGroup(string group) => Sums.Where(s => s.Group == group).Sum(s => s.Count);

    public long OfAct(string act, string? marketplace = null) =>
        Sums.Where(s => s.Act == act && (marketplace is null || s.Marketplace == marketplace)).Sum(s => s.Count);

    /// <summary>Lines that confirming would set in motion.</summary>
    public long Doing => Sums.Where(s => s.Act is not ("none" or "blocked")).Sum(s => s.Count);

    /// <summary>Whether something of it still changes by itself within minutes.</summary>
    public bool IsRunning => Row.Step == "confirmed" || (Row.Step == "done" && InGroup("moving") > 0);
}
