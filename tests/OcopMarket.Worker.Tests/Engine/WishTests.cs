using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Wishes;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>What a person wishes of a listing holds, whatever lists say afterwards. Planned as a business does it, with the portal's own login; the
/// workers carry it out, and the simulated platform is the judge.</summary>
public sealed class WishTests(PostmartEngine engine) : IClassFixture<PostmartEngine>
{
    /// <summary>Who asks for a producer's goods: a worker looks whether the person is still there.</summary>
    private readonly Dictionary<long, long> _people = [];

    [Fact]
    public async Task What_a_person_hid_stays_hidden_through_pulls_and_comes_back_when_he_says_so()
    {
        var goods = await LiveAsync();

        await WishAsync(goods, WishKind.Hide, "hide");
        await goods.UntilAsync("state = 'hidden' AND kept_hidden");
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 190000 WHERE producer_id = @producer");
        await goods.UntilAsync("desired_price = 190000 AND seen_price = 190000");
        Assert.Equal(("hidden", 0), (await goods.StateAsync(), await engine.OnSaleAsync(goods.Sku)));

        await WishAsync(goods, WishKind.Publish, "show");

        await goods.UntilAsync("state = 'live' AND seen_price = 190000 AND NOT kept_hidden");
        Assert.Equal((1, 1), (await engine.OnSaleAsync(goods.Sku), await engine.ItemsAsync(goods.Sku)));
        Assert.Equal("hide Chị Thi ở xưởng sửa máy, publish Chị Thi ở xưởng sửa máy", await engine.ScalarAsync<string>(
            "SELECT string_agg(concat_ws(' ', what, how, raw), ', ' ORDER BY id) FROM listing_event WHERE listing_id = @Listing AND kind = 'decided'", new { goods.Listing }));
    }

    [Fact]
    public async Task What_a_person_took_down_is_not_created_again_until_he_publishes_it()
    {
        var goods = await LiveAsync();

        await WishAsync(goods, WishKind.Remove, "remove");
        await goods.UntilAsync("state = 'removed' AND kept_away"); // hidden at once, deleted after the time of grace
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 195000 WHERE producer_id = @producer");
        await engine.ChangeAsync(goods, "UPDATE product SET description = description || ' Mẻ mới.' WHERE producer_id = @producer");
        Assert.Equal(("removed", "gone", 0), (await goods.StateAsync(), await DesiredAsync(goods), await engine.ItemsAsync(goods.Sku)));
        Assert.Equal(1, await engine.CountAsync($"product_away WHERE producer_id = {goods.Producer} AND marketplace = 'postmart'"));

        await engine.ExecuteAsync(
            "INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams) SELECT product_id, producer_id, key || 'b', 'thùng', 900000, 4, 9000 FROM variant WHERE producer_id = @Producer",
            new { goods.Producer });
        await engine.ChangeAsync(goods, "UPDATE product SET name = name WHERE producer_id = @producer");
        Assert.Equal(1, await engine.CountAsync($"listing WHERE producer_id = {goods.Producer} AND marketplace = 'postmart'")); // no new pack there either

        await WishAsync(goods, WishKind.Publish, "create");

        await goods.UntilAsync("state = 'live' AND seen_price = 195000");
        Assert.Equal((1, 0), (await engine.ItemsAsync(goods.Sku), await engine.CountAsync($"product_away WHERE producer_id = {goods.Producer}")));
    }

    [Fact]
    public async Task Out_of_season_all_shops_are_at_zero_until_the_day_it_comes_back_by_itself()
    {
        var goods = await LiveAsync();
        var today = VietnamDay.Of(TimeProvider.System.GetUtcNow());

        await WishAsync(goods, WishKind.Season, "zero", today.AddDays(30));
        await goods.UntilAsync("state = 'out_of_stock' AND seen_stock = 0");
        await engine.ChangeAsync(goods, "UPDATE variant SET stock_units = 500 WHERE producer_id = @producer");
        Assert.Equal(0, await engine.ScalarAsync<int>("SELECT desired_stock FROM listing WHERE id = @Listing", new { goods.Listing }));
        Assert.Equal((WishAct.Blocked, "out_of_season"), await ActAsync(goods, WishKind.Publish));

        await PlanOnAsync(29);
        Assert.Equal(0, await engine.ScalarAsync<int>("SELECT desired_stock FROM listing WHERE id = @Listing", new { goods.Listing }));
        await PlanOnAsync(30);

        await goods.UntilAsync("state = 'live' AND seen_stock = 500");
    }

    [Fact]
    public async Task A_season_that_is_over_sooner_ends_on_a_persons_word()
    {
        var goods = await LiveAsync();
        await WishAsync(goods, WishKind.Season, "zero");
        await goods.UntilAsync("state = 'out_of_stock' AND seen_stock = 0");

        await WishAsync(goods, WishKind.Return, "restock");

        await goods.UntilAsync("state = 'live' AND seen_stock = 120");
    }

    [Fact]
    public async Task What_moved_after_the_plan_was_seen_is_told_and_left_out()
    {
        var goods = await LiveAsync();
        await WishAsync(goods, WishKind.Hide, "hide");
        await goods.UntilAsync("state = 'hidden'");
        var portal = Portal(goods);
        var plan = await PlanAsync(portal, goods, WishKind.Publish);

        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await ConfirmedAsync(goods, plan);
        await DoneAsync(plan);

        var view = await portal.FindAsync(plan, CancellationToken.None);
        Assert.Equal((1, 1), (view!.InGroup("moved"), view.Total));
        Assert.Equal(("hidden", 0), (await DesiredAsync(goods), await engine.OnSaleAsync(goods.Sku)));
        Assert.Equal(WishOutcome.Closed, await ConfirmAsync(goods, plan));
    }

    [Fact]
    public async Task Without_a_mandate_nothing_is_done_and_the_plan_says_so()
    {
        var goods = await LiveAsync();
        await engine.ExecuteAsync("UPDATE mandate SET revoked_on = current_date - 1 WHERE account_id = (SELECT account_id FROM listing WHERE id = @Listing)", new { goods.Listing });

        Assert.Equal((WishAct.Blocked, "mandate_missing"), await ActAsync(goods, WishKind.Hide));
        Assert.Equal((WishAct.Blocked, "mandate_missing"), await ActAsync(goods, WishKind.Season));
    }

    [Fact]
    public async Task A_plan_is_its_makers_and_another_producers_products_are_not_in_it()
    {
        var (mine, other) = (await LiveAsync(), await LiveAsync());
        var portal = Portal(mine);

        Assert.Equal(WishRefusal.Nothing, (await AskAsync(portal, other, WishKind.Hide, null)).Refusal);
        var plan = await PlanAsync(portal, mine, WishKind.Hide);
        Assert.Null(await Portal(other).FindAsync(plan, CancellationToken.None));
        Assert.Equal(WishOutcome.Closed, await ConfirmAsync(other, plan));
        Assert.Equal(WishOutcome.Closed, await ConfirmAsync(mine, plan, _people[other.Producer]));
        Assert.Equal("on_sale", await DesiredAsync(mine));
    }

    /// <summary>In one transaction with the word that sets it going, so that the worker alone can notice.</summary>
    [Theory]
    [InlineData("SELECT 1", "applied")]
    [InlineData("UPDATE identity.person SET disabled_at = now() WHERE id = @person", "moved")]
    [InlineData("DELETE FROM identity.person WHERE id = @person", "moved")]
    [InlineData("UPDATE identity.person SET role = 'viewer' WHERE id = @person", "moved")]
    [InlineData("UPDATE identity.person SET scope = 'units:96' WHERE id = @person", "moved")]
    [InlineData("UPDATE product SET unit_code = '96' WHERE id = @product", "moved")]
    [InlineData("UPDATE listing SET unit_code = '96' WHERE id = @listing", "moved")]
    [InlineData("UPDATE product SET producer_id = @other WHERE id = @product", "moved")]
    public async Task What_left_its_makers_reach_is_not_carried_out(string change, string outcome)
    {
        var (goods, other) = (await LiveAsync(), await LiveAsync());
        foreach (var table in (string[])["product", "variant", "listing", "seller_account", "mandate"])
        {
            await engine.ExecuteAsync($"UPDATE {table} SET unit_code = '86' WHERE producer_id = @Producer", new { goods.Producer });
        }

        await engine.ExecuteAsync("UPDATE producer SET unit_now = '86' WHERE id = @Producer", new { goods.Producer });
        var person = await PersonAsync("staff", "units:86");
        var plan = (await AskAsync(Portal(new Scope(DataScope.OfUnits(["86"]), person)), goods, WishKind.Hide, null, person)).Plan!.Value;
        var product = await engine.ScalarAsync<long>("SELECT product_id FROM listing WHERE id = @Listing", new { goods.Listing });

        await engine.ExecuteAsync(
            $"{change}; UPDATE wish_plan SET step = 'confirmed', confirmed_at = now() WHERE id = @plan; SELECT pg_notify('ocop_work', '')",
            new { person, product, listing = goods.Listing, other = other.Producer, plan });
        await DoneAsync(plan);

        Assert.Equal(outcome, await engine.ScalarAsync<string>("SELECT string_agg(outcome, ',') FROM wish_item WHERE plan_id = @plan AND act = 'hide'", new { plan }));
        Assert.Equal(outcome == "moved" ? "on_sale" : "hidden", await DesiredAsync(goods));
    }

    private async Task<Goods> LiveAsync()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        _people[goods.Producer] = await PersonAsync("business", $"producer:{goods.Producer}");
        return goods;
    }

    private Task<long> PersonAsync(string role, string scope) => engine.ScalarAsync<long>(
        """
        INSERT INTO identity.person (name, role, scope, created_at, totp_step, email_confirmed, security_stamp, phone_number_confirmed, two_factor_enabled,
            lockout_enabled, access_failed_count)
        VALUES ('Chị Thi', @role, @scope, now(), 0, false, 's', false, false, false, 0) RETURNING id
        """, new { role, scope });

    private async Task ConfirmedAsync(Goods goods, long plan) => Assert.Equal(WishOutcome.Confirmed, await ConfirmAsync(goods, plan));

    private async Task<WishOutcome> ConfirmAsync(Goods goods, long plan, long? person = null)
    {
        var scope = new Scope(DataScope.Producer(goods.Producer), person ?? _people[goods.Producer]);
        return (await new WishDecisions(new(new PortalDatabase(engine.WebSource), scope), scope, new GuardRules())
            .ConfirmAsync(plan, Thi(scope.Person!.Value), true, null, CancellationToken.None)).Outcome;
    }

    private static Actor Thi(long person) => new($"person {person}", "test", Person: person) { Shown = "Chị Thi" };

    /// <summary>Plans, finds what the plan should say, confirms, and waits until the workers carried it out.</summary>
    private async Task WishAsync(Goods goods, WishKind kind, string act, DateOnly? backOn = null)
    {
        var portal = Portal(goods);
        var plan = await PlanAsync(portal, goods, kind, backOn);
        var view = await portal.FindAsync(plan, CancellationToken.None);
        Assert.Equal(1, view!.OfAct(act, "postmart"));
        await ConfirmedAsync(goods, plan);
        await DoneAsync(plan);
        view = await portal.FindAsync(plan, CancellationToken.None);
        Assert.Equal(view!.Total, WishPlanView.Groups.Sum(view.InGroup));
        Assert.Equal(0, view.InGroup("moved"));
    }

    private async Task DoneAsync(long plan)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await engine.CountAsync($"wish_plan WHERE id = {plan} AND step = 'done'") == 0)
        {
            Assert.False(limit.IsCancellationRequested, "The plan was not carried out.");
            await Task.Delay(50);
        }
    }

    private async Task<(WishAct Act, string Why)> ActAsync(Goods goods, WishKind kind)
    {
        var portal = Portal(goods);
        var item = Assert.Single(await portal.ItemsAsync(await PlanAsync(portal, goods, kind), null, 0, CancellationToken.None), i => i.Marketplace == "postmart");
        return (Core.Words.Parse<WishAct>(item.Act), item.Why[0]);
    }

    private async Task<long> PlanAsync(WishPortal portal, Goods goods, WishKind kind, DateOnly? backOn = null) =>
        (await AskAsync(portal, goods, kind, backOn)).Plan!.Value;

    private async Task<WishAnswer> AskAsync(WishPortal portal, Goods goods, WishKind kind, DateOnly? backOn, long? person = null) => await portal.PlanAsync(
        new(kind, ["postmart"], backOn, "ở xưởng sửa máy")
        {
            Products = [await goods.Engine.ScalarAsync<long>("SELECT product_id FROM listing WHERE id = @Listing", new { goods.Listing })],
        },
        _ => [], new("test", "plan", 1000), Thi(person ?? _people[goods.Producer]), CancellationToken.None);

    private WishPortal Portal(Goods goods) => Portal(new Scope(DataScope.Producer(goods.Producer), _people[goods.Producer]));

    private WishPortal Portal(Scope scope)
    {
        var database = new PortalDatabase(engine.WebSource);
        return new(
            new(database, scope), new(database, scope), engine.Services.GetRequiredService<WishPlanner>(), scope, new GuardRules(), TimeProvider.System);
    }

    private Task<string?> DesiredAsync(Goods goods) =>
        engine.ScalarAsync<string>("SELECT desired FROM listing WHERE id = @Listing", new { goods.Listing });

    /// <summary>As a worker plans on a later day.</summary>
    private Task PlanOnAsync(int days) => new ListingPlanning(
        engine.Services.GetRequiredService<ListingComposition>(), engine.Services.GetRequiredService<CatalogueComposer>(),
        engine.Services.GetRequiredService<TableGrowth>(), new Later(TimeSpan.FromDays(days))).PlanAsync(CancellationToken.None);

    private sealed class Scope(DataScope scope, long person) : IReaderScope
    {
        public DataScope Current => scope;
        public long? Person => person;
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
