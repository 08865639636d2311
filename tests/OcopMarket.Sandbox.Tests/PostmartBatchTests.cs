using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

public sealed class PostmartBatchTests
{
    [Fact]
    public async Task Fifty_items_go_and_fifty_one_are_malformed()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        var items = Enumerable.Range(1, 51).Select(i => PostmartFixture.Item($"SP-{i}")).ToArray();

        var tooMany = await postmart.Client.Post("/products", PostmartFixture.Batch([.. items.Select(i => i.DeepClone().AsObject())]));
        var enough = await postmart.Create([.. items.Take(50)]);

        Assert.Equal(400, tooMany.Http);
        Assert.Equal(50, enough.Count);
        Assert.Equal(50, (int)(await postmart.Client.State())["counts"]!["items"]!);
    }

    [Fact]
    public async Task The_second_of_one_code_in_a_batch_exists_already()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();

        var lines = await postmart.Create(PostmartFixture.Item("A"), PostmartFixture.Item("A"));

        Assert.True((bool)lines[0]!["success"]!);
        Assert.Equal("ITEM_CODE_EXISTED", (string?)lines[1]!["errorCode"]);
    }

    [Fact]
    public async Task The_second_of_one_code_exists_even_where_the_first_was_refused()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();

        var lines = await postmart.Create(PostmartFixture.Item("A", i => i["price"] = 1), PostmartFixture.Item("A"));

        Assert.Equal(["PRICE_INVALID", "ITEM_CODE_EXISTED"], lines.Select(l => (string?)l!["errorCode"]));
        Assert.Empty((await postmart.Client.State())["items"]!.AsArray());
    }

    [Fact]
    public async Task A_code_that_exists_carries_its_product_and_is_free_again_after_deletion()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        var first = (string?)(await postmart.Create(PostmartFixture.Item("A")))[0]!["productId"];

        var again = (await postmart.Create(PostmartFixture.Item("A")))[0]!;
        Assert.Equal("9", await postmart.Act("A", "DELETE"));
        var reborn = (await postmart.Create(PostmartFixture.Item("A")))[0]!;

        Assert.Equal("ITEM_CODE_EXISTED", (string?)again["errorCode"]);
        Assert.Equal(first, (string?)again["productId"]);
        Assert.True((bool)reborn["success"]!);
        Assert.NotEqual(first, (string?)reborn["productId"]);
        Assert.Equal(0, (int)(await postmart.Client.State())["duplicateItems"]!);
    }

    [Fact]
    public async Task A_body_that_is_no_json_or_null_is_malformed()
    {
        await using var postmart = await PostmartFixture.StartAsync();

        Assert.Equal(400, (await postmart.Client.Post("/products", "{")).Http);
        Assert.Equal(400, (await postmart.Client.Post("/products", "null")).Http);
        Assert.Equal(400, (await postmart.Client.Post("/products", $$"""{"shopCode":"{{PostmartFixture.Shop}}","items":[null]}""")).Http);
        Assert.Equal(400, (await postmart.Client.Post("/products/status", $$"""{"shopCode":"{{PostmartFixture.Shop}}","items":[]}""")).Http);
    }

    [Fact]
    public async Task A_shop_that_is_not_there_is_a_business_error()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        var body = new JsonObject { ["shopCode"] = "PM000000", ["items"] = new JsonArray(PostmartFixture.Item("A")) };

        var heard = await postmart.Client.Post("/products", body);

        Assert.Equal(200, heard.Http);
        Assert.Equal("SHOP_NOT_FOUND", (string?)heard.Json["errorCode"]);
    }
}
