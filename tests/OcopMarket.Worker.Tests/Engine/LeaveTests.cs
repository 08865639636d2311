using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.People;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A shop, or a whole marketplace, is taken out of use: what stands there on sale goes first, and the platform is the judge.</summary>
public abstract class LeaveTests(EngineFixture engine)
{
    private static readonly Actor _lan = new("Lan", "test");
    private const string Reason = "the cooperative has been dissolved";

    private ShopLeaves Leaves => engine.Services.GetRequiredService<ShopLeaves>();

    [Fact]
    public async Task The_items_of_a_shop_that_is_removed_are_off_sale_and_read_so_before_its_login_goes_and_nothing_comes_back()
    {
        var other = await engine.AddAsync();
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await other.LiveAsync();
        var shop = await ShopAsync(goods);
        Assert.Equal(1, await engine.OnSaleAsync(goods.Sku));

        Assert.True(await Leaves.BeginAsync(shop, _lan, Reason, CancellationToken.None));
        await LeftAsync(shop);

        Assert.Equal((1, 0, 1), (await engine.ItemsAsync(goods.Sku), await engine.OnSaleAsync(goods.Sku), await engine.OnSaleAsync(other.Sku)));
        Assert.Equal("off hidden nobody hidden api", await engine.ScalarAsync<string>(
            "SELECT concat_ws(' ', desired, state, owner, seen, seen_how) FROM listing WHERE id = @Listing AND seen_at > submitted_at", new { goods.Listing }));
        Assert.True(await engine.ScalarAsync<bool>(
            "SELECT left_at > (SELECT seen_at FROM listing WHERE id = @Listing) FROM seller_account WHERE id = @Id", new { goods.Listing, shop.Id }));
        Assert.Equal(0, await engine.CountAsync(
            $"seller_account a JOIN credential c ON c.id = a.credential_id WHERE a.id = {shop.Id} AND (c.scope <> 'shop' OR c.sealed_access IS NOT NULL)"));
        Assert.Equal(["leaving Lan", "left worker"], await engine.QueryAsync<string>(
            "SELECT evidence || ' ' || told_by FROM account_event WHERE account_id = @Id AND evidence IN ('leaving', 'left') ORDER BY id", new { shop.Id }));
        Assert.Equal(["Lan shop.leave", "worker shop.left"], await engine.QueryAsync<string>(
            "SELECT actor || ' ' || action FROM audit WHERE producer_id = @Producer AND action LIKE 'shop.le%' ORDER BY id", new { goods.Producer }));

        var sent = await goods.AttemptsAsync("true");
        await engine.ExecuteAsync("UPDATE product SET composed_on = NULL");
        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000, stock_units = 7 WHERE producer_id = @producer");
        await engine.ChangeAsync(other, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await other.UntilAsync("seen_price = 199000 AND state = 'live'");
        Assert.Equal((sent, "hidden", null), (await goods.AttemptsAsync("true"), await goods.StateAsync(), await goods.IssueAsync()));
        Assert.Equal(0, await engine.OnSaleAsync(goods.Sku));
    }

    /// <summary>Without a right to act we cannot take it off: that is said of each item, to staff, until a person looked.</summary>
    [Fact]
    public async Task Items_of_a_shop_that_we_may_not_act_for_are_named_for_a_person_and_it_leaves_when_he_says_that_they_are_off_sale()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await engine.ExecuteAsync(
            "UPDATE mandate SET revoked_on = CURRENT_DATE WHERE producer_id = @Producer OR account_id = (SELECT account_id FROM listing WHERE id = @Listing)",
            new { goods.Producer, goods.Listing });
        var shop = await ShopAsync(goods);
        Assert.False(shop.IsOpen);

        Assert.True(await Leaves.BeginAsync(shop, _lan, Reason, CancellationToken.None));
        await goods.UntilAsync("state = 'needs_attention' AND owner = 'staff' AND desired = 'off'");

        Assert.Equal("shop_leaving", await goods.IssueAsync());
        Assert.Equal(goods.Listing, Assert.Single(await Leaves.ItemsAsync(shop.Id, CancellationToken.None)).Listing);
        await Leaves.RunAsync(CancellationToken.None);
        Assert.Equal(0, await engine.CountAsync($"seller_account WHERE id = {shop.Id} AND left_at IS NOT NULL"));

        Assert.Equal(1, await Leaves.SeenAwayAsync(shop, _lan, CancellationToken.None));
        await LeftAsync(shop);
        Assert.Equal("hidden staff_check Lan", await engine.ScalarAsync<string>(
            "SELECT concat_ws(' ', state, seen_how, seen_raw) FROM listing WHERE id = @Listing", new { goods.Listing }));
        Assert.Null(await goods.IssueAsync());
    }

    /// <summary>A shop that the platform locked cannot be read, and its items count as locked until a person looked.</summary>
    [Fact]
    public async Task A_locked_shop_leaves_when_a_person_says_that_its_items_are_off_sale()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await engine.ExecuteAsync("UPDATE mandate SET revoked_on = CURRENT_DATE WHERE producer_id = @Producer", new { goods.Producer });
        await engine.ExecuteAsync(
            "UPDATE seller_account SET state = 'suspended', next_check_at = 'infinity' WHERE producer_id = @Producer", new { goods.Producer });
        var shop = await ShopAsync(goods);

        Assert.True(await Leaves.BeginAsync(shop, _lan, Reason, CancellationToken.None));
        await goods.UntilAsync("state = 'locked' AND desired = 'off'");
        Assert.Equal(1, await Leaves.SeenAwayAsync(shop, _lan, CancellationToken.None));

        await LeftAsync(shop);
        Assert.Equal("hidden", await goods.StateAsync());
    }

    [Fact]
    public async Task A_shop_that_stays_after_all_has_its_items_on_sale_again()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var shop = await ShopAsync(goods);
        await engine.BreakAsync(new JsonObject { ["call"] = "visibility", ["kind"] = "serverErrorBefore" });
        await engine.BreakAsync(new JsonObject { ["call"] = "hide", ["kind"] = "serverErrorBefore" });
        Assert.True(await Leaves.BeginAsync(shop, _lan, Reason, CancellationToken.None));
        await goods.UntilAsync("desired = 'off'");
        await engine.MendAsync();

        Assert.True(await Leaves.KeepAsync(shop, _lan, "it was the wrong shop", CancellationToken.None));
        await engine.PlanAsync();

        await goods.UntilAsync("desired = 'on_sale' AND state = 'live'");
        Assert.Equal(1, await engine.OnSaleAsync(goods.Sku));
        Assert.False(await Leaves.KeepAsync(shop, _lan, "it was the wrong shop", CancellationToken.None));
    }

    [Fact]
    public async Task A_marketplace_out_of_use_has_nothing_of_ours_on_sale_until_it_is_in_use_again()
    {
        var stops = engine.Services.GetRequiredService<MarketplaceStops>();
        var goods = await engine.AddAsync();
        await goods.LiveAsync();

        Assert.True(await stops.StopAsync(engine.Key, _lan, Reason, CancellationToken.None));
        Assert.False(await stops.StopAsync(engine.Key, _lan, Reason, CancellationToken.None));
        await goods.UntilAsync("desired = 'off' AND state = 'hidden' AND seen_at > submitted_at");
        var late = await engine.AddAsync();
        await late.UntilAsync("desired = 'off' AND state = 'off'");
        await engine.ExecuteAsync("UPDATE product SET composed_on = NULL");
        await engine.PlanAsync();

        Assert.Equal((0, 0), (await engine.OnSaleAsync(goods.Sku), await engine.ItemsAsync(late.Sku)));
        Assert.Equal(("hidden", 0), (await goods.StateAsync(), await late.AttemptsAsync("true")));
        var stopped = Assert.Single(await stops.ListAsync(CancellationToken.None));
        Assert.Equal((engine.Key, "Lan", 0, 0), (stopped.Marketplace, stopped.StoppedBy, stopped.Standing, stopped.ByHand));
        Assert.Equal(0, await engine.CountAsync("seller_account WHERE left_at IS NOT NULL AND leaving_at IS NULL"));

        Assert.True(await stops.ResumeAsync(engine.Key, _lan, Reason, CancellationToken.None));
        await engine.PlanAsync();
        await goods.LiveAsync();
        await late.LiveAsync();
        Assert.Equal((1, 1), (await engine.OnSaleAsync(goods.Sku), await engine.OnSaleAsync(late.Sku)));
    }

    private async Task<LeavingShop> ShopAsync(Goods goods) => (await Leaves.FindAsync(
        await engine.ScalarAsync<long>("SELECT account_id FROM listing WHERE id = @Listing", new { goods.Listing }), CancellationToken.None))!;

    private async Task LeftAsync(LeavingShop shop)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await engine.CountAsync($"seller_account WHERE id = {shop.Id} AND left_at IS NOT NULL") == 0)
        {
            Assert.False(limit.IsCancellationRequested, await engine.ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', l.desired, l.state, l.seen, t.lane, t.state), '; ') FROM listing l LEFT JOIN listing_task t ON t.listing_id = l.id WHERE l.account_id = @Id",
                new { shop.Id }));
            await Task.Delay(100);
        }
    }
}

public sealed class PostmartLeaveTests(PostmartEngine engine) : LeaveTests(engine), IClassFixture<PostmartEngine>;

public sealed class VosoLeaveTests(VosoEngine engine) : LeaveTests(engine), IClassFixture<VosoEngine>;
