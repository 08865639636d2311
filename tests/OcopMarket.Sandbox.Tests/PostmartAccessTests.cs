namespace OcopMarket.Sandbox.Tests;

public sealed class PostmartAccessTests
{
    [Fact]
    public async Task A_token_ends_after_its_time_and_a_new_one_does_not_end_an_older()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        var first = postmart.Client.Token;
        postmart.Time.Move(3600);
        await postmart.LogIn();
        postmart.Client.Token = first;

        Assert.Equal(200, (await postmart.Client.Get($"/shops/{PostmartFixture.Shop}")).Http);
        postmart.Time.Move(3601);
        var ended = await postmart.Client.Get($"/shops/{PostmartFixture.Shop}");
        await postmart.LogIn();

        Assert.Equal(401, ended.Http);
        Assert.Equal("TOKEN_EXPIRED", (string?)ended.Json["errorCode"]);
        Assert.Equal(200, (await postmart.Client.Get($"/shops/{PostmartFixture.Shop}")).Http);
    }

    [Fact]
    public async Task Without_a_token_nothing_but_the_login_answers()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        postmart.Client.Token = null;

        Assert.Equal(401, (await postmart.Client.Get("/categories?parentId=0")).Http);
        Assert.Equal(401, (await postmart.Client.Upload(Pictures.Png(600, 600))).Http);
    }

    [Fact]
    public async Task A_shop_over_its_five_calls_a_second_is_counted_and_told_to_wait()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        postmart.Time.Move(1);
        var heard = new List<Heard>();
        for (var i = 0; i < 7; i++)
        {
            heard.Add(await postmart.Client.Get($"/shops/{PostmartFixture.Shop}"));
        }

        postmart.Time.Move(0.2);
        var later = await postmart.Client.Get($"/shops/{PostmartFixture.Shop}");

        Assert.Equal([200, 200, 200, 200, 200, 429, 429], heard.Select(h => h.Http));
        Assert.Equal("1", heard[5].Headers.GetValues("Retry-After").Single());
        Assert.Equal(200, later.Http);
        Assert.Equal(2, (int)(await postmart.Client.State())["rateBreaches"]!);
    }

    [Fact]
    public async Task The_login_has_twenty_calls_a_second_over_all_shops()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        postmart.Time.Move(1);
        var heard = new List<int>();
        for (var i = 0; i < 22; i++)
        {
            heard.Add((await postmart.Client.Get("/categories?parentId=0")).Http);
        }

        Assert.Equal(20, heard.Count(h => h == 200));
        Assert.Equal(2, heard.Count(h => h == 429));
    }

    [Fact]
    public async Task New_items_over_the_days_cap_are_refused_until_midnight_in_Hanoi()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Set("""{"newItemsPerDay":2}""");
        await postmart.Upload();

        var lines = await postmart.Create(PostmartFixture.Item("A"), PostmartFixture.Item("B"), PostmartFixture.Item("C"));
        postmart.Time.Move(15 * 3600);
        await postmart.LogIn();
        var tomorrow = (await postmart.Create(PostmartFixture.Item("C")))[0]!;

        Assert.Equal("LIMIT_EXCEEDED", (string?)lines[2]!["errorCode"]);
        Assert.True((bool)tomorrow["success"]!);
    }

    [Fact]
    public async Task A_registered_shop_waits_for_verification_before_it_may_sell()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        var body = Golden.Text("postmart", "shop-register.request.json");

        var code = (string?)(await postmart.Client.Post("/shops", body)).Json["data"]!["shopCode"];
        var before = (await postmart.Client.Get($"/shops/{code}")).Json["data"]!;
        var again = (await postmart.Client.Post("/shops", body)).Json;
        postmart.Time.Move(3);
        var after = (await postmart.Client.Get($"/shops/{code}")).Json["data"]!;

        Assert.Equal(0, (int)before["status"]!);
        Assert.False((bool)before["verified"]!);
        Assert.Equal("SHOP_EXISTED", (string?)again["errorCode"]);
        Assert.Equal(code, (string?)again["data"]!["shopCode"]);
        Assert.Equal(1, (int)after["status"]!);
        Assert.True((bool)after["verified"]!);
    }

    [Theory]
    [InlineData(499, 900)]
    [InlineData(900, 4001)]
    public async Task A_picture_of_the_wrong_size_is_refused(int width, int height)
    {
        await using var postmart = await PostmartFixture.StartAsync();

        Assert.Equal("IMAGE_INVALID", (string?)(await postmart.Client.Upload(Pictures.Png(width, height))).Json["errorCode"]);
    }

    [Fact]
    public async Task Pictures_are_known_by_their_bytes_and_can_be_looked_at()
    {
        await using var postmart = await PostmartFixture.StartAsync();

        var jpeg = (await postmart.Client.Upload(Pictures.Jpeg(800, 600))).Json;
        var text = (await postmart.Client.Upload("<html>không phải ảnh, dù tên là jpg</html>"u8.ToArray())).Json;
        var large = (await postmart.Client.Upload([.. Pictures.Png(600, 600), .. new byte[5 << 20]])).Json;
        var wrongPart = await postmart.Client.Upload(Pictures.Png(600, 600), "picture");
        var seen = await postmart.Client.Get(new Uri((string)jpeg["data"]!["url"]!).AbsolutePath);

        Assert.Null((string?)jpeg["errorCode"]);
        Assert.Equal("IMAGE_INVALID", (string?)text["errorCode"]);
        Assert.Equal((800, 600), ((int)jpeg["data"]!["width"]!, (int)jpeg["data"]!["height"]!));
        Assert.Equal("IMAGE_INVALID", (string?)large["errorCode"]);
        Assert.Equal(400, wrongPart.Http);
        Assert.Equal(200, seen.Http);
    }
}
