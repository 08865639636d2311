namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A producer's own shop: nobody reviews, what is sent is on sale, and what the shop makes of it is looked at.</summary>
public sealed class WooCommerceEngineTests(WooCommerceEngine engine) : EngineTests<WooCommerceEngine>(engine)
{
    [Fact]
    public override async Task A_refused_item_is_sent_again_only_after_an_edit()
    {
        var goods = await Engine.AddAsync(g => Engine.BreakAsync(Fault(g, "create", "unknownError", 1)));
        await goods.UntilAsync("state = 'rejected'");
        var attempts = await goods.AttemptsAsync("true");
        await Engine.PlanAsync();
        await Task.Delay(1500);
        Assert.Equal(attempts, await goods.AttemptsAsync("true"));

        await Engine.ChangeAsync(
            goods, "UPDATE product SET description = description || ' Hàng mới của vụ này, đã kiểm nghiệm.' WHERE producer_id = @producer");

        await goods.LiveAsync();
        Assert.Equal(1, await Engine.ItemsAsync(goods.Sku));
        Assert.Null(await goods.IssueAsync());
    }

    [Fact]
    public async Task A_product_is_offered_only_where_its_producer_has_a_shop_of_his_own()
    {
        var producer = await Engine.AddWithoutShopAsync();

        await Engine.PlanAsync();

        Assert.Equal(["postmart", "voso"], await Engine.QueryAsync<string>(
            "SELECT marketplace FROM listing WHERE producer_id = @producer ORDER BY marketplace", new { producer }));
    }

    [Fact]
    public async Task A_picture_goes_by_its_address_once_and_by_its_number_afterwards()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var first = (long)(await Engine.ItemAsync(goods.Sku))["images"]![0]!;

        await Engine.ChangeAsync(goods, "UPDATE product SET description = 'Mô tả mới của vụ này.' WHERE producer_id = @producer");
        await goods.UntilAsync(
            "state = 'live' AND EXISTS (SELECT FROM listing_attempt a WHERE a.listing_id = listing.id AND a.lane = 'content' AND a.outcome = 'accepted')");

        var item = await Engine.ItemAsync(goods.Sku);
        Assert.Contains("Mô tả mới", (string)item["description"]!, StringComparison.Ordinal);
        Assert.Equal(first, (long)item["images"]![0]!);
    }

    [Fact]
    public async Task What_the_shop_keeps_otherwise_than_it_was_sent_is_an_issue_until_it_is_kept()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        await Engine.ChangeAsync(goods, "UPDATE product SET name = 'Mật hoa dừa <b>cô đặc</b> thơm' WHERE producer_id = @producer");
        await goods.UntilAsync("EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = listing.id AND i.code = 'woocommerce.differs_title' AND i.closed_at IS NULL)");

        await Engine.ChangeAsync(goods, "UPDATE product SET name = 'Mật hoa dừa cô đặc thơm' WHERE producer_id = @producer");
        await goods.UntilAsync(
            "NOT EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = listing.id AND i.code = 'woocommerce.differs_title' AND i.closed_at IS NULL) AND state = 'live'");
        Assert.Equal("Mật hoa dừa cô đặc thơm", (string?)(await Engine.ItemAsync(goods.Sku))["name"]);
    }

    [Fact]
    public async Task A_key_that_its_owner_took_back_sends_nothing_more_and_asks_for_another()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        await Engine.BreakAsync(Fault(goods, "update", "tokenRevoked", 1));

        await Engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 210000 WHERE producer_id = @producer");

        await goods.UntilAsync("EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = listing.id AND i.code = 'shop_reauth' AND i.closed_at IS NULL)");
        Assert.Equal("185000", (string?)(await Engine.ItemAsync(goods.Sku))["regularPrice"]);
    }
}
