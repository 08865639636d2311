namespace OcopMarket.Sandbox.Tests;

public sealed class PostmartStatusTests
{
    [Fact]
    public async Task A_submitted_item_is_in_review_and_then_on_sale_with_an_address()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        Assert.Equal(1, (int)(await postmart.Create(PostmartFixture.Item("A")))[0]!["status"]!);

        postmart.WaitForReview();
        var listed = await postmart.Listed("A");

        Assert.Equal(2, (int)listed["status"]!);
        Assert.StartsWith(postmart.Client.BaseUrl, (string?)listed["url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_stays_a_draft_until_an_update_submits_it()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A", i => i["submit"] = false));
        postmart.WaitForReview();
        Assert.Equal(0, (int)(await postmart.Listed("A"))["status"]!);

        var line = (await postmart.Update(PostmartFixture.Item("A")))[0]!;

        Assert.Equal(1, (int)line["status"]!);
    }

    [Fact]
    public async Task Hide_show_and_delete_follow_the_table_and_may_be_repeated()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        Assert.Equal("STATUS_INVALID", await postmart.Act("A", "HIDE"));
        postmart.WaitForReview();

        Assert.Equal("2", await postmart.Act("A", "SHOW"));
        Assert.Equal("5", await postmart.Act("A", "HIDE"));
        Assert.Equal("5", await postmart.Act("A", "HIDE"));
        Assert.Equal("2", await postmart.Act("A", "SHOW"));
        Assert.Equal("9", await postmart.Act("A", "DELETE"));
        Assert.Equal("9", await postmart.Act("A", "DELETE"));
        Assert.Equal("STATUS_INVALID", await postmart.Act("A", "SHOW"));
        Assert.Equal("ITEM_NOT_FOUND", await postmart.Act("B", "HIDE"));
        Assert.Equal(9, (int)(await postmart.Listed("A"))["status"]!);
    }

    [Fact]
    public async Task Stock_turns_on_sale_into_sold_out_and_back()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        postmart.WaitForReview();

        Assert.Equal("4", await postmart.PriceStock("""{"itemCode":"A","quantity":0}"""));
        Assert.Equal("5", await postmart.Act("A", "HIDE"));
        Assert.Equal("4", await postmart.Act("A", "SHOW"));
        Assert.Equal("2", await postmart.PriceStock("""{"itemCode":"A","quantity":3}"""));
    }

    [Fact]
    public async Task An_absent_sale_price_stays_and_a_null_one_ends_the_sale()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A", i => i["salePrice"] = 150000));
        postmart.Time.Move(5);

        await postmart.PriceStock("""{"itemCode":"A","price":190000}""");
        Assert.Equal(150000, (int)(await postmart.Listed("A"))["salePrice"]!);
        Assert.Equal("PRICE_INVALID", await postmart.PriceStock("""{"itemCode":"A","salePrice":190000}"""));
        await postmart.PriceStock("""{"itemCode":"A","salePrice":null}""");

        var listed = await postmart.Listed("A");
        Assert.Null(listed["salePrice"]);
        Assert.Equal(190000, (int)listed["price"]!);
    }

    [Fact]
    public async Task An_edit_of_a_live_item_is_reviewed_while_the_old_version_stays_live()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        postmart.WaitForReview();

        await postmart.Update(PostmartFixture.Item("A", i => { i["name"] = "Mật hoa dừa mới"; i["price"] = 1; }));
        var during = await postmart.Listed("A");
        postmart.WaitForReview();
        var after = await postmart.Listed("A");

        Assert.True((bool)during["pendingReview"]!);
        Assert.Equal("Mật hoa dừa A", (string?)during["name"]);
        Assert.Equal(2, (int)during["status"]!);
        Assert.False((bool)after["pendingReview"]!);
        Assert.Equal("Mật hoa dừa mới", (string?)after["name"]);
        Assert.Equal(185000, (int)after["price"]!);
    }

    [Fact]
    public async Task A_refused_edit_leaves_the_old_version_live_with_reasons()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        postmart.WaitForReview();

        await postmart.Update(PostmartFixture.Item("A", i => i["description"] = "<p>Gọi 0912 345 678</p>"));
        postmart.WaitForReview();
        var listed = await postmart.Listed("A");

        Assert.Equal(2, (int)listed["status"]!);
        Assert.Equal("PHONE_IN_TEXT", (string?)listed["rejectReasons"]![0]!["code"]);
        Assert.Equal("description", (string?)listed["rejectReasons"]![0]!["field"]);
    }

    [Fact]
    public async Task An_edit_of_a_hidden_item_leaves_it_hidden_and_a_locked_one_cannot_be_edited_or_deleted()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"), PostmartFixture.Item("B"));
        postmart.WaitForReview();
        await postmart.Act("A", "HIDE");
        await postmart.Client.Post("/_sandbox/moderate", """{"item":"PM004211/B","verdict":"lock","reason":"Vi phạm"}""");

        var hidden = (await postmart.Update(PostmartFixture.Item("A")))[0]!;
        var locked = (await postmart.Update(PostmartFixture.Item("B")))[0]!;

        Assert.Equal(5, (int)hidden["status"]!);
        Assert.Equal("ITEM_LOCKED", (string?)locked["errorCode"]);
        Assert.Equal("STATUS_INVALID", await postmart.Act("B", "DELETE"));
        Assert.Equal("ITEM_LOCKED", await postmart.PriceStock("""{"itemCode":"B","quantity":1}"""));
    }

    [Fact]
    public async Task An_update_removes_what_it_does_not_name()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A", i => i["submit"] = false));

        await postmart.Update(PostmartFixture.Item("A", i =>
        {
            i.Remove("ocop");
            i.Remove("brand");
            i.Remove("price");
            i.Remove("quantity");
        }));
        var raw = (await postmart.Client.State())["items"]![0]!["raw"]!;

        Assert.Null(raw["content"]!["ocop"]);
        Assert.Null(raw["content"]!["brand"]);
        Assert.Equal(185000, (int)raw["price"]!);
    }
}
