using System.Text.Json.Nodes;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>The main job of one listing from wish to shop, with all that a platform does wrong. The platform's own log is the judge.</summary>
public abstract class EngineTests<TEngine>(TEngine engine) : IClassFixture<TEngine>
    where TEngine : EngineFixture
{
    protected TEngine Engine => engine;

    /// <summary>The platform's "too many" says how long.</summary>
    protected virtual bool SaysHowLong => true;

    [Fact]
    public async Task A_wanted_product_is_created_once_reviewed_and_live()
    {
        var goods = await engine.AddAsync();

        await goods.LiveAsync();

        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
        Assert.Null(await goods.IssueAsync());
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_adopted_and_never_repeated()
    {
        var goods = await engine.AddAsync(g => engine.BreakAsync(Fault(g, "create", "droppedAfter", 1)));

        await goods.LiveAsync();

        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
        Assert.Equal(1, await goods.AttemptsAsync("outcome = 'unknown'"));
    }

    [Fact]
    public async Task A_price_that_somebody_changed_over_there_is_put_right_where_ours_wins()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        var id = await engine.ScalarAsync<string>("SELECT external_id FROM listing WHERE id = @Listing", new { goods.Listing });

        await engine.SubmitBesideAsync(goods, ChangeKind.SetPrice, id, d => d with { PriceVnd = 99_000 });
        await Task.Delay(TimeSpan.FromSeconds(3)); // the platform's settling time is over: what it shows is somebody's doing
        await engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() WHERE listing_id = @Listing", new { goods.Listing });

        await goods.UntilAsync("price_revision = 2 AND state = 'live' AND seen_price = desired_price");
        Assert.Equal(
            1, await engine.ScalarAsync<long>("SELECT count(*) FROM listing_event WHERE listing_id = @Listing AND how = 'again'", new { goods.Listing }));
    }

    [Fact]
    public async Task A_create_that_never_arrived_is_sent_again_after_it_was_looked_for()
    {
        var goods = await engine.AddAsync(g => engine.BreakAsync(Fault(g, "create", "droppedBefore", 1)));

        await goods.LiveAsync();

        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
    }

    [Fact]
    public async Task Too_many_with_a_time_is_waited_out_and_counts_as_no_refusal()
    {
        var goods = await engine.AddAsync(g =>
        {
            var fault = Fault(g, "create", "rateLimitedRetryAfter", 1);
            fault["seconds"] = 3;
            return engine.BreakAsync(fault);
        });

        await goods.LiveAsync();

        Assert.Equal(0, await goods.AttemptsAsync("outcome IN ('refused', 'unknown')"));
        Assert.Equal(1, await goods.AttemptsAsync("outcome = 'delayed'"));
        Assert.True(!SaysHowLong || await engine.ScalarAsync<bool>(
            """
            SELECT max(started_at) - min(started_at) >= interval '3 s' FROM listing_attempt WHERE listing_id = @Listing AND lane = 'create'
            """, new { goods.Listing }));
    }

    [Fact]
    public async Task A_new_price_reaches_the_item_and_a_stock_of_zero_takes_it_off_without_a_second_create()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();

        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await goods.UntilAsync("seen_price = 199000 AND state = 'live'");
        await engine.ChangeAsync(goods, "UPDATE variant SET stock_units = 0 WHERE producer_id = @producer");
        await goods.UntilAsync("state = 'out_of_stock' AND owner = 'producer'");
        await engine.ChangeAsync(goods, "UPDATE variant SET stock_units = 7 WHERE producer_id = @producer");
        await goods.UntilAsync("state = 'live' AND seen_stock = 7");

        Assert.Equal(1, await engine.CallsAsync("create", goods.Sku));
    }

    [Fact]
    public virtual async Task A_refused_item_is_sent_again_only_after_an_edit()
    {
        await engine.PostAsync("settings", new JsonObject { ["refusedShare"] = 1 });
        var goods = await engine.AddAsync();
        await goods.UntilAsync("state = 'rejected'");
        await engine.PostAsync("settings", new JsonObject { ["refusedShare"] = 0 });
        var attempts = await goods.AttemptsAsync("true");
        await engine.PlanAsync();
        await Task.Delay(2500);
        Assert.Equal(attempts, await goods.AttemptsAsync("true"));
        Assert.NotNull(await goods.IssueAsync());

        await engine.ChangeAsync(
            goods, "UPDATE product SET description = description || ' Hàng mới của vụ này, đã kiểm nghiệm.' WHERE producer_id = @producer");

        await goods.LiveAsync();
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Null(await goods.IssueAsync());
    }

    [Fact]
    public async Task The_item_of_a_product_that_is_gone_is_hidden_then_deleted_and_the_listing_says_removed()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();

        await engine.ChangeAsync(goods, "UPDATE product SET gone_at = now() WHERE producer_id = @producer");

        await goods.UntilAsync("state = 'removed' AND owner = 'nobody'");
        Assert.Equal(0, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(["hide", "delete"], await engine.QueryAsync<string>(
            "SELECT kind FROM listing_attempt WHERE listing_id = @Listing AND lane = 'stop' ORDER BY id", new { goods.Listing }));
    }

    [Fact]
    public async Task A_status_that_no_sheet_knows_goes_to_staff()
    {
        var goods = await engine.AddAsync(g => engine.BreakAsync(Fault(g, "create", "unknownStatus", 1)));

        await goods.UntilAsync("state = 'needs_attention' AND owner = 'staff'");

        Assert.Equal("unknown_status", await goods.IssueAsync());
    }

    [Fact]
    public async Task While_the_platform_is_down_work_waits_and_drains_afterwards()
    {
        var goods = await engine.AddAsync(_ => engine.BreakAsync(new() { ["call"] = "create", ["kind"] = "serverErrorBefore" }));
        await goods.UntilAsync("submitted_at IS NOT NULL");
        await Task.Delay(4000);
        Assert.NotEqual("live", await goods.StateAsync());

        await engine.MendAsync();

        await goods.LiveAsync();
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(0, await goods.AttemptsAsync("outcome = 'refused'"));
    }

    protected static JsonObject Fault(Goods goods, string call, string kind, int count) =>
        new() { ["call"] = call, ["kind"] = kind, ["count"] = count, ["sku"] = goods.Sku };
}

public sealed class PostmartEngineTests(PostmartEngine engine) : EngineTests<PostmartEngine>(engine)
{
    [Fact]
    public async Task A_token_that_ends_is_renewed_once_and_the_same_listing_goes_out()
    {
        var before = 0;
        var goods = await Engine.AddAsync(async g =>
        {
            await Engine.BreakAsync(Fault(g, "create", "tokenRevoked", 1));
            before = await Engine.CallsAsync("login");
        });

        await goods.LiveAsync();

        // One sign-in is the fixture's own, for the new shop.
        Assert.Equal(before + 2, await Engine.CallsAsync("login"));
        Assert.Equal(1, await Engine.ItemsAsync(goods.Sku));
        Assert.Equal(0, await goods.AttemptsAsync("outcome = 'refused'"));
    }

    [Fact]
    public async Task A_locked_shop_stops_that_shop_only()
    {
        var locked = await Engine.AddAsync();
        var other = await Engine.AddAsync();
        await locked.LiveAsync();
        await other.LiveAsync();
        await Engine.PostAsync("shops", new() { ["name"] = "HTX", ["phone"] = locked.Phone, ["ownerName"] = "HTX", ["state"] = "locked" });

        foreach (var goods in new[] { locked, other })
        {
            await Engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 210000 WHERE producer_id = @producer");
        }

        await locked.UntilAsync("state = 'locked' AND owner = 'producer'");
        await other.UntilAsync("state = 'live' AND seen_price = 210000");
        Assert.Equal("shop_locked", await locked.IssueAsync());
    }
}

public sealed class VosoEngineTests(VosoEngine engine) : EngineTests<VosoEngine>(engine)
{
    [Fact]
    public async Task A_second_item_of_the_same_code_goes_to_staff_until_somebody_removes_it()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var twin = await Engine.SubmitBesideAsync(goods, ChangeKind.Create, null);
        await Engine.ExecuteAsync(
            """
            UPDATE listing_task SET state = 'unknown', due_at = now() WHERE listing_id = @Listing AND lane = 'create';
            UPDATE account_queue SET next_at = now() WHERE account_id = (SELECT account_id FROM listing WHERE id = @Listing)
            """, new { goods.Listing });

        await goods.UntilAsync("state = 'needs_attention' AND owner = 'staff'");
        Assert.Equal("several_items", await goods.IssueAsync());
        await Engine.SubmitBesideAsync(goods, ChangeKind.Delete, twin);
        await Engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() + interval '2 s' WHERE listing_id = @Listing", new { goods.Listing });

        await goods.LiveAsync();
        Assert.Equal(1, await Engine.ItemsAsync(goods.Sku));
        Assert.Null(await goods.IssueAsync());
    }

    protected override bool SaysHowLong => false;
}
