using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;

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

    [Fact]
    public async Task A_shop_that_left_and_is_connected_again_sells_again_with_what_came_meanwhile()
    {
        const string Variants = "SELECT string_agg(v.unit || ' ' || l.desired, ', ' ORDER BY v.id) FROM listing l JOIN variant v ON v.id = l.variant_id WHERE l.marketplace = 'woocommerce' AND l.producer_id = @Producer";
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var shop = await ShopAsync(goods);
        var leaves = Engine.Services.GetRequiredService<ShopLeaves>();
        Assert.True(await leaves.BeginAsync((await leaves.FindAsync(shop.Id, CancellationToken.None))!, new("Lan", "test"), "dissolved", CancellationToken.None));
        await goods.UntilAsync("EXISTS (SELECT FROM seller_account a WHERE a.id = account_id AND a.left_at IS NOT NULL)");
        Assert.Equal(0, await Engine.OnSaleAsync(goods.Sku));
        await Engine.ChangeAsync(goods, """
            INSERT INTO variant (product_id, producer_id, key, unit, list_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm)
            SELECT product_id, producer_id, 'meanwhile', 'hộp', 90000, 5, 300, 8, 8, 10 FROM variant WHERE producer_id = @producer
            """);
        Assert.Equal("chai off", await Engine.ScalarAsync<string>(Variants, new { goods.Producer }));

        await Engine.ConnectAsync(await ShopAsync(goods), Engine.KeyOf(shop));

        Assert.Equal("t t t connected Lan", await Engine.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', leaving_at IS NULL, left_at IS NULL, isfinite(next_check_at),
                (SELECT evidence || ' ' || told_by FROM account_event e WHERE e.account_id = a.id AND evidence = 'connected')) FROM seller_account a WHERE id = @Id
            """, new { shop.Id }));
        await Engine.PlanAsync();
        await goods.LiveAsync();
        Assert.Equal(1, await Engine.OnSaleAsync(goods.Sku));
        Assert.Equal("chai on_sale, hộp on_sale", await Engine.ScalarAsync<string>(Variants, new { goods.Producer }));
    }

    /// <summary>S60: the key that was replaced is as much theirs as the one that works.</summary>
    [Fact]
    public async Task Of_a_shop_that_was_connected_twice_one_key_is_kept_and_of_an_erased_producer_none()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var shop = await ShopAsync(goods);
        var key = Engine.KeyOf(shop);
        var kept = $"credential WHERE marketplace = 'woocommerce' AND (login = '{shop.ExternalId}' OR login LIKE '%{key.User}%') AND sealed_access IS NOT NULL";

        await Engine.ConnectAsync(shop, key with { User = $"{key.User} " }); // another name of the same key, as far as the table knows
        await Engine.ConnectAsync(shop, key);

        Assert.Equal(1, await Engine.CountAsync(kept));
        Assert.Equal(shop.ExternalId, await Engine.ScalarAsync<string>(
            "SELECT c.login FROM seller_account a JOIN credential c ON c.id = a.credential_id WHERE a.id = @Id", new { shop.Id }));
        Assert.Equal(2, await Engine.CountAsync(
            $"audit WHERE action = 'credential.save' AND actor = 'Lan' AND producer_id = {goods.Producer} AND (after ->> 'account')::bigint = {shop.Id}"));
        await Engine.ChangeAsync(goods, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await goods.UntilAsync("seen_price = 199000 AND state = 'live'");

        await Engine.EraseAsync(goods.Producer);

        Assert.Equal(0, await Engine.CountAsync(kept));
    }

    [Fact]
    public async Task A_login_that_another_account_holds_is_not_written_over()
    {
        var goods = await Engine.AddAsync();
        await goods.LiveAsync();
        var shop = await ShopAsync(goods);
        var former = await Engine.ScalarAsync<long>(
            """
            WITH c AS (
                INSERT INTO credential (marketplace, scope, login, key_version) VALUES ('woocommerce', 'shop', @ExternalId, 1) RETURNING id)
            INSERT INTO seller_account (marketplace, external_id, shop_name, credential_id, state, state_evidence, opened_by)
            SELECT 'woocommerce', 'another.example', 'Cửa hàng khác', id, 'closed', 'test', 'test' FROM c RETURNING credential_id
            """, new { shop.ExternalId });

        var refusal = await Assert.ThrowsAsync<MarketplaceException>(() => Engine.ConnectAsync(shop, Engine.KeyOf(shop)));

        Assert.Equal("shop_changed", refusal.PlatformCode);
        Assert.Equal(1, await Engine.CountAsync($"credential WHERE id = {former} AND sealed_access IS NULL"));
        Assert.Equal(shop.CredentialId, (await ShopAsync(goods)).CredentialId);
    }

    private async Task<ShopRow> ShopAsync(Goods goods) => (await Engine.Services.GetRequiredService<AccountStore>().FindAsync(
        await Engine.ScalarAsync<long>("SELECT account_id FROM listing WHERE id = @Listing", new { goods.Listing }), CancellationToken.None))!;
}
