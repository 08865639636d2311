using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

public sealed class VosoProductTests
{
    public static TheoryData<string, string, string> Refused => new()
    {
        { "PRODUCT_NAME", "\"Mật hoa\"", "PRODUCT_NAME" },
        { "PRODUCT_NAME", $"\"{new string('m', 101)}\"", "PRODUCT_NAME" },
        { "PRODUCT_DESCRIPTION", "\"<p>Mật</p>\"", "PRODUCT_DESCRIPTION" },
        { "PRODUCT_DESCRIPTION", $"\"{new string('m', 5001)}\"", "PRODUCT_DESCRIPTION" },
        { "PRODUCT_PRICE", "0", "PRODUCT_PRICE" },
        { "PRODUCT_PRICE", "\"185000\"", "PRODUCT_PRICE" },
        { "PRODUCT_DISCOUNT_PRICE", "185000", "PRODUCT_DISCOUNT_PRICE" },
        { "PRODUCT_QUANTITY", "-1", "PRODUCT_QUANTITY" },
        { "CATEGORY_ID", "100", "CATEGORY_ID" },
        { "CATEGORY_ID", "5026", "CATEGORY_ID" },
        { "IMAGE_URLS", "[]", "IMAGE_URLS" },
        { "IMAGE_URLS", """["a","b","c","d","e","f","g"]""", "IMAGE_URLS" },
        { "OCOP_STAR", "null", "OCOP_STAR" },
        { "OCOP_CERT_EXPIRE", "\"10/06/2028\"", "OCOP_CERT_EXPIRE" },
        { "ATTRIBUTES", "[]", "ATTRIBUTES.HSD" },
        { "ATTRIBUTES", """[{"CODE":"HSD","VALUE":"12 tháng"},{"CODE":"MAU","VALUE":"đỏ"}]""", "ATTRIBUTES.MAU" },
        { "ATTRIBUTES", """[{"CODE":"HSD"}]""", "ATTRIBUTES[0].VALUE" },
        { "MAU", "1", "MAU" },
        { "UNIT", "null", "UNIT" }
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_product_that_breaks_a_rule_is_refused_by_field(string field, string value, string named)
    {
        await using var voso = await VosoFixture.StartAsync();

        var heard = await voso.Post("create", VosoFixture.Product("A", p => p[field] = JsonNode.Parse(value)));

        Assert.Equal(200, heard.Http);
        Assert.Equal(205, (int)heard.Json["status"]!);
        Assert.Contains(named, heard.Json["data"]!.AsArray().Select(e => (string?)e!["FIELD"]));
        Assert.Empty((await voso.Client.State())["items"]!.AsArray());
    }

    [Fact]
    public async Task The_same_call_twice_makes_two_products_and_the_judge_sees_it()
    {
        await using var voso = await VosoFixture.StartAsync();

        var first = await voso.Create("A");
        var second = await voso.Create("A");
        var state = await voso.Client.State();

        Assert.NotEqual(first, second);
        Assert.Equal(1, (int)state["duplicateItems"]!);
        Assert.Equal(["sku", "content"], state["duplicates"]!.AsArray().Select(d => (string?)d!["by"]));
    }

    [Fact]
    public async Task Another_sku_with_the_same_name_price_and_certificate_is_a_duplicate_until_deleted()
    {
        await using var voso = await VosoFixture.StartAsync();
        await voso.Create("A", p => p["PRODUCT_NAME"] = "Mật hoa dừa cô đặc");
        var second = await voso.Create("B", p => p["PRODUCT_NAME"] = "Mật hoa dừa cô đặc");
        await voso.Create("C", p => { p["PRODUCT_NAME"] = "Mật hoa dừa cô đặc"; p["PRODUCT_PRICE"] = 1; });
        Assert.Equal(1, (int)(await voso.Client.State())["duplicateItems"]!);

        Assert.Equal(200, await voso.Change(second, "DELETED"));

        Assert.Equal(0, (int)(await voso.Client.State())["duplicateItems"]!);
    }

    [Fact]
    public async Task Only_content_edits_send_an_approved_product_back_to_review()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A");
        Assert.Equal("WAITING_APPROVE", await voso.StateOf(id));
        voso.WaitForReview();
        Assert.Equal("APPROVED", await voso.StateOf(id));

        await voso.Post("updateInventory", JsonNode.Parse($$"""{"LIST":[{"PRODUCT_ID":{{id}},"PRICE":1000,"QUANTITY":0}]}""")!);
        Assert.Equal("APPROVED", await voso.StateOf(id));
        var edited = VosoFixture.Product("A", p =>
        {
            p["PRODUCT_ID"] = id;
            p.Remove("PRODUCT_PRICE");
            p.Remove("PRODUCT_QUANTITY");
        });
        await voso.Post("update", edited);

        Assert.Equal("WAITING_APPROVE", await voso.StateOf(id));
        Assert.Equal(1000, (int)(await voso.Detail(id))["PRICE"]!);
    }

    [Fact]
    public async Task An_update_that_brings_a_price_is_refused()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A");

        var heard = await voso.Post("update", VosoFixture.Product("A", p => p["PRODUCT_ID"] = id));

        Assert.Equal(205, (int)heard.Json["status"]!);
    }

    [Fact]
    public async Task States_change_only_as_the_contract_says()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A");
        Assert.Equal(205, await voso.Change(id, "STOPPED"));
        voso.WaitForReview();

        Assert.Equal(205, await voso.Change(id, "APPROVED"));
        Assert.Equal(200, await voso.Change(id, "STOPPED"));
        Assert.Equal(200, await voso.Change(id, "APPROVED"));
        await voso.Client.Post("/_sandbox/moderate", $$"""{"item":"{{id}}","verdict":"lock"}""");
        Assert.Equal(205, await voso.Change(id, "DELETED"));
        Assert.Equal(404, await voso.Change(1, "DELETED"));
    }

    [Fact]
    public async Task A_locked_product_and_a_suspended_shop_answer_423()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A");
        await voso.Client.Post("/_sandbox/moderate", $$"""{"item":"{{id}}","verdict":"lock"}""");
        var edit = VosoFixture.Product("A", p => { p["PRODUCT_ID"] = id; p.Remove("PRODUCT_PRICE"); p.Remove("PRODUCT_QUANTITY"); });
        Assert.Equal(423, (int)(await voso.Post("update", edit)).Json["status"]!);

        await voso.Client.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"locked"}""");

        Assert.Equal(423, (int)(await voso.Post("create", VosoFixture.Product("B"))).Json["status"]!);
        Assert.Equal("SUSPENDED", (string?)(await voso.Client.Get("/v2/merchant/info")).Json["data"]!["STATE"]);
    }

    [Fact]
    public async Task Another_shops_product_is_not_allowed()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A");
        var other = (await voso.Client.Post("/_sandbox/shops", """{"name":"Cơ sở khác","phone":"0987654321"}""")).Json;
        var login = new JsonObject { ["USERNAME"] = (string?)other["username"], ["PASSWORD"] = (string?)other["password"] };
        voso.Client.Token = VosoFixture.TokenOf(await voso.Client.Post("/v2/user/Login", login));
        voso.Client.Token = VosoFixture.TokenOf(await voso.Client.Post("/v2/user/ownerconnect", login));

        Assert.Equal(203, await voso.Change(id, "DELETED"));
        Assert.Empty(await voso.List());
    }

    [Fact]
    public async Task Inventory_answers_line_by_line_and_zero_ends_a_sale()
    {
        await using var voso = await VosoFixture.StartAsync();
        var id = await voso.Create("A", p => p["PRODUCT_DISCOUNT_PRICE"] = 150000);
        var body = JsonNode.Parse($$"""
            {"LIST":[{"PRODUCT_ID":{{id}},"DISCOUNT_PRICE":0},{"PRODUCT_ID":5,"QUANTITY":1},{"PRODUCT_ID":{{id}},"QUANTITY":-1}]}
            """)!;

        var lines = (await voso.Post("updateInventory", body)).Json["data"]!.AsArray();

        Assert.Equal([false, true, true], lines.Select(l => (bool)l!["ERROR"]!));
        Assert.Null((await voso.Client.State())["items"]![0]!["salePrice"]);
    }
}
