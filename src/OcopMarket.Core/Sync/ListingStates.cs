using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Sync;

/// <summary>The state rule. Never prettier than the truth: accepted is not live, unknown is not live, silence is not live.</summary>
public static class ListingStates
{
    private static readonly TimeSpan _producerDue = TimeSpan.FromDays(7);
    private static readonly TimeSpan _staffDue = TimeSpan.FromDays(2);
    private static readonly TimeSpan _heldDue = TimeSpan.FromDays(1);

    public static Standing Of(ListingFacts facts, DateTimeOffset now)
    {
        if (facts.Tasks.Values.Any(t => t.State == TaskState.Dead))
        {
            return new(ListingState.Failed, Party.Staff, _staffDue, null);
        }

        if (facts.Task(Lane.Create)?.State == TaskState.Unknown)
        {
            return Unconfirmed(facts, now);
        }

        return facts.Exists ? InShop(facts, now) : NotInShop(facts);
    }

    private static Standing Unconfirmed(ListingFacts facts, DateTimeOffset now)
    {
        // Three settling times: one to wait, the rest for look-ups that were themselves refused.
        var until = Since(facts, ListingState.Unconfirmed, now) + (3 * facts.Timing.Settling);
        return now < until && !IsWithStaff(facts, ListingState.Unconfirmed)
            ? new(ListingState.Unconfirmed, Party.System, 3 * facts.Timing.Settling, until)
            : new(ListingState.Unconfirmed, Party.Staff, _staffDue, null);
    }

    private static Standing NotInShop(ListingFacts facts)
    {
        if (facts.Task(Lane.Create)?.State == TaskState.Leased)
        {
            // Whatever is wished by now: the call may be making the item this moment.
            return Moving(ListingState.Sending, Lane.Create);
        }

        if (facts.Desired is Desired.Gone or Desired.Off or Desired.Hidden)
        {
            var was = facts.ExternalId is not null || facts.State is ListingState.Removed or ListingState.Stopping;
            return Resting(was && facts.Desired == Desired.Gone ? ListingState.Removed : ListingState.Off);
        }

        if (facts.Seen == SeenStatus.Removed)
        {
            // Somebody took it down over there. We do not put it back behind his back.
            return new(ListingState.NeedsAttention, Party.Staff, _staffDue, null);
        }

        if (facts.IsBlocked || !facts.HasShop)
        {
            return Blocked(facts, ListingState.Blocked);
        }

        if (facts.Held)
        {
            return new(ListingState.Held, Party.Staff, _heldDue, null);
        }

        var create = facts.Task(Lane.Create);
        return create switch
        {
            { Refused: true } => Refused(facts),
            _ => Moving(ListingState.Waiting, Lane.Create),
        };
    }

    private static Standing InShop(ListingFacts facts, DateTimeOffset now)
    {
        if (facts.Seen == SeenStatus.Hidden && facts.Desired != Desired.OnSale
            && (facts.ShopIsLeft || facts is { ToldForLeave: true, ReadSinceSubmit: true }))
        {
            return Resting(ListingState.Hidden); // as it was when we left, or when a person looked; silence and a locked shop say nothing of it
        }

        if (facts.Seen == SeenStatus.Locked || facts.ShopIsLocked)
        {
            return new(ListingState.Locked, Party.Producer, _producerDue, null);
        }

        var silentFrom = facts.SeenAt ?? facts.SubmittedAt ?? facts.StateSince;
        if (silentFrom + facts.Timing.UnheardAfter <= now)
        {
            return Unheard(facts, now);
        }

        var isHeld = facts.Holds.Any(h => h.Kind == HoldKind.Stop == (facts.Desired != Desired.OnSale));
        var standing = isHeld ? new(ListingState.Held, Party.Staff, _heldDue, null)
            : facts.Desired == Desired.OnSale ? WantedOnSale(facts, now) : WantedAway(facts);

        // Whatever is said of an item in the shop rests on the last read, and ages with it.
        var silent = silentFrom + facts.Timing.UnheardAfter;
        return standing with { Until = standing.Until is { } until && until < silent ? until : silent };
    }

    private static Standing WantedAway(ListingFacts facts)
    {
        var stop = facts.Task(Lane.Stop);
        if (!(facts.Desired == Desired.Gone && facts.DeleteDue) && facts.Seen == SeenStatus.Hidden && facts.ReadSinceSubmit)
        {
            return Resting(ListingState.Hidden);
        }

        if (!facts.ShopIsOpen)
        {
            return Attention(facts); // it should go, and we may not make it go
        }

        var isBack = facts.Seen is SeenStatus.Live or SeenStatus.OutOfStock && stop is { IsOpen: false } && facts.ReadSinceSubmit
            && !(facts.SeenAt < facts.SubmittedAt + facts.Timing.Settling);
        return stop is { Refused: true } || isBack
            ? new(ListingState.NeedsAttention, Party.Staff, _staffDue, null)
            : Moving(ListingState.Stopping, Lane.Stop);
    }

    private static Standing WantedOnSale(ListingFacts facts, DateTimeOffset now)
    {
        if (facts.Seen is null || !facts.ReadSinceSubmit)
        {
            return StillOnSale(facts)
                ? Resting(ListingState.LiveChanging)
                : Moving(ListingState.Sending, Lane.Content);
        }

        return facts.Seen switch
        {
            SeenStatus.InReview => InReview(facts, now),
            SeenStatus.Rejected => facts.IsOpen(Lane.Content) ? Pending(facts, Lane.Content) : Refused(facts),
            SeenStatus.Hidden => facts.IsOpen(Lane.Stop) ? Pending(facts, Lane.Stop) : Attention(facts),
            SeenStatus.OutOfStock => OutOfStock(facts),
            SeenStatus.Live when facts.SeenStock == 0 => OutOfStock(facts),
            SeenStatus.Live => OnSale(facts),
            SeenStatus.Draft or SeenStatus.NeedsAttention or SeenStatus.Locked or SeenStatus.Removed => Attention(facts),
            _ => Attention(facts),
        };
    }

    /// <summary>Seen on sale, and nothing that was submitted since takes it out of the shop.</summary>
    private static bool StillOnSale(ListingFacts facts) =>
        facts is { Seen: SeenStatus.Live, SubmitMayHide: false } && facts.SeenStock != 0 && facts.DesiredStock != 0;

    private static Standing OnSale(ListingFacts facts)
    {
        if (facts.IsBlocked || facts.Tasks.Values.Any(t => t.Refused) || facts.Issues.Any(i => i.Code == StandingIssues.SeveralItems))
        {
            return Attention(facts);
        }

        if (facts.SeenChangePending || Enum.GetValues<Lane>().Any(facts.IsOpen))
        {
            return Resting(ListingState.LiveChanging);
        }

        if (facts.SeenPrice is not { } seen || facts.DesiredPrice is not { } wanted || seen == wanted || seen == facts.AcceptedPrice)
        {
            return Resting(ListingState.Live);
        }

        // The platform shows another price than the one that was accepted: its index lags, or somebody changed it over there.
        return facts.SeenAt < facts.SubmittedAt + facts.Timing.Settling ? Resting(ListingState.LiveChanging) : Attention(facts);
    }

    private static Standing OutOfStock(ListingFacts facts)
    {
        if (facts.DesiredStock is > 0)
        {
            return facts.IsOpen(Lane.Stock) ? Pending(facts, Lane.Stock) : Attention(facts);
        }

        return new(ListingState.OutOfStock, Party.Producer, _producerDue, null);
    }

    private static Standing InReview(ListingFacts facts, DateTimeOffset now)
    {
        var overdue = Since(facts, ListingState.InReview, now) + facts.Timing.ReviewUsually;
        return now < overdue && !IsWithStaff(facts, ListingState.InReview)
            ? new(ListingState.InReview, Party.Platform, facts.Timing.ReviewUsually, overdue)
            : new(ListingState.InReview, Party.Staff, _staffDue, null);
    }

    private static Standing Unheard(ListingFacts facts, DateTimeOffset now)
    {
        var staffFrom = Since(facts, ListingState.Unheard, now) + facts.Timing.UnheardAfter;
        return now < staffFrom && !IsWithStaff(facts, ListingState.Unheard)
            ? new(ListingState.Unheard, Party.System, facts.Timing.UnheardAfter, staffFrom)
            : new(ListingState.Unheard, Party.Staff, _staffDue, null);
    }

    private static Standing Pending(ListingFacts facts, Lane lane) =>
        Moving(facts.Task(lane)?.State == TaskState.Due ? ListingState.Waiting : ListingState.Sending, lane);

    private static Standing Refused(ListingFacts facts) => Blocked(facts, ListingState.Rejected);

    private static Standing Attention(ListingFacts facts)
    {
        var owner = Worst(facts)?.Owner is Party.Producer ? Party.Producer : Party.Staff;
        return new(ListingState.NeedsAttention, owner, owner == Party.Producer ? _producerDue : _staffDue, null);
    }

    private static Standing Blocked(ListingFacts facts, ListingState state)
    {
        var owner = Worst(facts)?.Owner is Party.Staff ? Party.Staff : Party.Producer;
        return new(state, owner, _producerDue, null);
    }

    /// <summary>The issue whose owner must act first: what only the producer can supply goes before what staff can arrange.</summary>
    private static IssueFacts? Worst(ListingFacts facts) =>
        facts.Issues.Where(i => i.Severity == Severity.Blocking && i.Owner is Party.Producer or Party.Staff)
            .OrderBy(i => i.Owner == Party.Producer ? 0 : 1).ThenBy(i => i.Code, StringComparer.Ordinal).FirstOrDefault();

    private static Standing Moving(ListingState state, Lane lane) => new(state, Party.System, Goal(lane), null);

    private static Standing Resting(ListingState state) => new(state, Party.Nobody, null, null);

    /// <summary>The state began anew when it passed to staff; they keep it until something happens.</summary>
    private static bool IsWithStaff(ListingFacts facts, ListingState state) => facts.State == state && facts.Owner == Party.Staff;

    private static DateTimeOffset Since(ListingFacts facts, ListingState state, DateTimeOffset now) =>
        facts.State == state ? facts.StateSince : now;

    /// <summary>When the item should be read again: soon while something moves, seldom at rest, never when it is not there.</summary>
    public static DateTimeOffset? NextRead(ListingFacts facts, ListingState state, DateTimeOffset now)
    {
        if (!facts.Exists || facts.ShopIsLeft)
        {
            return null;
        }

        if (!facts.ReadSinceSubmit)
        {
            return (facts.SubmittedAt ?? now) + facts.Timing.PollMoving;
        }

        var moving = state is ListingState.Sending or ListingState.InReview or ListingState.LiveChanging or ListingState.Stopping
            or ListingState.Waiting or ListingState.Unconfirmed;
        if (!moving)
        {
            return facts.SeenAt + facts.Timing.PollResting;
        }

        // The longer nothing happens the less often we ask, but never less than at rest.
        var age = (facts.State == state ? now - facts.StateSince : TimeSpan.Zero) / 10;
        var wait = age < facts.Timing.PollMoving ? facts.Timing.PollMoving : age;
        return facts.SeenAt + (wait < facts.Timing.PollResting ? wait : facts.Timing.PollResting);
    }

    /// <summary>How soon a change of this kind should be out.</summary>
    public static TimeSpan Goal(Lane lane) => lane switch
    {
        Lane.Stop => TimeSpan.FromMinutes(5),
        Lane.Stock => TimeSpan.FromMinutes(10),
        Lane.Price => TimeSpan.FromMinutes(30),
        Lane.Content => TimeSpan.FromHours(4),
        Lane.Create => TimeSpan.FromHours(24),
        _ => throw new ArgumentOutOfRangeException(nameof(lane)),
    };
}
