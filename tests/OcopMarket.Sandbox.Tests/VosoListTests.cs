using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class VosoListTests
{
    [Fact]
    public async Task The_list_lags_behind_and_the_detail_does_not()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A");
        voso.Time.Move(46);
        Assert.Equal("APPROVED", await voso.StateOf(id));
        voso.Time.Move(46);
        Assert.Equal("APPROVED", (string?)(await voso.List())[0]!["STATE"]);
        await voso.Client.Set("""{"listLagSeconds":40000}""");

        await voso.Post("updateInventory", JsonNode.Parse($$"""{"LIST":[{"PRODUCT_ID":{{id}},"QUANTITY":7}]}""")!);

        Assert.Equal(7, (int)(await voso.Detail(id))["QUANTITY"]!);
        Assert.Equal(120, (int)(await voso.List())[0]!["QUANTITY"]!);
        voso.Time.Move(40000);
        Assert.Equal(7, (int)(await voso.List())[0]!["QUANTITY"]!);
    }

    [Fact]
    public async Task A_product_unseen_by_the_list_is_there_all_the_same()
    {
        await using var voso = await VosoFixture.StartAsync();
        await voso.Client.Set("""{"listLagSeconds":100000}""");
        var id = await voso.Create("A");

        Assert.Empty(await voso.List());
        Assert.Equal("WAITING_APPROVE", await voso.StateOf(id));
    }

    [Fact]
    public async Task Lists_page_from_zero_filter_and_hide_deleted_products_unless_asked()
    {
        await using var voso = await VosoFixture.StartAsync();
        await voso.Client.Set("""{"listLagSeconds":0,"reviewMinSeconds":9999,"reviewMaxSeconds":9999}""");
        var first = await voso.Create("A");
        await voso.Create("B");
        await voso.Create("B");
        await voso.Change(first, "DELETED");

        var second = await voso.List("""{"PAGE":1,"PAGE_SIZE":1}""");
        var bySku = await voso.List("""{"PAGE":0,"PAGE_SIZE":50,"MERCHANT_SKU":"B"}""");
        var deleted = await voso.List("""{"PAGE":0,"PAGE_SIZE":50,"STATE":"DELETED"}""");
        var since = (long)bySku[1]!["UPDATED_AT"]!;
        var changed = await voso.List($$"""{"PAGE":0,"PAGE_SIZE":50,"UPDATED_FROM":{{since}}}""");

        Assert.Single(second);
        Assert.Equal(2, bySku.Count);
        Assert.Equal(first, (long)deleted.Single()!["PRODUCT_ID"]!);
        Assert.Equal((long)bySku[1]!["PRODUCT_ID"]!, (long)changed.Single()!["PRODUCT_ID"]!);
    }

    [Theory]
    [InlineData("""{"PAGE":0,"PAGE_SIZE":51}""")]
    [InlineData("""{"PAGE":-1,"PAGE_SIZE":50}""")]
    [InlineData("""{"PAGE":0}""")]
    [InlineData("""{"PAGE":0,"PAGE_SIZE":50,"STATE":"SOLD"}""")]
    [InlineData("""{"PAGE":0,"PAGE_SIZE":50,"COLOUR":"x"}""")]
    public async Task A_list_call_out_of_range_is_invalid(string body)
    {
        await using var voso = await VosoFixture.StartAsync();

        Assert.Equal(205, (int)(await voso.Post("list", JsonNode.Parse(body)!)).Json["status"]!);
    }
}
