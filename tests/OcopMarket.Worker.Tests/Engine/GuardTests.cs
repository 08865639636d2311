using Microsoft.Extensions.DependencyInjection;
#if OCOP_SABOTAGE
using OcopMarket.Core;
#endif
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Sync;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>What a mistake in a list would do waits for a person. The platform's own log is the judge.</summary>
public sealed class GuardTests(PostmartEngine engine) : IClassFixture<PostmartEngine>
{
    private const string Why = "the producer confirmed it";
    private static readonly Actor _lan = new("Lan", "test");
    private static readonly Actor _minh = new("Minh", "test");

    [Fact]
    public async Task A_price_that_leaps_waits_and_goes_out_when_released()
    {
        var goods = await LiveAsync();

        await PriceAsync(goods, 30_000);

        await goods.UntilAsync("state = 'held' AND owner = 'staff' AND due_at < now() + interval '25 hours'");
        Assert.Equal("held_price:185.000,30.000", await IssueAsync(goods));
        await engine.ChangeAsync(goods, "UPDATE variant SET stock_units = 0 WHERE producer_id = @producer");
        await goods.UntilAsync("seen_stock = 0"); // zero stock goes out all the same
        Assert.Equal(0, await goods.AttemptsAsync("lane = 'price'"));

        Assert.Equal(2, await ReleaseAsync(goods)); // on both marketplaces

        await goods.UntilAsync("seen_price = 30000");
    }

    [Fact]
    public async Task A_price_that_leaps_by_a_sale_waits_too()
    {
        var goods = await LiveAsync();

        await engine.ChangeAsync(goods, "UPDATE variant SET sale_price_vnd = 18500 WHERE producer_id = @producer");

        await goods.UntilAsync("state = 'held'");
        Assert.Equal(0, await goods.AttemptsAsync("lane = 'price'"));
    }

    [Fact]
    public async Task A_price_that_is_put_right_at_the_source_is_held_no_more()
    {
        var goods = await LiveAsync();
        await PriceAsync(goods, 1_850_000);
        await goods.UntilAsync("state = 'held'");
        await PriceAsync(goods, 1_900_000);
        Assert.Equal("held_price:185.000,1.900.000", await IssueAsync(goods));

        await PriceAsync(goods, 190_000);

        await goods.UntilAsync("state = 'live' AND seen_price = 190000");
        Assert.Null(await ReleaseAsync(goods));
    }

    [Fact]
    public async Task Steps_that_are_small_one_by_one_are_measured_together()
    {
        var goods = await LiveAsync();
        await PriceAsync(goods, 90_000);
        await goods.UntilAsync("state = 'live' AND seen_price = 90000");

        await PriceAsync(goods, 36_000);

        await goods.UntilAsync("state = 'held'");
    }

    [Fact]
    public async Task A_price_of_longer_ago_is_no_measure()
    {
        var goods = await LiveAsync();
        await PriceAsync(goods, 90_000);
        await goods.UntilAsync("state = 'live' AND seen_price = 90000");
        await engine.ExecuteAsync("UPDATE listing SET anchor_at = now() - interval '8 days' WHERE id = @Listing", new { goods.Listing });

        await PriceAsync(goods, 36_000);

        await goods.UntilAsync("state = 'live' AND seen_price = 36000");
    }

    [Fact]
    public async Task A_source_whose_items_run_out_at_once_waits_and_one_that_sells_out_does_not()
    {
        var goods = await engine.AddAsync();
        await AddToShopAsync(goods, 24);
        await BelongAsync("stock-list", [goods.Producer]);
        await UntilAsync(goods, 25, "state = 'live'");

        await engine.ChangeAsync(goods, StockOf("min", 0));
        await UntilAsync(goods, 1, "state = 'out_of_stock' AND seen_stock = 0");

        await engine.ChangeAsync(goods, "UPDATE variant SET stock_units = 0 WHERE producer_id = @producer");

        await UntilAsync(goods, 24, "state = 'held' AND desired_stock = 0 AND seen_stock > 0");
        await engine.ChangeAsync(goods, StockOf("max", 7));
        await UntilAsync(goods, 1, "state = 'live' AND desired_stock = 7 AND seen_stock = 7");
        await UntilAsync(goods, 23, "state = 'held' AND seen_stock > 0");

        Assert.Equal(2 * 23, await ReleaseAsync(goods)); // on both marketplaces

        await UntilAsync(goods, 24, "seen_stock = 0 AND state = 'out_of_stock'");
    }

    [Fact]
    public async Task A_shop_that_would_be_emptied_waits_for_a_person()
    {
        var goods = await LiveAsync();
        await AddToShopAsync(goods, 24);
        await UntilAsync(goods, 25, "state = 'live'");

        await engine.ChangeAsync(goods, "UPDATE product SET gone_at = now() WHERE producer_id = @producer");

        await UntilAsync(goods, 25, "state = 'held' AND seen = 'live' AND desired = 'gone'");
        Assert.Equal("held_stop:", await IssueAsync(goods));
        Assert.Equal(0, await goods.AttemptsAsync("lane = 'stop'"));

        Assert.Equal(25, await ReleaseAsync(goods));

        await UntilAsync(goods, 25, "state = 'removed'");
    }

    [Fact]
    public async Task Nobody_lets_go_alone_and_what_came_later_waits_for_people_again()
    {
        var goods = await LiveAsync();
        await PriceAsync(goods, 1_850_000);
        await goods.UntilAsync("state = 'held'");
        var hold = (await HoldAsync(goods))!.Value;
        Assert.Equal(HoldOutcome.NotProposed, await DecideAsync(t => HoldDecisions.ApproveAsync(t, hold, _minh, null, CancellationToken.None)));
        Assert.Equal(HoldOutcome.Changed, await DecideAsync(t => HoldDecisions.ProposeAsync(t, hold, _lan, Why, "1-1", CancellationToken.None)));
        Assert.Equal(HoldOutcome.Done, await DecideAsync(t => HoldDecisions.ProposeAsync(t, hold, _lan, Why, null, CancellationToken.None)));
        Assert.Equal(HoldOutcome.SamePerson, await DecideAsync(t => HoldDecisions.ApproveAsync(t, hold, _lan, null, CancellationToken.None)));
        Assert.Equal(HoldOutcome.SamePerson, await DecideAsync(t => HoldDecisions.ApproveAsync(t, hold, _lan with { Person = 7 }, null, CancellationToken.None)));

        await PriceAsync(goods, 1_900_000); // not what Lan saw

        Assert.Equal(HoldOutcome.Changed, await DecideAsync(t => HoldDecisions.ApproveAsync(t, hold, _minh, null, CancellationToken.None)));
        Assert.Equal(HoldOutcome.Done, await DecideAsync(t => HoldDecisions.ProposeAsync(t, hold, _lan, Why, null, CancellationToken.None)));
        await engine.ExecuteAsync(
            """
            WITH late AS (
                UPDATE listing_hold SET held_at = clock_timestamp() + interval '1 hour'
                WHERE hold_id = @hold AND listing_id = (SELECT max(listing_id) FROM listing_hold WHERE hold_id = @hold))
            UPDATE guard_hold SET approved_by = 'Minh', approved_key = 'name:MINH', approved_at = clock_timestamp() WHERE id = @hold
            """, new { hold });
        await engine.Services.GetRequiredService<GuardHolds>().ReleaseApprovedAsync(CancellationToken.None);

        Assert.True(await engine.ScalarAsync<bool>(
            "SELECT released_at IS NULL AND proposed_at IS NULL AND approved_at IS NULL FROM guard_hold WHERE id = @hold", new { hold }));
        Assert.Equal(1, await engine.ScalarAsync<int>("SELECT count(*)::int FROM listing_hold WHERE hold_id = @hold AND ended_at IS NULL", new { hold }));
    }

    private async Task<Goods> LiveAsync()
    {
        var goods = await engine.AddAsync();
        await BelongAsync(FormattableString.Invariant($"list-{goods.Producer}"), [goods.Producer]); // a hold of its own
        await goods.LiveAsync();
        return goods;
    }

    private Task PriceAsync(Goods goods, int price) =>
        engine.ChangeAsync(goods, FormattableString.Invariant($"UPDATE variant SET list_price_vnd = {price} WHERE producer_id = @producer"));

    private Task<string?> IssueAsync(Goods goods) => engine.ScalarAsync<string>(
        "SELECT code || ':' || array_to_string(args, ',') FROM listing_issue WHERE listing_id = @Listing AND closed_at IS NULL", new { goods.Listing });

    private static string StockOf(string which, int units) => FormattableString.Invariant(
        $"UPDATE variant SET stock_units = {units} WHERE id = (SELECT {which}(id) FROM variant WHERE producer_id = @producer)");

    private Task<long?> HoldAsync(Goods goods) => engine.ScalarAsync<long?>(
        """
        SELECT DISTINCT h.hold_id FROM listing_hold h JOIN listing l ON l.id = h.listing_id
        WHERE l.producer_id = @Producer AND h.ended_at IS NULL
        """, new { goods.Producer });

    private async Task<int?> ReleaseAsync(Goods goods)
    {
        var hold = await HoldAsync(goods);
        if (hold is null)
        {
            return null;
        }

        Assert.Equal(HoldOutcome.Done, await DecideAsync(t => HoldDecisions.ProposeAsync(t, hold.Value, _lan, Why, null, CancellationToken.None)));
        Assert.Equal(HoldOutcome.Done, await DecideAsync(t => HoldDecisions.ApproveAsync(t, hold.Value, _minh, null, CancellationToken.None)));
        await engine.Services.GetRequiredService<GuardHolds>().ReleaseApprovedAsync(CancellationToken.None); // or the loop was faster
        return await engine.ScalarAsync<int>("SELECT count(*)::int FROM listing_hold WHERE hold_id = @hold AND ended_how = 'released'", new { hold });
    }

    private async Task<HoldOutcome> DecideAsync(Func<NpgsqlTransaction, Task<HoldOutcome>> decide)
    {
        await using var connection = await engine.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var outcome = await decide(transaction);
        await transaction.CommitAsync();
        return outcome;
    }

    private Task BelongAsync(string source, long[] producers) => engine.ExecuteAsync(
        """
        WITH s AS (INSERT INTO source (key, name, kind) VALUES (@source, @source, 'file') RETURNING id),
        r AS (INSERT INTO source_run (source_id, state, started_by) SELECT id, 'done', 'test' FROM s RETURNING id, source_id)
        INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, last_run_id)
        SELECT r.source_id, v.key, '\x00', 1, v.producer_id, v.product_id, v.id, r.id FROM variant v CROSS JOIN r
        WHERE v.producer_id = ANY(@producers)
        """, new { source, producers });

    private async Task AddToShopAsync(Goods goods, int count)
    {
        await engine.ExecuteAsync(
            """
            WITH x AS (
                INSERT INTO product (producer_id, key, name, name_folded, criteria_set_no, short_description, description, shelf_life, origin,
                                     food_safety_no)
                SELECT p.producer_id, p.key || '-' || n, 'Mật hoa dừa vị ' || chr(64 + n) || ' ' || p.name, p.name_folded, p.criteria_set_no,
                       p.short_description, p.description, p.shelf_life, p.origin, p.food_safety_no
                FROM product p CROSS JOIN generate_series(1, @count) n WHERE p.producer_id = @Producer RETURNING id, producer_id, key),
            i AS (
                INSERT INTO product_image (product_id, producer_id, position, sha256)
                SELECT x.id, x.producer_id, 1, (SELECT min(sha256) FROM media) FROM x)
            INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm)
            SELECT id, producer_id, 'v' || key, 'chai', 185000, 120, 650, 8, 8, 21 FROM x
            """, new { goods.Producer, count });
        await engine.PlanAsync();
    }

    private async Task UntilAsync(Goods goods, int count, string condition) => await goods.UntilAsync(FormattableString.Invariant(
        $"(SELECT count(*) FROM listing l WHERE l.producer_id = {goods.Producer} AND l.marketplace = '{engine.Key}' AND ({condition})) = {count}"));
}

#if OCOP_SABOTAGE
public sealed class GuardSabotageTests(PostmartEngine engine) : IClassFixture<PostmartEngine>
{
    [Fact]
    public async Task Without_the_guard_a_price_that_leaps_goes_out()
    {
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        Sabotage.Choose(nameof(Sabotage.Guard));

        await engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 30000 WHERE producer_id = @producer");

        await goods.UntilAsync("state = 'live' AND seen_price = 30000");
    }
}
#endif
