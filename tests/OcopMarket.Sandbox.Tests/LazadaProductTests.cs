using System.Net;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>What the simulated Lazada takes, refuses and keeps of products.</summary>
public sealed class LazadaProductTests
{
    private const string Price = "/product/price_quantity/update";

    /// <summary>Part (product, attributes, sku), field, value, code.</summary>
    public static TheoryData<string, string, string, string> WrongFields => new()
    {
        { "product", "PrimaryCategory", "\"5\"", "201" },
        { "product", "PrimaryCategory", "\"90000010\"", "4134" },
        { "product", "PrimaryCategory", "\"90000113\"", "500" },
        { "product", "PrimaryCategory", "90000104", "5" },
        { "product", "Images", "{\"Image\":[]}", "4139" },
        { "product", "Images", "{\"Image\":[\"https://evil.example/a.jpg\"]}", "4138" },
        { "product", "Unknown", "\"1\"", "5" },
        { "attributes", "name", "\" \"", "4108" },
        { "attributes", "name", $"\"{new string('a', 256)}\"", "4160" },
        { "attributes", "name", $"\"{new string('ộ', 86)}\"", "4160" },
        { "attributes", "name", "\"Mật | ong\"", "4129" },
        { "attributes", "description", $"\"{new string('a', 25_001)}\"", "4120" },
        { "attributes", "description", "\"<p><img src='https://evil.example/a.jpg'></p>\"", "4138" },
        { "attributes", "brand", "\"Nobody\"", "4142" },
        { "attributes", "brand", "\"\"", "4108" },
        { "attributes", "brand_id", "\"1\"", "4142" },
        { "attributes", "nowhere", "\"1\"", "500" },
        { "attributes", "storage", "\"Trong tủ\"", "500" },
        { "sku", "SellerSku", "\"\"", "4150" },
        { "sku", "price", "\"0\"", "4118" },
        { "sku", "price", "\"1.005\"", "4104" },
        { "sku", "quantity", "\"-1\"", "4152" },
        { "sku", "package_length", "\"0\"", "4149" },
        { "sku", "package_length", "\"8.001\"", "4149" },
        { "sku", "package_length", "\"280\"", "4165" },
        { "sku", "package_weight", "\"40.1\"", "4164" },
        { "sku", "package_weight", "0.65", "5" },
        { "sku", "unknown", "\"1\"", "5" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task A_wrong_field_is_refused_with_its_own_code_and_nothing_is_kept(string part, string field, string json, string code)
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var document = lazada.Product("A", (product, sku) =>
            (part switch { "sku" => sku, "attributes" => product["Attributes"]!.AsObject(), _ => product })[field] = JsonNode.Parse(json));

        Assert.Equal(code, await lazada.Code("/product/create", "payload", document));

        Assert.Empty((await lazada.Control.State())["items"]!.AsArray());
    }

    [Theory]
    [InlineData("{\"Request\":{}}", "5")]
    [InlineData("<Request><Product>", "5")]
    [InlineData("nothing", "5")]
    [InlineData("{\"Request\":{\"Product\":{\"Skus\":{}}}}", "4133")]
    [InlineData("{\"Request\":{\"Product\":{\"Skus\":{\"Sku\":[{\"SellerSku\":\"A\"},{\"SellerSku\":\"A\"}]}}}}", "4105")]
    [InlineData("{\"Request\":{\"Product\":{\"Skus\":{\"Sku\":[{\"SellerSku\":\"A\"},{\"SellerSku\":\"B\"}]}}}}", "4133")]
    public async Task A_wrong_document_is_refused(string document, string code)
    {
        await using var lazada = await LazadaFixture.StartAsync();
        Assert.Equal(code, await lazada.Code("/product/create", "payload", document));
    }

    [Fact]
    public async Task One_code_sent_twice_makes_two_items_unless_the_platform_minds()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        await lazada.Create("A");
        await lazada.Create("A");
        Assert.Equal("A", (string?)(await lazada.Control.State())["duplicates"]![0]!["key"]);

        await lazada.Control.Set("""{"sellerSkuIsUnique":true}""");
        Assert.Equal("4126", await lazada.Code("/product/create", "payload", lazada.Product("A")));
    }

    [Fact]
    public async Task An_item_is_reviewed_then_on_sale_and_what_heals_is_refused_with_its_reason()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var (good, _) = await lazada.Create("A", approve: false);
        var (bad, _) = await lazada.Create("B", approve: false, (p, _) => p["Attributes"]!["description"] = "<p>Mật hoa dừa chữa bệnh dạ dày.</p>");
        Assert.Equal("Pending QC", (string?)(await lazada.Item(good))["status"]);

        lazada.Time.Move(61);

        Assert.Equal("Active", (string?)(await lazada.Item(good))["status"]);
        var refused = await lazada.Item(bad);
        Assert.Equal(("Suspended", "Reject"), ((string?)refused["status"], (string?)refused["subStatus"]));
        Assert.NotEmpty((string?)refused["rejectReason"]![0]!["violationDetail"] ?? "");
    }

    [Fact]
    public async Task An_edit_of_what_is_on_sale_leaves_it_there_one_of_what_is_refused_is_reviewed_before_and_a_locked_one_is_not_edited()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var (id, sku) = await lazada.Create("A");

        Assert.Equal("0", await lazada.Code("/product/update", "payload", Edit(id, sku, "Mật hoa dừa loại một")));
        Assert.Equal(("Active", "Mật hoa dừa loại một"), await StateAsync(lazada, id));
        await lazada.Moderate(id, "reject");
        Assert.Equal("Live_Reject", (string?)(await lazada.Item(id))["subStatus"]);
        Assert.Equal("0", await lazada.Code("/product/update", "payload", Edit(id, sku, "Mật hoa dừa loại hai")));
        Assert.Equal(("Pending QC", "Mật hoa dừa loại hai"), await StateAsync(lazada, id));
        await lazada.Moderate(id, "lock");
        Assert.Equal("4155", await lazada.Code("/product/update", "payload", Edit(id, sku, "Mật")));
        Assert.Equal("4137", await lazada.Code("/product/update", "payload", Edit(5, sku, "Mật")));
        Assert.Equal("4136", await lazada.Code("/product/update", "payload", Edit((await lazada.Create("B")).Item, sku, "Mật")));
    }

    [Fact]
    public async Task Price_and_stock_go_by_the_sku_s_id_all_rows_or_none()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var (first, second) = (await lazada.Create("A"), await lazada.Create("B"));

        Assert.Equal("0", await lazada.Code(Price, "payload", Rows(Row(first, "Price", "190000"), Row(second, "Quantity", "0"))));
        var refused = (await lazada.Post(Price, "payload", Rows(Row(first, "Price", "1"), Row(second, "Quantity", "-1")))).Json;

        Assert.Equal(("501", "quantity", "B"), ((string?)refused["code"], (string?)refused["detail"]![0]!["field"], (string?)refused["detail"]![0]!["seller_sku"]));
        Assert.Equal(190000, (int)(await lazada.Item(first.Item))["skus"]![0]!["price"]!);
        Assert.Equal(0, (int)(await lazada.Item(second.Item))["skus"]![0]!["quantity"]!);
        Assert.Equal("4193", await lazada.Code(Price, "payload", "<Request><Product><Skus><Sku><SellerSku>A</SellerSku><Price>5</Price></Sku></Skus></Product></Request>"));
        Assert.Equal("4171", await lazada.Code(Price, "payload", Rows([.. Enumerable.Range(0, 51).Select(_ => Row(first, "Price", "5"))])));
    }

    [Fact]
    public async Task Only_what_is_on_sale_is_taken_off_it_and_only_what_stands_is_removed()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var (live, moving) = (await lazada.Create("A"), await lazada.Create("B", approve: false));

        Assert.Equal("E0004", await lazada.Code("/product/deactivate", "apiRequestBody", Stop(moving)));
        Assert.Equal("0", await lazada.Code("/product/deactivate", "apiRequestBody", Stop(live)));
        Assert.Equal("E0004", await lazada.Code("/product/deactivate", "apiRequestBody", Stop(live)));
        Assert.Equal("E0002", await lazada.Code("/product/deactivate", "apiRequestBody", Stop((5, 5))));
        Assert.Equal("0", await lazada.Code("/product/remove", "sku_id_list", $"[\"SkuId_{live.Item}_{live.Sku}\"]"));
        Assert.Equal("503", await lazada.Code("/product/remove", "sku_id_list", $"[\"SkuId_{live.Item}_{live.Sku}\"]"));
        lazada.Time.Move(6);
        Assert.Equal("Deleted", (string?)(await lazada.Item(live.Item))["status"]);
        Assert.Equal(1, await CountAsync(lazada, ("filter", "all")));
        Assert.Equal(1, await CountAsync(lazada, ("filter", "deleted")));
        Assert.Equal(0, await CountAsync(lazada, ("filter", "all"), ("sku_seller_list", "[\"A\"]")));
    }

    [Fact]
    public async Task A_list_goes_by_pages_and_by_time_and_a_new_item_comes_late()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await lazada.Create($"A{i}");
        }

        lazada.Time.Move(10);
        var since = lazada.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss'+0000'", System.Globalization.CultureInfo.InvariantCulture);
        var (late, _) = await lazada.Create("A9");
        lazada.Time.Move(6);

        var page = (await lazada.Get("/products/get", ("filter", "live"), ("offset", "2"), ("limit", "1"))).Json["data"]!;
        var changed = (await lazada.Get("/products/get", ("filter", "all"), ("update_after", since))).Json["data"]!["products"]!.AsArray();

        Assert.Equal((4, 1), ((int)page["total_products"]!, page["products"]!.AsArray().Count));
        Assert.Equal([late], changed.Select(p => (long)p!["item_id"]!));
        foreach (var (name, value, code) in new[] { ("limit", "51", "19"), ("offset", "10001", "14"), ("update_after", "yesterday", "17"), ("sku_seller_list", "A", "70") })
        {
            Assert.Equal(code, (string?)(await lazada.Get("/products/get", ("filter", "all"), (name, value))).Json["code"]);
        }

        Assert.Equal("36", (string?)(await lazada.Get("/products/get")).Json["code"]);
    }

    [Fact]
    public async Task A_restart_on_its_folder_has_all_that_was_answered()
    {
        var folder = Directory.CreateTempSubdirectory("ocop-lazada-").FullName;
        try
        {
            var time = new ManualTime();
            await using (var lazada = await LazadaFixture.StartAsync(folder, time))
            {
                await lazada.Create("A");
            }

            await using var again = await LazadaFixture.StartAsync(folder, time);
            var item = Assert.Single((await again.Control.State())["items"]!.AsArray())!;
            Assert.Equal(("A", "Active", 185000, 120, 650), ((string?)item["sku"], (string?)item["status"], (int)item["price"]!, (int)item["quantity"]!, (int)item["weight"]!));
            Assert.Contains(await again.Control.Log(), c => (string?)c!["call"] == "create" && (string?)c["skus"]![0] == "A");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_wrong_secret_a_token_of_another_and_an_old_clock_let_nobody_in()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        (string, string)[] own = [("payload", lazada.Product("A"))];

        var forged = await lazada.Send(HttpMethod.Post, "/product/create", own, secret: "another-secret");
        var foreign = await lazada.Send(HttpMethod.Post, "/product/create", own, token: "50000nobody");
        var all = lazada.System(own, lazada.Token);
        lazada.Time.Move(7201);
        var old = await lazada.SendRaw(HttpMethod.Post, "/product/create", [.. all, ("sign", LazadaFixture.Sign("/product/create", all))]);

        Assert.Equal(
            [(200, "IncompleteSignature"), (200, "IllegalAccessToken"), (200, "InvalidParameter")],
            new[] { forged, foreign, old }.Select(h => (h.Http, (string?)h.Json["code"])));
        Assert.Equal("MissingParameter", (string?)(await lazada.SendRaw(HttpMethod.Get, "/seller/get", [("app_key", "100123")])).Json["code"]);
        Assert.Empty((await lazada.Control.State())["items"]!.AsArray());
    }

    [Fact]
    public async Task Calls_beyond_the_pace_are_refused_and_counted_and_a_shop_that_is_not_open_sells_nothing()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var all = lazada.System([("filter", "all")], lazada.Token);
        var answers = new List<string?>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add((string?)(await lazada.SendRaw(HttpMethod.Get, "/products/get", [.. all, ("sign", LazadaFixture.Sign("/products/get", all))])).Json["code"]);
        }

        Assert.Contains("ApiCallLimit", answers);
        Assert.Equal(answers.Count(a => a == "ApiCallLimit"), (int)(await lazada.Control.State())["rateBreaches"]!);
        lazada.Time.Move(5);
        await lazada.Control.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"locked"}""");
        Assert.Equal("SellerNotActive", await lazada.Code("/product/create", "payload", lazada.Product("A")));
        Assert.Equal("INACTIVE", (string?)(await lazada.Get("/seller/get")).Json["data"]!["status"]);
        await lazada.Control.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"new"}""");
        Assert.Equal("SellerNotVerified", await lazada.Code("/product/create", "payload", lazada.Product("A")));
    }

    [Fact]
    public async Task What_a_buyer_sees_is_behind_the_item_s_address_with_its_picture()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var (id, sku) = await lazada.Create("A");

        var page = await lazada.Control.Get($"/products/-i{id}-s{sku}.html");

        Assert.Contains("Mật hoa dừa cô đặc", WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Contains(lazada.Image, page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server_error_after", "1000", 1)]
    [InlineData("server_error_before", "1000", 0)]
    [InlineData("rate_limited", "ApiCallLimit", 0)]
    [InlineData("token_revoked", "IllegalAccessToken", 0)]
    [InlineData("unknown_error", "E9999_NEVER_HEARD_OF", 0)]
    public async Task A_fault_answers_as_asked_and_lands_or_not(string kind, string code, int landed)
    {
        await using var lazada = await LazadaFixture.StartAsync();
        await lazada.Control.Fault($$"""{"call":"create","kind":"{{kind}}","sku":"A","count":1}""");

        Assert.Equal(code, await lazada.Code("/product/create", "payload", lazada.Product("A")));

        Assert.Equal(landed, (await lazada.Control.State())["items"]!.AsArray().Count);
    }

    private static string Edit(long id, long sku, string name) => new JsonObject
    {
        ["Request"] = new JsonObject
        {
            ["Product"] = new JsonObject
            {
                ["ItemId"] = $"{id}",
                ["Attributes"] = new JsonObject { ["name"] = name },
                ["Skus"] = new JsonObject { ["Sku"] = new JsonArray(new JsonObject { ["SkuId"] = $"{sku}" }) },
            },
        },
    }.ToJsonString();

    private static string Stop((long Item, long Sku) ids) => $"<Request><Product><ItemId>{ids.Item}</ItemId><Skus><SkuId>{ids.Sku}</SkuId></Skus></Product></Request>";

    private static string Row((long Item, long Sku) ids, string field, string value) =>
        $$"""{"ItemId":"{{ids.Item}}","SkuId":"{{ids.Sku}}","{{field}}":"{{value}}"}""";

    private static string Rows(params string[] rows) => "{\"Request\":{\"Product\":{\"Skus\":{\"Sku\":[" + string.Join(',', rows) + "]}}}}";

    private static async Task<(string? Status, string? Name)> StateAsync(LazadaFixture lazada, long id)
    {
        var item = await lazada.Item(id);
        return ((string?)item["status"], (string?)item["attributes"]!["name"]);
    }

    private static async Task<int> CountAsync(LazadaFixture lazada, params (string, string)[] own) =>
        (int)(await lazada.Get("/products/get", own)).Json["data"]!["total_products"]!;
}
