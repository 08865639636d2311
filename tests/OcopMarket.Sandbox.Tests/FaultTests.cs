using System.Text.Json;

namespace OcopMarket.Sandbox.Tests;

public sealed class FaultTests
{
    [Theory]
    [InlineData("server_error_before", 503, false)]
    [InlineData("server_error_after", 503, true)]
    [InlineData("html", 502, false)]
    [InlineData("html_after", 502, true)]
    [InlineData("rate_limited", 429, false)]
    public async Task A_fault_on_a_create_lands_or_not_as_its_name_says(string kind, int http, bool landed)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Fault($$"""{"call":"create","kind":"{{kind}}","count":1}""");

        var heard = await postmart.Client.Post("/products", PostmartFixture.Batch(PostmartFixture.Item("A")));
        var entry = (await postmart.Client.Log()).Last()!;

        Assert.Equal(http, heard.Http);
        Assert.Equal(landed ? 1 : 0, (int)(await postmart.Client.State())["counts"]!["items"]!);
        Assert.Equal(landed, (bool)entry["landed"]!);
        Assert.Equal(kind, (string?)entry["fault"]);
        Assert.Equal(kind.StartsWith("html", StringComparison.Ordinal), heard.Text.StartsWith("<html>", StringComparison.Ordinal));
        Assert.Equal(200, (await postmart.Client.Post("/products", PostmartFixture.Batch(PostmartFixture.Item("B")))).Http);
    }

    [Theory]
    [InlineData("dropped_before", 0)]
    [InlineData("dropped_after", 1)]
    public async Task A_dropped_answer_is_no_answer(string kind, int items)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Fault($$"""{"call":"create","kind":"{{kind}}","count":1}""");

        await Assert.ThrowsAsync<HttpRequestException>(
            () => postmart.Client.Post("/products", PostmartFixture.Batch(PostmartFixture.Item("A"))));

        Assert.Equal(items, (int)(await postmart.Client.State())["counts"]!["items"]!);
    }

    [Fact]
    public async Task A_late_write_lands_after_its_seconds_and_says_so_in_the_log()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Fault("""{"call":"create","kind":"late_landing","count":1,"seconds":30,"httpStatus":504}""");

        Assert.Equal(504, (await postmart.Client.Post("/products", PostmartFixture.Batch(PostmartFixture.Item("A")))).Http);
        Assert.Equal(0, (int)(await postmart.Client.State())["counts"]!["items"]!);
        postmart.Time.Move(30);

        Assert.Equal(1, (int)(await postmart.Client.State())["counts"]!["items"]!);
        var late = (await postmart.Client.Log()).Last()!;
        Assert.Equal("late", (string?)late["call"]);
        Assert.True((bool)late["landed"]!);
    }

    [Fact]
    public async Task Retry_after_is_there_only_when_asked_for()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Fault("""{"call":"shop-get","kind":"rate_limited","count":1}""");
        await postmart.Client.Fault("""{"call":"shop-get","kind":"rate_limited_retry_after","count":1,"seconds":7}""");

        var without = await postmart.Client.Get($"/shops/{PostmartFixture.Shop}");
        var with = await postmart.Client.Get($"/shops/{PostmartFixture.Shop}");

        Assert.False(without.Headers.Contains("Retry-After"));
        Assert.Equal("7", with.Headers.GetValues("Retry-After").Single());
        Assert.Equal(0, (int)(await postmart.Client.State())["rateBreaches"]!);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_until_a_new_login()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Fault("""{"call":"*","kind":"token_revoked","count":1,"after":1}""");

        Assert.Equal(200, (await postmart.Client.Get("/categories?parentId=0")).Http);
        Assert.Equal(401, (await postmart.Client.Get("/categories?parentId=0")).Http);
        Assert.Equal(401, (await postmart.Client.Get("/categories?parentId=0")).Http);
        await postmart.LogIn();
        Assert.Equal(200, (await postmart.Client.Get("/categories?parentId=0")).Http);
    }

    [Fact]
    public async Task A_changed_taxonomy_loses_the_leaf_for_lists_and_items()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Fault("""{"call":"categories","kind":"taxonomy_changed","count":1,"category":"1008"}""");

        var leaves = (await postmart.Client.Get("/categories?parentId=10")).Json["data"]!.AsArray();
        var line = (await postmart.Create(PostmartFixture.Item("A")))[0]!;

        Assert.DoesNotContain("1008", leaves.Select(l => (string?)l!["id"]));
        Assert.Equal("CATEGORY_INVALID", (string?)line["errorCode"]);
    }

    [Fact]
    public async Task Cut_json_cannot_be_read_and_slow_bytes_can()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Fault("""{"call":"shop-get","kind":"cut_json","count":1}""");
        await postmart.Client.Fault("""{"call":"shop-get","kind":"slow_bytes","count":1,"seconds":0.2}""");

        var cut = await postmart.Client.Get($"/shops/{PostmartFixture.Shop}");
        var slow = await postmart.Client.Get($"/shops/{PostmartFixture.Shop}");

        Assert.ThrowsAny<JsonException>(() => cut.Json);
        Assert.True((bool)slow.Json["success"]!);
    }

    [Fact]
    public async Task A_huge_body_keeps_coming_while_somebody_reads()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Fault("""{"call":"shop-get","kind":"huge_body","count":1}""");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{postmart.Client.BaseUrl}/shops/{PostmartFixture.Shop}");
        request.Headers.Add("token", postmart.Client.Token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();

        var piece = new byte[1 << 20];
        for (var i = 0; i < 20; i++)
        {
            await body.ReadExactlyAsync(piece);
        }

        Assert.Equal((byte)'x', piece[^1]);
    }

    [Fact]
    public async Task An_unknown_status_and_an_unknown_error_are_in_no_sheet()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Fault("""{"call":"create","kind":"unknown_status","sku":"A"}""");
        await postmart.Client.Fault("""{"call":"create","kind":"unknown_error","sku":"B"}""");

        await postmart.Create(PostmartFixture.Item("A"));
        var refused = (await postmart.Create(PostmartFixture.Item("B"), PostmartFixture.Item("C")));
        postmart.WaitForReview();

        Assert.Equal(7, (int)(await postmart.Listed("A"))["status"]!);
        Assert.Equal("NGHIEP_VU_7731", (string?)refused[0]!["errorCode"]);
        Assert.True((bool)refused[1]!["success"]!);
    }

    [Fact]
    public async Task A_fault_for_one_item_hits_that_item_whatever_travels_with_it()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Client.Fault("""{"call":"writes","kind":"server_error_after","share":1}""");
        await postmart.Client.Fault("""{"call":"create","kind":"unknown_error","sku":"B"}""");
        await postmart.Client.Fault("""{"call":"create","kind":"unknown_status","sku":"E"}""");

        var refused = await postmart.Create(PostmartFixture.Item("A"), PostmartFixture.Item("B"), PostmartFixture.Item("C"));
        await postmart.Create(PostmartFixture.Item("D"), PostmartFixture.Item("E"));
        postmart.WaitForReview();

        Assert.Equal([true, false, true], refused.Select(r => (bool)r!["success"]!));
        Assert.NotEqual(7, (int)(await postmart.Listed("D"))["status"]!);
        Assert.Equal(7, (int)(await postmart.Listed("E"))["status"]!);
    }

    [Fact]
    public async Task A_share_hits_about_as_many_as_it_says_and_a_fault_for_one_shop_leaves_the_others()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Set("""{"loginCallsPerSecond":0,"shopCallsPerSecond":0}""");
        await postmart.Client.Fault("""{"call":"shop-get","kind":"html","shop":"PM999999"}""");
        await postmart.Client.Fault("""{"call":"categories","kind":"html","share":0.25}""");
        var hit = 0;
        for (var i = 0; i < 200; i++)
        {
            hit += (await postmart.Client.Get("/categories?parentId=0")).Http == 502 ? 1 : 0;
        }

        Assert.InRange(hit, 30, 70);
        Assert.Equal(502, (await postmart.Client.Get("/shops/PM999999")).Http);
        Assert.Equal(200, (await postmart.Client.Get($"/shops/{PostmartFixture.Shop}")).Http);
    }

    [Fact]
    public async Task Voso_says_500_in_its_envelope_before_or_after_the_write_and_real_gateway_errors_in_html()
    {
        await using var voso = await VosoFixture.StartAsync();
        await voso.Client.Fault("""{"call":"create","kind":"server_error_before","count":1}""");
        await voso.Client.Fault("""{"call":"create","kind":"server_error_after","count":1}""");
        await voso.Client.Fault("""{"call":"create","kind":"server_error_after","count":1,"httpStatus":503}""");

        var before = await voso.Post("create", VosoFixture.Product("A"));
        Assert.Empty((await voso.Client.State())["items"]!.AsArray());
        var after = await voso.Post("create", VosoFixture.Product("B"));
        var gateway = await voso.Post("create", VosoFixture.Product("C"));

        Assert.Equal((200, 500), (before.Http, (int)before.Json["status"]!));
        Assert.Equal((200, 500), (after.Http, (int)after.Json["status"]!));
        Assert.Null(after.Json["data"]);
        Assert.Equal(503, gateway.Http);
        Assert.StartsWith("<html>", gateway.Text, StringComparison.Ordinal);
        Assert.Equal(2, (int)(await voso.Client.State())["counts"]!["items"]!);
    }

    [Fact]
    public async Task Vosos_other_faults_wear_its_envelope()
    {
        await using var voso = await VosoFixture.StartAsync();
        await voso.Client.Fault("""{"call":"create","kind":"unknown_status","count":1}""");
        await voso.Client.Fault("""{"call":"merchant","kind":"unknown_error","count":1}""");
        await voso.Client.Fault("""{"call":"merchant","kind":"rate_limited","count":1}""");
        await voso.Client.Fault("""{"call":"merchant","kind":"token_revoked","count":1}""");

        var id = await voso.Create("A");
        voso.WaitForReview();
        Assert.Equal("POST_CHECK", await voso.StateOf(id));
        foreach (var status in new[] { 299, 429, 202, 202 })
        {
            Assert.Equal(status, (int)(await voso.Client.Get("/v2/merchant/info")).Json["status"]!);
            voso.Time.Move(1);
        }
    }

    [Theory]
    [InlineData("""{"call":"create"}""")]
    [InlineData("""{"call":"create","kind":"explode"}""")]
    [InlineData("""{"call":"create","kind":"html","colour":1}""")]
    public async Task A_knob_that_is_not_understood_is_refused(string body)
    {
        await using var postmart = await PostmartFixture.StartAsync();

        Assert.Equal(400, (await postmart.Client.Post("/_sandbox/faults", body)).Http);
    }
}
