using System.Net;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>What the simulated Shopee takes, refuses and keeps of items.</summary>
public sealed class ShopeeItemTests
{
    public static TheoryData<string, string, string> WrongFields => new()
    {
        { "item_name", "\"\"", "error_item_name_empty" },
        { "item_name", "\"Mật\"", "error_item_name_is_too_short" },
        { "item_name", $"\"{new string('a', 101)}\"", "error_title_exceeds_max_length" },
        { "item_name", "\"Mật ong \\ud83d\\ude00 rừng\"", "error_title_character_forbidden" },
        { "description", "\"Ngắn\"", "error_desc_length_min_limit" },
        { "description", $"\"Mô tả dài {string.Concat(Enumerable.Repeat("#a ", 19))}\"", "error_desc_hash_tag_over_limit" },
        { "category_id", "5", "error_invalid_category" },
        { "category_id", "100653", "error_invalid_category" },
        { "category_id", "100860", "error_less_required_attribute" },
        { "original_price", "999", "error_price_exceed_min_limitt" },
        { "original_price", "120000001", "error_price_exceed_max_limitt" },
        { "original_price", "\"185000\"", "error_param" },
        { "weight", "0", "error_param" },
        { "weight", "31", "error_invalid_logistic_info" },
        { "image", "{\"image_id_list\":[]}", "error_image_num_min" },
        { "image", "{\"image_id_list\":[\"khac\"]}", "error_image_unavailable" },
        { "logistic_info", "[]", "error_invalid_logistic_info" },
        { "logistic_info", "[{\"logistic_id\":50021,\"enabled\":false}]", "error_invalid_logistic_info" },
        { "logistic_info", "[{\"logistic_id\":50023,\"enabled\":true}]", "error_invalid_logistic_info" },
        { "logistic_info", "[{\"logistic_id\":50024,\"enabled\":true}]", "error_invalid_logistic_info" },
        { "brand", "{\"brand_id\":0,\"original_brand_name\":\"Sokfarm\"}", "error_invalid_brand" },
        { "attribute_list", "[{\"attribute_id\":7,\"attribute_value_list\":[{\"value_id\":1}]}]", "error_invalid_attribute" },
        { "attribute_list", "[{\"attribute_id\":9000001,\"attribute_value_list\":[{\"value_id\":9}]}]", "error_invalid_attribute" },
        { "attribute_list", "[{\"attribute_id\":9000002,\"attribute_value_list\":[{\"value_id\":1}]}]", "error_value_id_must_equal_zero" },
        { "attribute_list", "[{\"attribute_id\":9000002,\"attribute_value_list\":[{\"value_id\":0}]}]", "error_value_name_required" },
        { "seller_stock", "[{\"stock\":-1}]", "error_param" },
        { "item_status", "\"BANNED\"", "error_param" },
        { "unknown_field", "1", "error_param" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task A_wrong_field_is_refused_with_its_own_code_and_nothing_is_kept(string field, string json, string code)
    {
        await using var shopee = await ShopeeFixture.StartAsync();

        Assert.Equal(code, await shopee.Error("add_item", shopee.Item("A", b => b[field] = JsonNode.Parse(json))));

        Assert.Empty((await shopee.Control.State())["items"]!.AsArray());
    }

    [Fact]
    public async Task One_code_sent_twice_makes_two_items_and_the_count_of_duplicates_tells()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        await shopee.Create("A");
        await shopee.Create("A");

        Assert.Equal("A", (string?)(await shopee.Control.State())["duplicates"]![0]!["key"]);
    }

    [Fact]
    public async Task An_item_is_reviewed_then_on_sale_and_what_heals_is_banned_with_a_violation()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var good = await shopee.Create("A", approve: false);
        await shopee.Post("add_item", shopee.Item("B", b => b["description"] = "Mật hoa dừa chữa bệnh dạ dày."));
        Assert.Equal("REVIEWING", (string?)(await shopee.Detail(good))["item_status"]);

        shopee.Time.Move(61);

        Assert.Equal("NORMAL", (string?)(await shopee.Detail(good))["item_status"]);
        var violation = (await shopee.Get($"{ShopeeFixture.Product}get_item_violation_info?item_id_list={good + 1}")).Json["response"]!["item_list"]![0]!;
        Assert.Equal(("BANNED", "Prohibited Listing"), ((string?)violation["item_status"], (string?)violation["item_status_details"]![0]!["violation_type"]));
    }

    [Fact]
    public async Task An_edit_of_what_is_on_sale_leaves_it_there_and_one_of_what_is_banned_is_reviewed_before()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var id = await shopee.Create("A");

        Assert.Equal("", await shopee.Error("update_item", new JsonObject { ["item_id"] = id, ["item_name"] = "Mật hoa dừa loại một" }));
        Assert.Equal(("NORMAL", "Mật hoa dừa loại một"), await StateAsync(shopee, id));
        await shopee.Moderate(id, "reject");
        Assert.Equal("BANNED", (await StateAsync(shopee, id)).Status);
        Assert.Equal("", await shopee.Error("update_item", new JsonObject { ["item_id"] = id, ["item_name"] = "Mật hoa dừa loại hai" }));
        Assert.Equal(("REVIEWING", "Mật hoa dừa loại hai"), await StateAsync(shopee, id));
        Assert.Equal("error_param", await shopee.Error("update_item", new JsonObject { ["item_id"] = id, ["original_price"] = 5000 }));
    }

    [Fact]
    public async Task Hiding_goes_by_rows_and_waits_for_a_review()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var (live, moving) = (await shopee.Create("A"), await shopee.Create("B", approve: false));
        var rows = new JsonArray(Row(live), Row(moving), Row(5));

        var answer = (await shopee.Post("unlist_item", new JsonObject { ["item_list"] = rows })).Json;

        Assert.Equal("", (string?)answer["error"]);
        Assert.Equal(live, (long)answer["response"]!["success_list"]![0]!["item_id"]!);
        Assert.Equal(
            ["error_busi_cannot_delist_reviewing_or_banned_item", "error_item_not_found"],
            answer["response"]!["failure_list"]!.AsArray().Select(f => (string?)f!["failed_reason"]));
        Assert.Equal("UNLIST", (await StateAsync(shopee, live)).Status);
        Assert.Equal("error_param", await shopee.Error("unlist_item", new JsonObject { ["item_list"] = new JsonArray([.. Enumerable.Range(0, 51).Select(_ => Row(live))]) }));
    }

    [Fact]
    public async Task What_is_deleted_is_seen_by_its_id_and_in_its_own_list_and_takes_no_more_changes()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var id = await shopee.Create("A");
        Assert.Equal("", await shopee.Error("delete_item", new JsonObject { ["item_id"] = id }));

        shopee.Time.Move(6);

        Assert.Equal("SELLER_DELETE", (await StateAsync(shopee, id)).Status);
        Assert.Equal(0, await CountAsync(shopee, "item_status=NORMAL&item_status=UNLIST"));
        Assert.Equal(1, await CountAsync(shopee, "item_status=[NORMAL,SELLER_DELETE]"));
        Assert.Equal(0, (int)(await shopee.Get($"{ShopeeFixture.Product}search_item?item_sku=A&page_size=10")).Json["response"]!["total_count"]!);
        Assert.Equal("error_item_not_found", await shopee.Error("update_item", new JsonObject { ["item_id"] = id, ["item_name"] = "Mật hoa dừa" }));
    }

    [Fact]
    public async Task A_list_goes_by_pages_and_by_time_and_a_new_item_comes_late()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await shopee.Create($"A{i}");
        }

        shopee.Time.Move(10);
        var since = shopee.Time.GetUtcNow().ToUnixTimeSeconds();
        var late = await shopee.Create("A9");
        shopee.Time.Move(6);

        var page = (await shopee.Get($"{ShopeeFixture.Product}get_item_list?offset=2&page_size=2&item_status=NORMAL")).Json["response"]!;
        var changed = (await shopee.Get($"{ShopeeFixture.Product}get_item_list?offset=0&page_size=10&item_status=NORMAL&update_time_from={since}")).Json["response"]!;

        Assert.Equal((4, false), ((int)page["total_count"]!, (bool)page["has_next_page"]!));
        Assert.Equal([late], changed["item"]!.AsArray().Select(i => (long)i!["item_id"]!));
        Assert.Equal("error_param", (string?)(await shopee.Get($"{ShopeeFixture.Product}get_item_list?offset=0&page_size=10")).Json["error"]);
        Assert.Equal("error_param", (string?)(await shopee.Get($"{ShopeeFixture.Product}get_item_list?offset=0&page_size=101&item_status=NORMAL")).Json["error"]);
    }

    [Fact]
    public async Task A_restart_on_its_folder_has_all_that_was_answered()
    {
        var folder = Directory.CreateTempSubdirectory("ocop-shopee-").FullName;
        try
        {
            var time = new ManualTime();
            await using (var shopee = await ShopeeFixture.StartAsync(folder, time))
            {
                await shopee.Create("A");
            }

            await using var again = await ShopeeFixture.StartAsync(folder, time);
            var item = Assert.Single((await again.Control.State())["items"]!.AsArray())!;
            Assert.Equal(("A", "NORMAL", 185000, 120, 650), ((string?)item["sku"], (string?)item["status"], (int)item["price"]!, (int)item["quantity"]!, (int)item["weight"]!));
            Assert.Contains(await again.Control.Log(), c => (string?)c!["call"] == "create");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_wrong_signature_a_token_of_another_and_an_old_clock_let_nobody_in()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var body = shopee.Item("A").ToJsonString();

        var forged = await shopee.Send(HttpMethod.Post, $"{ShopeeFixture.Product}add_item", body, key: "another-key");
        var foreign = await shopee.Send(HttpMethod.Post, $"{ShopeeFixture.Product}add_item", body, token: "access-of-nobody");
        var path = shopee.Signed($"{ShopeeFixture.Product}add_item", shopee.Token, null);
        shopee.Time.Move(301);
        var old = await shopee.SendRaw(HttpMethod.Post, path, body);
        shopee.Time.Move(4 * 3600);
        var ended = await shopee.Send(HttpMethod.Post, $"{ShopeeFixture.Product}add_item", body);

        Assert.Equal(
            [(403, "error_sign"), (403, "invalid_acceess_token"), (403, "error_param"), (403, "invalid_acceess_token")],
            new[] { forged, foreign, old, ended }.Select(h => (h.Http, (string?)h.Json["error"])));
        Assert.Empty((await shopee.Control.State())["items"]!.AsArray());
    }

    [Fact]
    public async Task Calls_beyond_the_pace_are_refused_and_counted_and_a_banned_shop_sells_nothing()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var path = shopee.Signed("/api/v2/logistics/get_channel_list", shopee.Token, null);
        var answers = new List<string?>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add((string?)(await shopee.SendRaw(HttpMethod.Get, path, null)).Json["error"]);
        }

        Assert.Contains("error_rate_limit", answers);
        Assert.Equal(answers.Count(a => a == "error_rate_limit"), (int)(await shopee.Control.State())["rateBreaches"]!);
        shopee.Time.Move(5);
        await shopee.Control.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"locked"}""");
        Assert.Equal("shop_banned", await shopee.Error("add_item", shopee.Item("A")));
        await shopee.Control.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"new"}""");
        Assert.Equal("error_busi_invalid_shop_status", await shopee.Error("add_item", shopee.Item("A")));
    }

    [Fact]
    public async Task What_a_buyer_sees_is_behind_the_item_s_address_with_its_picture()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var id = await shopee.Create("A");

        var page = await shopee.Control.Get($"/product/{ShopeeFixture.Shop}/{id}");

        Assert.Contains("Mật hoa dừa cô đặc", WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Contains($"/file/{shopee.Image}.png", page.Text, StringComparison.Ordinal);
    }

    private static JsonObject Row(long id) => new() { ["item_id"] = id, ["unlist"] = true };

    private static async Task<(string? Status, string? Name)> StateAsync(ShopeeFixture shopee, long id)
    {
        var item = await shopee.Detail(id);
        return ((string?)item["item_status"], (string?)item["item_name"]);
    }

    private static async Task<int> CountAsync(ShopeeFixture shopee, string statuses) =>
        (int)(await shopee.Get($"{ShopeeFixture.Product}get_item_list?offset=0&page_size=10&{statuses}")).Json["response"]!["total_count"]!;
}
