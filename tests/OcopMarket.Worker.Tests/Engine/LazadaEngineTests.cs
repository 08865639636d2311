using System.Text.Json.Nodes;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A shop that its owner connected sells on Lazada: every lane, under tokens that renew themselves, with the simulated platform as the judge.</summary>
public sealed class LazadaEngineTests(LazadaEngine engine) : EngineTests<LazadaEngine>(engine)
{
    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_renewed_once_and_the_same_item_goes_out()
    {
        var goods = await Engine.AddAsync(g => Engine.BreakAsync(Fault(g, "create", "tokenRevoked", 1)));

        await goods.LiveAsync();

        Assert.Equal(1, await Engine.CallsOfShopAsync("refresh", await ShopAsync(goods)));
        Assert.Equal(1, await Engine.ItemsAsync(goods.Sku));
        Assert.Equal(0, await goods.AttemptsAsync("outcome = 'refused'"));
    }

    [Fact]
    public async Task The_item_carries_category_brand_weight_size_and_picture_and_is_known_by_both_its_ids()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        var item = await Engine.ItemAsync(goods.Sku);
        var content = item["content"]!;

        Assert.Equal((90000104L, "No Brand"), ((long)content["category"]!, (string?)content["attributes"]!["brand"]));
        Assert.Equal((8m, 8m, 21m, 0.65m), ((decimal)content["length"]!, (decimal)content["width"]!, (decimal)content["height"]!, (decimal)content["weight"]!));
        Assert.Single(content["images"]!.AsArray());
        Assert.Equal($"{item["itemId"]}-{item["skuId"]}", await IdAsync(goods));
    }

    [Fact]
    public async Task What_a_review_refuses_goes_to_the_producer_with_its_reason_and_an_edit_has_it_reviewed_again()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        await ModerateAsync(goods, "reject", "Ảnh có số điện thoại");
        await ReadNowAsync(goods);

        await goods.UntilAsync("state = 'rejected' AND owner = 'producer'");
        Assert.Equal("lazada.rejectReason", await goods.IssueAsync());
        Assert.Contains("Ảnh có số điện thoại", await Engine.ScalarAsync<string>(
            "SELECT raw FROM listing_issue WHERE listing_id = @Listing AND closed_at IS NULL", new { goods.Listing }), StringComparison.Ordinal);

        await Engine.ChangeAsync(goods, "UPDATE product SET description = description || ' Hàng mới của vụ này.' WHERE producer_id = @producer");
        await goods.LiveAsync();
        Assert.Equal(1, await Engine.CallsAsync("create", goods.Sku));
        Assert.Null(await goods.IssueAsync());
    }

    [Fact]
    public async Task What_the_platform_locked_is_never_uploaded_again_by_itself()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        await ModerateAsync(goods, "lock");
        await ReadNowAsync(goods);

        await goods.UntilAsync("state = 'locked' AND seen = 'locked'");
        await Engine.ChangeAsync(goods, "UPDATE product SET description = description || ' Thêm.' WHERE producer_id = @producer");
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(1, await Engine.CallsAsync("create", goods.Sku));
    }

    /// <summary>The platform refuses to hide and says only that it is not on sale: that may be a review, after which it would be.</summary>
    [Fact]
    public async Task What_ends_while_it_is_reviewed_is_stopped_once_it_is_on_sale_and_never_forgotten()
    {
        await Engine.PostAsync("settings", new() { ["reviewMinSeconds"] = 9e6, ["reviewMaxSeconds"] = 9e6 });
        try
        {
            var goods = await Engine.AddAsync();
            await goods.UntilAsync("state = 'in_review'");

            // It was on sale before: what never was is deleted at once, whether it can be hidden or not, by whoever comes first.
            await Engine.ExecuteAsync(
                "INSERT INTO listing_event (listing_id, producer_id, kind, what, how) VALUES (@Listing, @Producer, 'seen', 'live', 'api')", new { goods.Listing, goods.Producer });
            await Engine.ChangeAsync(goods, "UPDATE product SET gone_at = now() WHERE producer_id = @producer");
            await goods.UntilAsync("EXISTS (SELECT FROM listing_attempt a WHERE a.listing_id = listing.id AND a.kind = 'hide' AND a.outcome = 'delayed')");

            await ModerateAsync(goods, "approve");
            Assert.Equal(1, await Engine.OnSaleAsync(goods.Sku));
            await Engine.ExecuteAsync(
                """
                UPDATE listing_task SET due_at = now() WHERE listing_id = @Listing AND lane = 'stop';
                UPDATE account_queue SET next_at = now() WHERE account_id = (SELECT account_id FROM listing WHERE id = @Listing)
                """, new { goods.Listing });

            await goods.UntilAsync("state = 'removed'");
            Assert.Equal(0, await Engine.ItemsAsync(goods.Sku));
        }
        finally
        {
            await Engine.PostAsync("settings", new() { ["reviewMinSeconds"] = 0.2, ["reviewMaxSeconds"] = 0.6 });
        }
    }

    [Fact]
    public async Task A_shop_that_its_owner_disconnected_there_sends_nothing_more_and_asks_for_a_new_consent()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        await Engine.PostAsync("shops", new() { ["name"] = "x", ["phone"] = goods.Phone, ["state"] = "closed" });

        await Engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 210000 WHERE producer_id = @producer");

        await goods.UntilAsync("EXISTS (SELECT FROM listing_issue i WHERE i.listing_id = listing.id AND i.code = 'shop_reauth' AND i.closed_at IS NULL)");
        Assert.Equal(185000, (int)(await Engine.ItemAsync(goods.Sku))["price"]!);
    }

    /// <summary>A verdict names the item, and we keep the item's and its SKU's id.</summary>
    [Fact]
    public async Task A_push_that_names_only_the_item_has_it_read_again()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var (id, shop) = (await IdAsync(goods), await ShopAsync(goods));
        await ModerateAsync(goods, "reject", "Ảnh mờ");
        await Engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() + interval '1 day' WHERE listing_id = @Listing", new { goods.Listing });
        var hint = new JsonArray(new JsonObject { ["externalShopId"] = shop, ["sellerSku"] = "", ["externalId"] = id.Split('-')[0] });

        await Engine.ExecuteAsync(
            "INSERT INTO webhook_receipt (marketplace, body_hash, hints, pending, match_at) VALUES ('lazada', @hash, 1, @pending::jsonb, now())",
            new { hash = new string('c', 60) + id[^4..], pending = hint.ToJsonString() });

        await goods.UntilAsync("state = 'rejected'");
        Assert.Equal(1, await Engine.ScalarAsync<long>("SELECT count(*) FROM webhook_receipt WHERE marketplace = 'lazada' AND pending IS NULL AND unmatched = 0 AND body_hash LIKE 'ccc%'"));
    }

    [Fact]
    public async Task The_pace_that_the_file_asks_for_breaches_nothing()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        Assert.Equal(0, await Engine.BreachesAsync());
    }

    private Task<string> IdAsync(Goods goods) => Engine.ScalarAsync<string>("SELECT external_id FROM listing WHERE id = @Listing", new { goods.Listing })!;

    private Task<string> ShopAsync(Goods goods) => Engine.ScalarAsync<string>(
        "SELECT a.external_id FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @Listing", new { goods.Listing })!;

    private async Task ModerateAsync(Goods goods, string verdict, string? reason = null) =>
        await Engine.PostAsync("moderate", new JsonObject { ["item"] = await IdAsync(goods), ["verdict"] = verdict, ["reason"] = reason });

    private Task ReadNowAsync(Goods goods) =>
        Engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() WHERE listing_id = @Listing", new { goods.Listing });
}
