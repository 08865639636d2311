using CsCheck;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using static OcopMarket.Core.Tests.Sync.ListingFactsGen;

namespace OcopMarket.Core.Tests.Sync;

/// <summary>The state is never prettier than the truth, always names who acts next, and time alone brings it to rest.</summary>
public sealed class ListingStatesProperties
{
    private const int Runs = 30_000;

    [Fact]
    public void Live_only_when_a_read_later_than_the_last_submit_said_so() => Any.Sample(
        f =>
        {
            var (facts, standing) = Reconciled(f, Now);
            return standing.State != ListingState.Live
                || (facts is { Seen: SeenStatus.Live, Desired: Desired.OnSale, IsBlocked: false } && facts.SeenStock != 0
                    && facts.SeenAt > (facts.SubmittedAt ?? DateTimeOffset.MinValue) && facts.SeenAt > Now - Timing.UnheardAfter
                    && !facts.Tasks.Values.Any(t => t.IsOpen || t.Refused));
        }, iter: Runs);

    [Fact]
    public void Live_changing_only_while_the_item_is_surely_still_on_sale() => Any.Sample(
        f =>
        {
            var (facts, standing) = Reconciled(f, Now);
            return standing.State != ListingState.LiveChanging
                || (facts is { Seen: SeenStatus.Live, Desired: Desired.OnSale } && facts.SeenStock != 0
                    && facts.SeenAt > Now - Timing.UnheardAfter
                    && (facts.ReadSinceSubmit || (!facts.SubmitMayHide && facts.DesiredStock != 0)));
        }, iter: Runs);

    [Fact]
    public void What_the_platform_must_have_said_was_said_after_the_last_submit() => Any.Sample(
        f =>
        {
            var (facts, standing) = Reconciled(f, Now);
            return standing.State switch
            {
                ListingState.InReview => facts is { Seen: SeenStatus.InReview, ReadSinceSubmit: true },
                ListingState.OutOfStock => facts is { ReadSinceSubmit: true } and ({ Seen: SeenStatus.OutOfStock } or { Seen: SeenStatus.Live, SeenStock: 0 }),
                ListingState.Hidden => facts is { Seen: SeenStatus.Hidden, ReadSinceSubmit: true } && facts.Desired != Desired.OnSale,
                ListingState.Rejected => facts is { Seen: SeenStatus.Rejected, ReadSinceSubmit: true } || facts.Task(Lane.Create) is { Refused: true },
                ListingState.Removed => facts.Desired == Desired.Gone && !facts.Exists,
                _ => true,
            };
        }, iter: Runs);

    [Fact]
    public void What_a_person_saw_away_in_a_shop_that_leaves_is_at_rest_however_silent_or_locked_the_shop_is() => Any.Sample(
        f =>
        {
            var told = f with { ToldForLeave = true, Seen = SeenStatus.Hidden, SeenAt = Now - (2 * Timing.UnheardAfter), SubmittedAt = null };
            return !told.Exists || told.Desired == Desired.OnSale || Reconciled(told, Now).Standing is { State: ListingState.Hidden, Owner: Party.Nobody }
                || told.Tasks.Values.Any(t => t.State == TaskState.Dead) || told.Task(Lane.Create)?.State == TaskState.Unknown;
        }, iter: Runs);

    [Fact]
    public void One_more_submit_never_makes_a_listing_prettier() => Any.Sample(
        f =>
        {
            var before = Reconciled(f, Now).Standing.State;
            var after = Reconciled(f with { SubmittedAt = Now, SubmitMayHide = true }, Now).Standing.State;
            return after is not (ListingState.Live or ListingState.LiveChanging or ListingState.Hidden or ListingState.OutOfStock)
                || (after == before && !f.Exists);
        }, iter: Runs);

    [Fact]
    public void An_older_read_never_makes_a_listing_prettier() => Any.Sample(
        f =>
        {
            var old = f with { SeenAt = f.SeenAt is { } at ? at - Timing.UnheardAfter : null };
            return Reconciled(old, Now).Standing.State is not (ListingState.Live or ListingState.LiveChanging)
                || Reconciled(f, Now).Standing.State is ListingState.Live or ListingState.LiveChanging;
        }, iter: Runs);

    [Fact]
    public void Every_listing_that_is_not_at_rest_has_one_owner_and_a_due_time() => Any.Sample(
        f =>
        {
            var standing = Reconciled(f, Now).Standing;
            return standing.State is ListingState.Off or ListingState.Live or ListingState.LiveChanging or ListingState.Hidden
                or ListingState.Removed
                ? standing is { Owner: Party.Nobody, DueAfter: null }
                : standing.Owner != Party.Nobody && standing.DueAfter > TimeSpan.Zero;
        }, iter: Runs);

    [Fact]
    public void The_system_owns_nothing_that_it_may_not_touch() => Any.Sample(
        f =>
        {
            var standing = Reconciled(f, Now).Standing;
            return f.ShopIsOpen || standing.Owner != Party.System
                || standing.State is ListingState.Unconfirmed or ListingState.Unheard or ListingState.Sending;
        }, iter: Runs);

    [Fact]
    public void A_create_under_way_is_sending_whatever_is_wished_meanwhile() => Any.Sample(
        f => f.Exists || f.Task(Lane.Create)?.State != TaskState.Leased
            || Reconciled(f, Now).Standing is { State: ListingState.Sending, Owner: Party.System } or { State: ListingState.Failed },
        iter: Runs);

    [Fact]
    public void A_create_of_unknown_fate_is_unconfirmed_unless_it_was_set_aside() => Any.Sample(
        f => f.Task(Lane.Create)?.State != TaskState.Unknown
            || Reconciled(f, Now).Standing.State is ListingState.Unconfirmed or ListingState.Failed, iter: Runs);

    [Fact]
    public void Looking_again_at_the_same_moment_changes_nothing() => Any.Sample(
        f =>
        {
            var (facts, first) = Reconciled(f, Now);
            return Reconciled(Stored(facts, first, Now), Now).Standing == first;
        }, iter: Runs);

    [Fact]
    public void Looking_again_a_second_later_moves_neither_state_nor_owner_back() => Any.Sample(
        f =>
        {
            var (facts, first) = Reconciled(f, Now);
            var later = Now + TimeSpan.FromSeconds(1);
            var second = Reconciled(Stored(facts, first, Now), later).Standing;
            return first.Until <= later || (second.State, second.Owner) == (first.State, first.Owner);
        }, iter: Runs);

    [Fact]
    public void What_passed_to_staff_stays_with_staff_while_nothing_happens() => Any.Sample(
        f =>
        {
            var facts = f;
            var at = Now;
            var staff = false;
            for (var sweep = 0; sweep < 8; sweep++)
            {
                var (next, standing) = Reconciled(facts, at);
                if (staff && standing.Owner is Party.System or Party.Platform && standing.State == facts.State)
                {
                    return false;
                }

                staff = standing.Owner == Party.Staff;
                facts = Stored(next, standing, at);
                at += TimeSpan.FromHours(1);
            }

            return true;
        }, iter: 10_000);

    [Fact]
    public void Time_alone_brings_every_listing_to_rest_without_a_busy_loop() => Any.Sample(
        f =>
        {
            var facts = f;
            var at = Now;
            for (var sweep = 0; sweep < 8; sweep++)
            {
                var (next, standing) = Reconciled(facts, at);
                if (standing.Until is not { } until)
                {
                    return true;
                }

                if (until <= at)
                {
                    return false;
                }

                facts = Stored(next, standing, at);
                at = until;
            }

            return false;
        }, iter: Runs);

    [Fact]
    public void A_read_that_says_the_same_is_not_followed_by_another_at_once() => Any.Sample(
        f =>
        {
            var (facts, standing) = Reconciled(f, Now);
            if (!facts.Exists)
            {
                return ListingStates.NextRead(facts, standing.State, Now) is null;
            }

            var read = facts with { SeenAt = Now, SubmittedAt = Min(facts.SubmittedAt, Now - TimeSpan.FromTicks(10)), Seen = facts.Seen ?? SeenStatus.Live };
            var (after, next) = Reconciled(read, Now);
            var due = ListingStates.NextRead(after, next.State, Now);
            return due >= Now + Timing.PollMoving && due <= Now + Timing.PollResting;
        }, iter: Runs);

    [Fact]
    public void Reasons_that_follow_from_the_standing_never_block() => Any.Sample(
        f =>
        {
            var (facts, standing) = Reconciled(f, Now);
            return StandingIssues.Of(facts, standing).All(i => i.Severity != Severity.Blocking);
        }, iter: Runs);

    [Theory]
    [InlineData(Desired.Hidden)]
    [InlineData(Desired.Off)]
    public void An_item_that_is_seen_hidden_as_wanted_is_at_rest(Desired desired)
    {
        var facts = Any.Array[2000].Single().First(f => f is { Exists: true, ShopIsOpen: true, Tasks.Count: 0 }) with
        {
            Desired = desired,
            Seen = SeenStatus.Hidden,
            SeenAt = Now,
            SubmittedAt = Now - TimeSpan.FromMinutes(1),
        };

        Assert.Equal(ListingState.Hidden, ListingStates.Of(facts, Now).State);
    }

    private static DateTimeOffset? Min(DateTimeOffset? one, DateTimeOffset other) => one < other ? one : one is null ? null : other;
}
