using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Sync;

/// <summary>Compares desired, sent and seen and says which lanes of a listing need work. Pure; computing it again is always safe.</summary>
public static class ListingPlanner
{
    /// <summary>Wished revision per lane; a lane that is absent needs nothing now (its due task, if any, goes back to rest).</summary>
    public static IReadOnlyDictionary<Lane, long> Plan(ListingFacts facts)
    {
        var wishes = new Dictionary<Lane, long>();
        if (!facts.HasShop || !facts.ShopIsOpen || facts.Tasks.Values.Any(t => t.State == TaskState.Dead))
        {
            return wishes;
        }

        if (!facts.Exists)
        {
            if (MayCreate(facts))
            {
                wishes[Lane.Create] = CreateRevision(facts);
            }

            return wishes;
        }

        // What may not be edited is not shown either: it would be on sale as it was when it was hidden.
        var mayShow = facts is { IsBlocked: false, Held: false };
        if (facts.Sent(Lane.Stop) < facts.VisibilityRevision && !facts.IsHeld(HoldKind.Stop) && (facts.Desired != Desired.OnSale || mayShow))
        {
            wishes[Lane.Stop] = facts.VisibilityRevision;
        }

        if (facts.Desired != Desired.Gone)
        {
            Changes(facts, wishes);
        }

        return wishes;
    }

    /// <summary>The facts after the wishes are written down: a task at rest becomes due, a due one that nobody wishes for rests, an open one
    /// only learns of the newer revision.</summary>
    public static ListingFacts Wished(ListingFacts facts, IReadOnlyDictionary<Lane, long> plan)
    {
        var tasks = facts.Tasks.ToDictionary(
            t => t.Key, t => t.Value.State == TaskState.Due && !plan.ContainsKey(t.Key) ? t.Value with { State = TaskState.Idle } : t.Value);
        foreach (var (lane, revision) in plan)
        {
            var old = tasks.GetValueOrDefault(lane) ?? new TaskFacts(TaskState.Idle, 0, 0);
            tasks[lane] = old with
            {
                State = old.State == TaskState.Idle ? TaskState.Due : old.State,
                WantedRevision = Math.Max(old.WantedRevision, revision),
            };
        }

        return facts with { Tasks = tasks };
    }

    /// <summary>Rises with every edit of anything a create sends: a refused create is tried again after an edit, not before.</summary>
    public static long CreateRevision(ListingFacts facts) =>
        facts.ContentRevision + facts.PriceRevision + facts.StockRevision + facts.VisibilityRevision;

    private static bool MayCreate(ListingFacts facts) =>
        facts.Desired == Desired.OnSale && facts.Seen != SeenStatus.Removed && !facts.IsBlocked && !facts.Held
        && facts.Sent(Lane.Create) < CreateRevision(facts);

    private static void Changes(ListingFacts facts, Dictionary<Lane, long> wishes)
    {
        // A locked item takes no edits; a blocked or held listing sends none, but zero stock always goes out,
        // unless so many run out at once that a mistake is likelier.
        var mayEdit = facts is { IsBlocked: false, Held: false } && facts.Seen != SeenStatus.Locked;
        if (facts.Sent(Lane.Stock) < facts.StockRevision && facts.DesiredStock is { } stock
            && (mayEdit || (stock == 0 && facts.Seen != SeenStatus.Locked)) && !(stock == 0 && facts.IsHeld(HoldKind.ZeroStock)))
        {
            wishes[Lane.Stock] = facts.StockRevision;
        }

        if (mayEdit && facts.Sent(Lane.Price) < facts.PriceRevision)
        {
            wishes[Lane.Price] = facts.PriceRevision;
        }

        if (mayEdit && facts.Sent(Lane.Content) < facts.ContentRevision)
        {
            wishes[Lane.Content] = facts.ContentRevision;
        }
    }

    /// <summary>What to ask of the platform for a task of this lane.</summary>
    /// <param name="deleteDue">As in <see cref="ListingFacts.DeleteDue"/>.</param>
    public static ChangeKind KindOf(Lane lane, Desired desired, bool deleteDue) => (lane, desired) switch
    {
        (Lane.Create, _) => ChangeKind.Create,
        (Lane.Content, _) => ChangeKind.UpdateContent,
        (Lane.Price, _) => ChangeKind.SetPrice,
        (Lane.Stock, _) => ChangeKind.SetStock,
        (Lane.Stop, Desired.Gone) when deleteDue => ChangeKind.Delete,
        (Lane.Stop, Desired.Gone or Desired.Hidden or Desired.Off) => ChangeKind.Hide,
        (Lane.Stop, Desired.OnSale) => ChangeKind.Show,
        _ => throw new ArgumentOutOfRangeException(nameof(lane)),
    };
}
