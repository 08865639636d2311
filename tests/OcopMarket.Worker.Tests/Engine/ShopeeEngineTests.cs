using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Worker.Sellers;

namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A shop that its owner connected sells: every lane, under tokens that renew themselves, with the simulated platform as the judge.</summary>
public sealed class ShopeeEngineTests(ShopeeEngine engine) : EngineTests<ShopeeEngine>(engine)
{
    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_renewed_once_and_the_same_item_goes_out()
    {
        var goods = await Engine.AddAsync(g => Engine.BreakAsync(Fault(g, "create", "tokenRevoked", 1)));

        await goods.LiveAsync();

        Assert.Equal(1, await RefreshesAsync(goods));
        Assert.Equal(1, await Engine.ItemsAsync(goods.Sku));
        Assert.Equal(0, await goods.AttemptsAsync("outcome = 'refused'"));
    }

    [Fact]
    public async Task The_item_carries_weight_size_picture_and_the_shop_s_channels_and_no_channel_behind_another()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        var content = (await Engine.ItemAsync(goods.Sku))["content"]!;

        Assert.Equal(0.65m, (decimal)content["weight"]!);
        Assert.Equal((8, 8, 21), ((int)content["dimension"]!["packageLength"]!, (int)content["dimension"]!["packageWidth"]!, (int)content["dimension"]!["packageHeight"]!));
        Assert.Equal([50021L, 50022L], content["logistics"]!.AsArray().Select(l => (long)l!["logisticId"]!));
        Assert.Equal(("NoBrand", 100855L), ((string?)content["brand"]!["originalBrandName"], (long)content["categoryId"]!));
        Assert.Single(content["images"]!.AsArray());
    }

    [Fact]
    public async Task What_the_platform_bans_goes_to_the_producer_with_its_reason_and_an_edit_has_it_reviewed_again()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var id = await Engine.ScalarAsync<string>("SELECT external_id FROM listing WHERE id = @Listing", new { goods.Listing });

        await Engine.PostAsync("moderate", new JsonObject { ["item"] = id, ["verdict"] = "reject", ["reason"] = "Ảnh có số điện thoại" });
        await Engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() WHERE listing_id = @Listing", new { goods.Listing });

        await goods.UntilAsync("state = 'rejected' AND owner = 'producer'");
        Assert.Equal("shopee.Other Listing Improvement", await goods.IssueAsync());
        Assert.Contains("Ảnh có số điện thoại", await Engine.ScalarAsync<string>(
            "SELECT raw FROM listing_issue WHERE listing_id = @Listing AND closed_at IS NULL", new { goods.Listing }), StringComparison.Ordinal);

        await Engine.ChangeAsync(goods, "UPDATE product SET description = description || ' Hàng mới của vụ này.' WHERE producer_id = @producer");
        await goods.LiveAsync();
        Assert.Equal(1, await Engine.CallsAsync("create", goods.Sku));
        Assert.Null(await goods.IssueAsync());
    }

    /// <summary>Uploading again what the platform took down costs the shop penalty points.</summary>
    [Fact]
    public async Task What_the_platform_took_down_is_never_uploaded_again_by_itself()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var id = await Engine.ScalarAsync<string>("SELECT external_id FROM listing WHERE id = @Listing", new { goods.Listing });

        await Engine.PostAsync("moderate", new JsonObject { ["item"] = id, ["verdict"] = "lock" });
        await Engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() WHERE listing_id = @Listing", new { goods.Listing });

        await goods.UntilAsync("state = 'locked' AND seen = 'locked'");
        await Engine.ChangeAsync(goods, "UPDATE product SET description = description || ' Thêm.' WHERE producer_id = @producer");
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(1, await Engine.CallsAsync("create", goods.Sku));
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

    [Fact]
    public async Task A_look_at_the_shop_still_keeps_the_day_on_which_the_consent_ends()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var account = await Engine.ScalarAsync<long>("SELECT account_id FROM listing WHERE id = @Listing", new { goods.Listing });
        await Engine.ExecuteAsync("UPDATE credential SET consent_until = NULL WHERE id = (SELECT credential_id FROM seller_account WHERE id = @account)", new { account });

        var outcome = await Engine.Services.GetRequiredService<AccountChecks>().AskAsync(account, CancellationToken.None);

        Assert.Equal("active", outcome?.Code);
        Assert.True(await Engine.ScalarAsync<bool>(
            "SELECT c.consent_until > now() + interval '300 days' FROM seller_account a JOIN credential c ON c.id = a.credential_id WHERE a.id = @account", new { account }));
    }

    [Fact]
    public async Task A_push_that_names_only_the_platform_s_id_has_the_item_read_again()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var (id, shop) = (await Engine.QueryAsync<(string, string)>(
            "SELECT l.external_id, a.external_id FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @Listing", new { goods.Listing })).Single();
        await Engine.PostAsync("moderate", new JsonObject { ["item"] = id, ["verdict"] = "reject", ["reason"] = "Ảnh mờ" });
        await Engine.ExecuteAsync("UPDATE listing_turn SET read_at = now() + interval '1 day' WHERE listing_id = @Listing", new { goods.Listing });
        var hint = new JsonArray(new JsonObject { ["externalShopId"] = shop, ["sellerSku"] = "", ["externalId"] = id });

        await Engine.ExecuteAsync(
            "INSERT INTO webhook_receipt (marketplace, body_hash, hints, pending, match_at) VALUES ('shopee', @hash, 1, @pending::jsonb, now())",
            new { hash = new string('b', 60) + id[^4..], pending = hint.ToJsonString() });

        await goods.UntilAsync("state = 'rejected'");
        Assert.Equal(1, await Engine.ScalarAsync<long>("SELECT count(*) FROM webhook_receipt WHERE marketplace = 'shopee' AND pending IS NULL AND unmatched = 0 AND body_hash LIKE 'bbb%'"));
    }

    [Fact]
    public async Task The_pace_that_the_file_asks_for_breaches_nothing()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();

        Assert.Equal(0, await Engine.BreachesAsync());
    }

    private async Task<int> RefreshesAsync(Goods goods) => await Engine.CallsOfShopAsync(
        "refresh", (await Engine.ScalarAsync<string>("SELECT a.external_id FROM listing l JOIN seller_account a ON a.id = l.account_id WHERE l.id = @Listing", new { goods.Listing }))!);
}
