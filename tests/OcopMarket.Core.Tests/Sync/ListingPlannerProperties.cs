using CsCheck;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using static OcopMarket.Core.Tests.Sync.ListingFactsGen;

namespace OcopMarket.Core.Tests.Sync;

/// <summary>What the planner may never wish, and what it must.</summary>
public sealed class ListingPlannerProperties
{
    private const int Runs = 20_000;
    private static readonly Lane[] _edits = [Lane.Create, Lane.Content, Lane.Price];

    [Fact]
    public void Blocked_or_held_listings_are_neither_created_nor_edited() => Any.Sample(
        f =>
        {
            var plan = ListingPlanner.Plan(f);
            return !(f.IsBlocked || f.Held) || (!_edits.Any(plan.ContainsKey) && (!plan.ContainsKey(Lane.Stock) || f.DesiredStock == 0));
        }, iter: Runs);

    [Fact]
    public void Zero_stock_always_goes_out_while_the_item_stands() => Any.Sample(
        f => !Reachable(f) || f.Desired == Desired.Gone || f.Seen == SeenStatus.Locked || f.DesiredStock != 0
            || f.Sent(Lane.Stock) >= f.StockRevision || ListingPlanner.Plan(f)[Lane.Stock] == f.StockRevision, iter: Runs);

    [Fact]
    public void A_revision_that_was_sent_or_refused_is_not_wished_again() => Any.Sample(
        f => ListingPlanner.Plan(f).All(w => w.Value > f.Sent(w.Key) && w.Value == Revision(f, w.Key)), iter: Runs);

    [Fact]
    public void A_refused_listing_is_wished_again_after_an_edit() => Any.Sample(
        f =>
        {
            var plan = ListingPlanner.Plan(f);
            var refused = f with { Tasks = plan.ToDictionary(w => w.Key, w => new TaskFacts(TaskState.Idle, w.Value, w.Value, TaskOutcome.Refused)) };
            var again = ListingPlanner.Plan(refused with { ContentRevision = f.ContentRevision + 1 });
            return plan.Count == 0
                || (!plan.Keys.Any(ListingPlanner.Plan(refused).ContainsKey)
                    && (!plan.ContainsKey(Lane.Create) || again.ContainsKey(Lane.Create))
                    && (!plan.ContainsKey(Lane.Content) || again.ContainsKey(Lane.Content)));
        }, iter: Runs);

    [Fact]
    public void Once_every_wish_is_accepted_nothing_is_left_to_wish() => Any.Sample(
        f =>
        {
            var plan = ListingPlanner.Plan(f);
            var lanes = plan.ContainsKey(Lane.Create) ? Enum.GetValues<Lane>() : [.. plan.Keys];
            var tasks = f.Tasks.ToDictionary(t => t.Key, t => t.Value);
            foreach (var lane in lanes)
            {
                tasks[lane] = new TaskFacts(TaskState.Idle, Revision(f, lane), Revision(f, lane), TaskOutcome.Accepted);
            }

            return ListingPlanner.Plan(f with { Tasks = tasks, ExternalId = plan.ContainsKey(Lane.Create) ? "P1" : f.ExternalId }).Count == 0;
        }, iter: Runs);

    [Fact]
    public void A_price_that_went_there_and_back_is_sent_although_the_platform_shows_it_already()
    {
        Any.Sample(
            f =>
            {
                var back = f with { SeenPrice = f.DesiredPrice };
                return !MayEdit(f) || f.Sent(Lane.Price) >= f.PriceRevision || ListingPlanner.Plan(back).ContainsKey(Lane.Price);
            }, iter: Runs);
    }

    [Fact]
    public void An_item_of_a_product_that_is_gone_is_stopped_and_nothing_else_is_sent() => Any.Sample(
        f =>
        {
            var gone = f with { Desired = Desired.Gone };
            var plan = ListingPlanner.Plan(gone);
            return plan.Keys.All(l => l == Lane.Stop)
                && (!Reachable(f) || f.Sent(Lane.Stop) >= f.VisibilityRevision || plan.ContainsKey(Lane.Stop));
        }, iter: Runs);

    [Fact]
    public void Planning_twice_plans_nothing_new() => Any.Sample(
        f =>
        {
            var plan = ListingPlanner.Plan(f);
            var wished = ListingPlanner.Wished(f, plan);
            var again = ListingPlanner.Plan(wished);
            return Same(plan, again) && Same(wished.Tasks, ListingPlanner.Wished(wished, again).Tasks);
        }, iter: Runs);

    [Fact]
    public void A_stop_goes_out_whatever_else_is_wrong_with_the_listing() => Any.Sample(
        f =>
        {
            var wrong = f with
            {
                Issues = [.. f.Issues, new("anything", Severity.Blocking, Party.Producer, true)],
                Holds = [new(HoldKind.Price, 1, 9), new(HoldKind.ZeroStock, 1, 0)],
                Seen = SeenStatus.Locked,
            };
            return f.Desired == Desired.OnSale || !Reachable(wrong) || f.Sent(Lane.Stop) >= f.VisibilityRevision
                || (ListingPlanner.Plan(wrong).TryGetValue(Lane.Stop, out var wish) && wish == f.VisibilityRevision);
        }, iter: Runs);

    [Fact]
    public void What_was_wished_before_a_task_was_taken_is_not_forgotten_while_it_is_under_way() => Any.Sample(
        f =>
        {
            var wished = ListingPlanner.Wished(f, ListingPlanner.Plan(f));
            return f.Tasks.All(t => wished.Task(t.Key)!.WantedRevision >= t.Value.WantedRevision
                && (t.Value.State is TaskState.Idle or TaskState.Due || wished.Task(t.Key)!.State == t.Value.State));
        }, iter: Runs);

    [Fact]
    public void A_create_of_unknown_fate_stays_unknown_whatever_is_wished() => Any.Sample(
        f => f.Task(Lane.Create)?.State != TaskState.Unknown
            || Reconciled(f, Now).Facts.Task(Lane.Create)!.State == TaskState.Unknown, iter: Runs);

    [Fact]
    public void Nothing_is_created_twice() => Any.Sample(
        f => !ListingPlanner.Plan(f).ContainsKey(Lane.Create) || (f.ExternalId is null && f.Desired == Desired.OnSale), iter: Runs);

    [Fact]
    public void Nothing_is_wished_where_we_may_not_act() => Any.Sample(
        f => (f.HasShop && f.ShopIsOpen) || ListingPlanner.Plan(f).Count == 0, iter: Runs);

    [Fact]
    public void What_is_blocked_or_held_is_not_shown_again() => Any.Sample(
        f => f.Desired != Desired.OnSale || f is { IsBlocked: false, Held: false } || !ListingPlanner.Plan(f).ContainsKey(Lane.Stop), iter: Runs);

    [Fact]
    public void A_listing_that_was_set_aside_rests_until_a_person_decides() => Any.Sample(
        f => f.Tasks.Values.All(t => t.State != TaskState.Dead) || ListingPlanner.Plan(f).Count == 0, iter: Runs);

    [Theory]
    [InlineData(Desired.Gone, false, ChangeKind.Hide)]
    [InlineData(Desired.Gone, true, ChangeKind.Delete)]
    [InlineData(Desired.Hidden, false, ChangeKind.Hide)]
    [InlineData(Desired.Off, false, ChangeKind.Hide)]
    [InlineData(Desired.OnSale, false, ChangeKind.Show)]
    public void The_stop_lane_asks_for_what_is_wanted(Desired desired, bool deleteDue, ChangeKind kind) =>
        Assert.Equal(kind, ListingPlanner.KindOf(Lane.Stop, desired, deleteDue));

    private static bool Same<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> one, IReadOnlyDictionary<TKey, TValue> other)
        where TKey : notnull =>
        one.Count == other.Count && one.All(o => other.TryGetValue(o.Key, out var value) && Equals(o.Value, value));

    private static bool Reachable(ListingFacts f) =>
        f is { HasShop: true, ShopIsOpen: true, Exists: true } && f.Tasks.Values.All(t => t.State != TaskState.Dead);

    private static bool MayEdit(ListingFacts f) =>
        Reachable(f) && f is { IsBlocked: false, Held: false } && f.Seen != SeenStatus.Locked && f.Desired != Desired.Gone;
}
