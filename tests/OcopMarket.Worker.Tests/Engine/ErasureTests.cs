namespace OcopMarket.Worker.Tests.Engine;

/// <summary>A producer who goes: the whole engine takes the items out of the shop and then forgets, with the platform as the judge.</summary>
public sealed class ErasureTests(PostmartEngine engine) : IClassFixture<PostmartEngine>
{
    [Fact]
    public async Task The_items_of_an_erased_producer_leave_the_shop_before_the_rows_go_and_those_of_others_stay()
    {
        var other = await engine.AddAsync();
        var goods = await engine.AddAsync();
        await goods.LiveAsync();
        await other.LiveAsync();
        Assert.Equal(1, await engine.ItemsAsync(goods.Sku));

        await engine.EraseAsync(goods.Producer);

        Assert.Equal(0, await engine.ItemsAsync(goods.Sku));
        Assert.Equal(1, await engine.ItemsAsync(other.Sku));
        Assert.Equal(0, await engine.CountAsync($"listing WHERE producer_id = {goods.Producer}"));
        Assert.Equal(0, await engine.CountAsync($"producer WHERE id = {goods.Producer}"));
        Assert.Equal(0, await engine.CountAsync("credential c WHERE NOT EXISTS (SELECT FROM seller_account a WHERE a.credential_id = c.id)"));
        await other.LiveAsync();
        await engine.ChangeAsync(other, "UPDATE variant SET list_price_vnd = 199000 WHERE producer_id = @producer");
        await other.UntilAsync("seen_price = 199000 AND state = 'live'");
    }
}
