using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.WooCommerce;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed class WooCommerceGoldenTests : IAsyncLifetime
{
    private const string Api = "/lab/wp-json/wc/v3";
    private const string Secret = "cs_9f2c";
    private RecordingServer _server = null!;
    private IMarketplaceAdapter _adapter = null!;
    private SellerSession _shop = null!;

    public async Task InitializeAsync()
    {
        _server = await RecordingServer.StartAsync();
        _adapter = Adapters.Registry(
            ("woocommerce:BaseUrl", _server.BaseUrl), ("woocommerce:MaxResponseBytes", "65536"), ("woocommerce:WebhookSecret", "chung")).Adapter(new("woocommerce"));
        var url = $"{_server.BaseUrl}/lab";
        _shop = new(url["http://".Length..], new Secret($"{url} ck_1a2b {Secret}"));
        Answer("category.answer.json", 201);
        await ((IShopCategories)_adapter).LearnAsync(_shop, "Chế biến từ thịt, thủy sản, trứng, sữa, mật", CancellationToken.None);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_is_sent_as_the_sheet_writes_it_with_key_and_secret_and_its_answer_is_read()
    {
        Answer("product.create.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Nectar() with { Images = Unnumbered });

        var call = AssertSent("POST", "/products/batch", Golden("product.create.request.json"));
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"ck_1a2b:{Secret}"))}", call.Headers["Authorization"]);
        Assert.Equal(("12", SeenStatus.Live, "publish"), (outcome.ExternalId, outcome.Status, outcome.StatusRaw));
        Assert.Null(outcome.Differs);
        Assert.Equal("14", outcome.Pictures[Drafts.Sha]);
    }

    [Fact]
    public async Task A_picture_that_the_shop_has_is_sent_by_its_id_and_an_edit_sends_neither_price_nor_stock()
    {
        _server.Answer(Repository.Golden("woocommerce", "product.create.answer.json").Replace("\"create\"", "\"update\"", StringComparison.Ordinal));

        await SubmitAsync(ChangeKind.UpdateContent, Drafts.Nectar() with { Images = [Drafts.Nectar().Images[0] with { MediaId = "14" }] });

        var expected = Golden("product.create.request.json")["create"]![0]!.AsObject();
        foreach (var other in (string[])["type", "sku", "regular_price", "sale_price", "manage_stock", "stock_quantity", "status"])
        {
            expected.Remove(other);
        }

        expected["id"] = 12;
        expected["images"] = JsonNode.Parse("""[{"id":14}]""");
        AssertSent("POST", "/products/batch", new JsonObject { ["update"] = new JsonArray(expected.DeepClone()) });
    }

    [Theory]
    [InlineData("\"regular_price\": \"185000\"", "\"regular_price\": \"\"", "price")]
    [InlineData("\"sale_price\": \"169000\"", "\"sale_price\": \"\"", "salePrice")]
    [InlineData("\"stock_quantity\": 120", "\"stock_quantity\": null", "stock")]
    [InlineData("\"manage_stock\": true", "\"manage_stock\": false", "stock")]
    [InlineData("\"status\": \"publish\"", "\"status\": \"pending\"", "state")]
    [InlineData("{ \"id\": 16,", "{ \"id\": 15,", "category")]
    [InlineData("\"name\": \"Mật hoa dừa cô đặc", "\"name\": \"Mật hoa dừa", "title")]
    [InlineData("Không thêm đường.", "Không đường.", "description")]
    [InlineData("\"images\": [{ \"id\": 14,", "\"images\": [{ \"id\": 13 }, { \"id\": 14,", "images")]
    public async Task Success_with_other_content_is_an_issue_of_its_own_and_keeps_the_id(string kept, string swapped, string field)
    {
        _server.Answer(new System.Text.RegularExpressions.Regex(System.Text.RegularExpressions.Regex.Escape(kept))
            .Replace(Repository.Golden("woocommerce", "product.create.answer.json"), swapped, 1));

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Nectar() with { Images = Unnumbered });

        Assert.Equal((null, "12"), (outcome.Failure, outcome.ExternalId));
        Assert.Equal(($"differs_{field}", field), (outcome.Differs?.Code, outcome.Differs?.Field));
        Assert.Contains(outcome.Differs!.Code, WooCommerceErrors.Codes);
    }

    [Fact]
    public async Task A_name_with_entities_and_a_description_with_other_mark_up_are_the_same()
    {
        _server.Answer(Repository.Golden("woocommerce", "product.create.answer.json")
            .Replace("\"name\": \"Mật hoa dừa cô đặc Sokfarm 500 ml\"", "\"name\": \"Mật hoa dừa &amp; gừng  &#8211; 500 ml\"", StringComparison.Ordinal)
            .Replace("<p>Không thêm đường.</p>", "<div class=\\\"x\\\">Không thêm\\n đường.</div>", StringComparison.Ordinal));

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Nectar() with { Title = "Mật hoa dừa & gừng – 500 ml", Images = Unnumbered });

        Assert.Null(outcome.Differs);
    }

    [Fact]
    public async Task A_code_that_is_taken_names_the_product_that_has_it_and_the_others_land()
    {
        var answer = Golden("product.create.answer.json");
        answer["create"]!.AsArray().Insert(0, Golden("batch.duplicate.answer.json")["create"]![0]!.DeepClone());
        _server.Answer(answer.ToJsonString());

        var outcomes = await _adapter.SubmitAsync(
            _shop,
            [
                new(ChangeKind.Create, Drafts.Nectar("LAB-C1").ToCanonical(), null, "a"),
                new(ChangeKind.Create, (Drafts.Nectar() with { Images = Unnumbered }).ToCanonical(), null, "b"),
            ],
            CancellationToken.None);

        Assert.Equal((FailureKind.Rejected, true, "12"), (outcomes[0].Failure, outcomes[0].SkuTaken, outcomes[0].ExternalId));
        Assert.Equal((null, false), (outcomes[1].Failure, outcomes[1].SkuTaken));
    }

    [Fact]
    public async Task A_code_in_the_trash_is_the_owners_turn_and_a_lost_picture_is_sent_again()
    {
        _server.Answer($$"""{"create":[{"id":0,"error":{{Golden("error.sku-in-trash.answer.json").ToJsonString()}}}]}""");
        _server.Answer("""{"create":[{"id":0,"error":{"code":"woocommerce_product_invalid_image_id","message":"#14 is an invalid image ID.","data":{"status":400}}}]}""");

        var inTrash = await SubmitAsync(ChangeKind.Create, Drafts.Nectar());
        var lost = await SubmitAsync(ChangeKind.Create, Drafts.Nectar());

        Assert.Equal((FailureKind.Rejected, false, "sku"), (inTrash.Failure, inTrash.SkuTaken, inTrash.Field));
        Assert.Equal((FailureKind.Transient, true), (lost.Failure, lost.PicturesLost));
    }

    [Theory]
    [InlineData(ChangeKind.SetPrice, """{"update":[{"id":12,"regular_price":"185000","sale_price":"169000"}]}""")]
    [InlineData(ChangeKind.SetStock, """{"update":[{"id":12,"manage_stock":true,"stock_quantity":120}]}""")]
    [InlineData(ChangeKind.Hide, """{"update":[{"id":12,"status":"draft"}]}""")]
    [InlineData(ChangeKind.Show, """{"update":[{"id":12,"status":"publish"}]}""")]
    [InlineData(ChangeKind.Delete, """{"delete":[12]}""")]
    public async Task Each_lane_sends_its_own_part_alone(ChangeKind kind, string body)
    {
        var answer = Golden("product.create.answer.json")["create"]![0]!.DeepClone();
        answer["status"] = kind == ChangeKind.Hide ? "draft" : "publish";
        _server.Answer(new JsonObject { [kind == ChangeKind.Delete ? "delete" : "update"] = new JsonArray(answer) }.ToJsonString());

        var outcome = await SubmitAsync(kind, Drafts.Nectar());

        AssertSent("POST", "/products/batch", JsonNode.Parse(body)!);
        Assert.Equal(
            kind switch { ChangeKind.Hide => SeenStatus.Hidden, ChangeKind.Delete => SeenStatus.Removed, _ => SeenStatus.Live }, outcome.Status);
        Assert.Null(outcome.Differs);
    }

    [Fact]
    public async Task What_is_gone_already_counts_as_removed()
    {
        _server.Answer($$"""{"delete":[{"id":12,"error":{{Golden("error.unknown-get.answer.json").ToJsonString()}}}]}""");

        var outcome = await SubmitAsync(ChangeKind.Delete, Drafts.Nectar());

        Assert.Equal((null, SeenStatus.Removed), (outcome.Failure, outcome.Status));
    }

    [Fact]
    public async Task Look_up_asks_for_the_trash_only_for_codes_that_are_not_listed()
    {
        Answer("list.answer.json");
        _server.Answer($"[{Golden("trash.answer.json").ToJsonString().Replace("LAB-1", "LAB-2", StringComparison.Ordinal)}]");

        var items = await _adapter.LookUpAsync(_shop, ["LAB-1", "LAB-2"], CancellationToken.None);

        Assert.Equal([("LAB-1", SeenStatus.Hidden), ("LAB-2", SeenStatus.Removed)], items.Select(i => (i.SellerSku, i.Status)));
        var calls = _server.Calls.Skip(1).Select(c => Uri.UnescapeDataString(c.PathAndQuery)).ToList();
        Assert.StartsWith($"{Api}/products?per_page=100&", calls[0], StringComparison.Ordinal);
        Assert.EndsWith("&sku=LAB-1,LAB-2", calls[0], StringComparison.Ordinal);
        Assert.EndsWith("&sku=LAB-2&status=trash", calls[1], StringComparison.Ordinal);
        Assert.Equal(("Áo & quần", 199000m, 7), (items[0].Title, items[0].PriceVnd, items[0].StockUnits));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 54, 7, TimeSpan.Zero), items[0].ChangedAt);
    }

    [Theory]
    [InlineData("publish", "instock", SeenStatus.Live)]
    [InlineData("publish", "outofstock", SeenStatus.OutOfStock)]
    [InlineData("pending", "instock", SeenStatus.InReview)]
    [InlineData("draft", "instock", SeenStatus.Hidden)]
    [InlineData("private", "instock", SeenStatus.Hidden)]
    [InlineData("future", "instock", SeenStatus.Draft)]
    [InlineData("trash", "instock", SeenStatus.Removed)]
    [InlineData("wc-archived", "instock", SeenStatus.NeedsAttention)]
    public async Task Every_status_of_the_sheet_has_a_meaning(string status, string stock, SeenStatus expected)
    {
        var row = Golden("list.answer.json");
        (row[0]!["status"], row[0]!["stock_status"]) = (status, stock);
        _server.Answer(row.ToJsonString());

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new("10", "LAB-1")], CancellationToken.None));

        Assert.Equal((expected, status), (item.Status, item.StatusRaw));
        Assert.Contains("include=10", _server.Calls.Last().PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_since_is_asked_in_UTC_from_a_second_before_and_paged_by_the_totals()
    {
        _server.Answer(http =>
        {
            http.Response.Headers["X-WP-TotalPages"] = "2";
            http.Response.ContentType = "application/json";
            return http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Repository.Golden("woocommerce", "list.answer.json"))).AsTask();
        });

        var page = await _adapter.ReadChangedAsync(_shop, new(2026, 11, 23, 17, 54, 7, TimeSpan.FromHours(7)), null, CancellationToken.None);

        Assert.Equal("2", page.NextPage);
        Assert.EndsWith(
            "&modified_after=2026-11-23T10:54:06&dates_are_gmt=true&orderby=modified&order=asc&page=1",
            Uri.UnescapeDataString(_server.Calls.Last().PathAndQuery), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_that_the_shop_emptied_is_no_price_of_ours()
    {
        _server.Answer(Repository.Golden("woocommerce", "list.answer.json").Replace("\"regular_price\": \"199000\"", "\"regular_price\": \"\"", StringComparison.Ordinal));

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new("10", "LAB-1")], CancellationToken.None));

        Assert.Equal(0m, item.PriceVnd);
    }

    /// <summary>The shop is its owner's: what it says may be meant to hurt whoever stores it.</summary>
    [Fact]
    public async Task Whatever_a_shop_says_can_be_stored()
    {
        var rows = Golden("list.answer.json").AsArray();
        (rows[0]!["stock_quantity"], rows[0]!["manage_stock"], rows[0]!["name"], rows[0]!["regular_price"]) = (3_000_000_000, true, "Mật\0hoa", "100000000000000000000");
        rows.Add(rows[0]!.DeepClone());
        _server.Answer(rows.ToJsonString());

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new("10", "LAB-1")], CancellationToken.None));

        Assert.Equal((int.MaxValue, "Mật\uFFFDhoa", 0m), (item.StockUnits, item.Title, item.PriceVnd));
    }

    [Fact]
    public async Task A_category_that_exists_says_its_id_and_one_that_is_not_learnt_sends_nothing()
    {
        Answer("category.term-exists.answer.json", 400);
        var categories = (IShopCategories)_adapter;
        Assert.Equal(["Thủ công mỹ nghệ"], categories.Missing(_shop, [8, 21, 21, 26, null]));
        var before = await SubmitAsync(ChangeKind.Create, Drafts.Mat());

        await categories.LearnAsync(_shop, "Thủ công mỹ nghệ", CancellationToken.None);

        AssertSent("POST", "/products/categories", JsonNode.Parse("""{"name":"Thủ công mỹ nghệ"}""")!);
        Assert.Empty(categories.Missing(_shop, [8, 21]));
        Assert.Equal((FailureKind.Transient, "category_unlearnt"), (before.Failure, before.PlatformCode));
    }

    [Fact]
    public async Task A_category_that_a_shop_dropped_is_learnt_anew()
    {
        _server.Answer(Repository.Golden("woocommerce", "product.create.answer.json").Replace("{ \"id\": 16,", "{ \"id\": 15,", StringComparison.Ordinal));

        await SubmitAsync(ChangeKind.Create, Drafts.Nectar() with { Images = Unnumbered });

        Assert.Single(((IShopCategories)_adapter).Missing(_shop, [8]));
    }

    [Theory]
    [InlineData("error.authentication.answer.json", 401, FailureKind.Unauthorized, "woocommerce_rest_authentication_error")]
    [InlineData("error.cannot-view.answer.json", 401, FailureKind.Unauthorized, "woocommerce_rest_cannot_view")]
    [InlineData("error.too-large.answer.json", 413, FailureKind.Rejected, "woocommerce_rest_request_entity_too_large")]
    [InlineData("error.invalid-param.answer.json", 400, FailureKind.Rejected, "rest_invalid_param")]
    public async Task A_refusal_of_the_whole_call_keeps_the_platforms_code(string file, int http, FailureKind kind, string code)
    {
        Answer(file, http);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.Create, Drafts.Nectar()));

        Assert.Equal((kind, code), (error.Kind, error.PlatformCode));
    }

    [Theory]
    [InlineData(403, FailureKind.Misconfigured)]
    [InlineData(404, FailureKind.Misconfigured)]
    [InlineData(401, FailureKind.Unauthorized)]
    [InlineData(429, FailureKind.RateLimited)]
    public async Task A_page_of_the_hoster_says_nothing_landed(int http, FailureKind kind)
    {
        _server.Answer("<html>x</html>", http, "text/html", retryAfter: "7");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.Create, Drafts.Nectar()));

        Assert.Equal((kind, http == 429 ? TimeSpan.FromSeconds(7) : null), (error.Kind, error.RetryAfter));
    }

    [Theory]
    [InlineData("<html><body>Bad gateway</body></html>", 200)]
    [InlineData("<html><body>Bad gateway</body></html>", 502)]
    [InlineData("", 200)]
    [InlineData("[]", 200)]
    [InlineData("null", 200)]
    [InlineData("{}", 200)]
    [InlineData("{\"create\":[null]}", 200)]
    [InlineData("{\"create\":[]}", 200)]
    [InlineData("{\"create\":[{\"id\":12,\"sku\":\"OTHER\"}]}", 200)]
    [InlineData("{\"create\":[{\"id\":0,\"sku\":\"OCOP-TV-0001\"}]}", 200)]
    [InlineData("{\"create\":[{\"id\":12,\"sku\":\"OCOP-TV-0001\"", 200)]
    public async Task An_unreadable_answer_is_ambiguous_for_a_create_and_tried_again_for_a_read(string body, int http)
    {
        _server.Answer(body, http).Answer(body == "[]" ? "[null]" : body, http);

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Nectar());
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => _adapter.LookUpAsync(_shop, ["LAB-1"], CancellationToken.None));

        Assert.Equal((FailureKind.Ambiguous, FailureKind.Transient), (outcome.Failure, error.Kind));
    }

    [Fact]
    public async Task More_than_a_batch_holds_is_refused_before_the_call()
    {
        var change = new ListingChange(ChangeKind.Create, Drafts.Nectar().ToCanonical(), null, "x");

        var error = await Assert.ThrowsAsync<MarketplaceException>(
            () => _adapter.SubmitAsync(_shop, [.. Enumerable.Repeat(change, 21)], CancellationToken.None));

        Assert.Equal("batch_size", error.PlatformCode);
        Assert.Single(_server.Calls);
    }

    [Fact]
    public async Task A_shop_that_answers_is_open_and_one_that_is_not_there_is_an_answer()
    {
        _server.Answer(http =>
        {
            http.Response.Headers["X-WP-Total"] = "3";
            return http.Response.Body.WriteAsync("[]"u8.ToArray()).AsTask();
        });
        _server.Answer("<html>404</html>", 404, "text/html");

        var open = await _adapter.CheckAccountAsync(_shop, CancellationToken.None);
        var gone = await _adapter.CheckAccountAsync(_shop, CancellationToken.None);

        Assert.Equal((AccountState.Active, 3, $"{_server.BaseUrl}/lab"), (open.State, open.ItemCount, open.Url));
        Assert.Equal((AccountState.Unknown, "HTTP 404"), (gone.State, gone.Problem?.Code));
    }

    [Fact]
    public async Task A_key_goes_to_the_shop_that_it_was_given_for_and_to_no_other()
    {
        var error = await Assert.ThrowsAsync<MarketplaceException>(
            () => _adapter.LookUpAsync(_shop with { ExternalShopId = "khac.vn" }, ["A-1"], CancellationToken.None));
        var broken = await Assert.ThrowsAsync<MarketplaceException>(
            () => _adapter.LookUpAsync(_shop with { AccessToken = new Secret("bad\r\ntoken") }, ["A-1"], CancellationToken.None));

        Assert.Equal((FailureKind.Misconfigured, "shop_differs"), (error.Kind, error.PlatformCode));
        Assert.Equal(FailureKind.Unauthorized, broken.Kind);
        Assert.DoesNotContain("bad", broken.ToString(), StringComparison.Ordinal);
        Assert.Single(_server.Calls);
    }

    [Fact]
    public async Task Neither_key_nor_secret_leaves_with_a_shops_words()
    {
        _server.Answer($$$"""{"code":"la","message":"khóa ck_1a2b, mã {{{Secret}}}","data":{"status":400}}""", 400);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => _adapter.LookUpAsync(_shop, ["A-1"], CancellationToken.None));

        Assert.Equal((FailureKind.Rejected, "la", "khóa ***, mã ***"), (error.Kind, error.PlatformCode, error.Detail));
    }

    private static IReadOnlyList<ListingImage> Unnumbered => [Drafts.Nectar().Images[0] with { MediaId = null }];

    private async Task<ChangeOutcome> SubmitAsync(ChangeKind kind, ListingDraft draft) => Assert.Single(await _adapter.SubmitAsync(
        _shop, [new(kind, draft.ToCanonical(), kind == ChangeKind.Create ? null : "12", "l1")], CancellationToken.None));

    private void Answer(string file, int http = 200) => _server.Answer(Repository.Golden("woocommerce", file), http);

    private static JsonNode Golden(string file) => Repository.GoldenJson("woocommerce", file);

    private Recorded AssertSent(string method, string path, JsonNode body)
    {
        Assert.Equal(2, _server.Calls.Count);
        var call = _server.Calls.Last();
        Assert.Equal((method, Api + path), (call.Method, call.PathAndQuery));
        var sent = JsonNode.Parse(call.Body);
        Assert.True(JsonNode.DeepEquals(body, sent), string.Create(CultureInfo.InvariantCulture, $"Expected {body.ToJsonString()} and got {call.Body}"));
        return call;
    }
}
