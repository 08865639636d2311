namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class PostmartListTests
{
    [Fact]
    public async Task A_new_item_is_listed_only_after_the_lag()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        var path = $"/products?shopCode={PostmartFixture.Shop}&page=1&size=100";

        var before = (await postmart.Client.Get(path)).Json["data"]!;
        postmart.Time.Move(5);
        var after = (await postmart.Client.Get(path)).Json["data"]!;

        Assert.Equal(0, (int)before["total"]!);
        Assert.Equal(1, (int)after["total"]!);
    }

    [Fact]
    public async Task Pages_follow_the_date_of_change_and_the_start_is_inclusive()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Set("""{"listLagSeconds":0,"reviewMinSeconds":1000,"reviewMaxSeconds":1000}""");
        await postmart.Upload();
        foreach (var code in new[] { "C", "A", "B" })
        {
            await postmart.Create(PostmartFixture.Item(code));
        }

        var path = $"/products?shopCode={PostmartFixture.Shop}&size=2";
        var first = (await postmart.Client.Get(path + "&page=1")).Json["data"]!;
        var second = (await postmart.Client.Get(path + "&page=2")).Json["data"]!;
        var since = Uri.EscapeDataString((string)first["items"]![1]!["updatedDate"]!);
        var changed = (await postmart.Client.Get($"{path}&page=1&updatedFrom={since}")).Json["data"]!;

        Assert.Equal(3, (int)first["total"]!);
        Assert.Equal(["C", "A"], first["items"]!.AsArray().Select(i => (string?)i!["itemCode"]));
        Assert.Equal(["B"], second["items"]!.AsArray().Select(i => (string?)i!["itemCode"]));
        Assert.Equal(["A", "B"], changed["items"]!.AsArray().Select(i => (string?)i!["itemCode"]));
    }

    [Theory]
    [InlineData("page=0")]
    [InlineData("size=101")]
    [InlineData("updatedFrom=2026-11-23")]
    [InlineData("colour=red")]
    public async Task A_parameter_out_of_range_or_unknown_is_malformed(string parameter)
    {
        await using var postmart = await PostmartFixture.StartAsync();

        Assert.Equal(400, (await postmart.Client.Get($"/products?shopCode={PostmartFixture.Shop}&{parameter}")).Http);
    }

    [Fact]
    public async Task The_taxonomy_has_twenty_five_leaves_and_no_tourism()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        var leaves = new List<string>();
        foreach (var parent in new[] { "10", "20", "30", "40", "50" })
        {
            postmart.Time.Move(1);
            var level = (await postmart.Client.Get($"/categories?parentId={parent}")).Json["data"]!.AsArray();
            leaves.AddRange(level.Select(c => (string)c!["id"]!));
        }

        Assert.Equal(Enumerable.Range(1001, 25).Select(i => $"{i}"), leaves);
    }
}
