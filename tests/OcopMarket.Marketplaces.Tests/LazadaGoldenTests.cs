using System.Text.Json.Nodes;
using System.Web;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.Lazada;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Each call as the sheet writes it, signed, and each answer as the sheet words it.</summary>
[Trait("Category", "Culture")]
public sealed class LazadaGoldenTests : IAsyncLifetime
{
    private const string Item = "2202832065-13449296008";
    private const string Picture = "https://vn-live.slatic.net/p/58a4f48c8e5d526ba0f4ee2150dff8ab.jpg";
    private static readonly SellerLogin _app = new("100123", new("ocop-test-app-secret"), new Dictionary<string, string>());
    private static readonly SellerSession _shop = new("1234567", new("50000601c30atpedfgu3LVvik87Ixls")) { Application = _app };
    private RecordingServer _server = null!;
    private IMarketplaceAdapter _adapter = null!;

    public async Task InitializeAsync()
    {
        _server = await RecordingServer.StartAsync();
        _adapter = Adapter();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_is_sent_as_the_sheet_writes_it_and_its_answer_brings_both_ids()
    {
        Answer("create.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create);

        AssertSent("/product/create", "payload", Golden("create.request.json"));
        Assert.Equal((null, Item, SeenStatus.InReview, "Pending QC"), (outcome.Failure, outcome.ExternalId, outcome.Status, outcome.StatusRaw));
    }

    [Fact]
    public async Task A_brand_goes_by_its_id_once_the_operator_has_told_it_and_partner_id_is_signed_with_the_rest()
    {
        _adapter = Adapter(("lazada:NoBrandId", "30769"), ("lazada:PartnerTag", "lazop-sdk-x"));
        Answer("create.answer.json");

        await SubmitAsync(ChangeKind.Create);

        var fields = Fields();
        var attributes = JsonNode.Parse(fields["payload"])!["Request"]!["Product"]!["Attributes"]!;
        Assert.Equal(("30769", null, "lazop-sdk-x"), ((string?)attributes["brand_id"], (string?)attributes["brand"], fields["partner_id"]));
        AssertSigned("/product/create", fields);
    }

    [Fact]
    public async Task An_edit_sends_the_content_and_leaves_price_stock_code_category_and_brand()
    {
        Answer("update.answer.json");

        Assert.Null((await SubmitAsync(ChangeKind.UpdateContent)).Failure);

        AssertSent("/product/update", "payload", Golden("update.request.json"));
    }

    [Theory]
    [InlineData(ChangeKind.SetPrice, "/product/price_quantity/update", "price.request.json", "price.answer.json")]
    [InlineData(ChangeKind.SetStock, "/product/price_quantity/update", "stock.request.json", "price.answer.json")]
    [InlineData(ChangeKind.Show, "/product/update", "activate.request.json", "update.answer.json")]
    [InlineData(ChangeKind.Delete, "/product/remove", "remove.request.json", "remove.answer.json")]
    public async Task Each_lane_is_a_call_of_its_own(ChangeKind kind, string path, string request, string answer)
    {
        Answer(answer);

        var outcome = await SubmitAsync(kind, Draft() with { PriceVnd = 190000m, StockUnits = 0 });

        AssertSent(path, kind == ChangeKind.Delete ? "sku_id_list" : "payload", Golden(request));
        Assert.Equal((null, Item), (outcome.Failure, outcome.ExternalId));
    }

    [Fact]
    public async Task Taking_off_sale_is_the_documents_own_sample()
    {
        Answer("deactivate.answer.json");

        Assert.Null((await SubmitAsync(ChangeKind.Hide)).Failure);

        Assert.Equal(Repository.Golden("lazada", "deactivate.request.xml"), Fields()["apiRequestBody"]);
        AssertSigned("/product/deactivate", Fields());
    }

    /// <summary>A stop must not be given up because a review was under way.</summary>
    [Fact]
    public async Task What_is_not_on_sale_yet_is_taken_off_it_later()
    {
        Answer("error.not-online.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Hide);

        Assert.Equal((FailureKind.RateLimited, "E0004", TimeSpan.FromMinutes(5)), (outcome.Failure, outcome.PlatformCode, outcome.RetryAfter));
    }

    [Theory]
    [InlineData("error.title-too-long.answer.json", "4160", "title", "255 bytes")]
    [InlineData("error.create-failed.answer.json", "500", "attributes", "alcohol_percentage: 4110")]
    [InlineData("price.refused.answer.json", "501", "price", "BIZ_CHECK_PRICE_IS_ZERO")]
    [InlineData("error.remove-failed.answer.json", "503", "sku", "SKU not exist")]
    public async Task A_refusal_names_the_field_and_brings_the_cause_that_stands_in_the_detail(string file, string code, string field, string words)
    {
        Answer(file);

        var outcome = await SubmitAsync(ChangeKind.SetPrice);

        Assert.Equal((FailureKind.Rejected, code, field), (outcome.Failure, outcome.PlatformCode, outcome.Field));
        Assert.Contains(words, outcome.Detail, StringComparison.Ordinal);
    }

    /// <summary>The shape of the detail is not documented.</summary>
    [Theory]
    [InlineData("""{"field":"price","msg":"too low"}""", "price")]
    [InlineData("\"too low\"", null)]
    [InlineData("""["too low",5,null]""", null)]
    [InlineData("null", null)]
    public async Task A_detail_is_taken_as_it_comes(string detail, string? field)
    {
        _server.Answer($$"""{"code":"501","type":"ISP","message":"E501","detail":{{detail}}}""");

        var outcome = await SubmitAsync(ChangeKind.SetPrice);

        Assert.Equal((FailureKind.Rejected, "501", field), (outcome.Failure, outcome.PlatformCode, outcome.Field));
    }

    [Theory]
    [InlineData("4105")]
    [InlineData("4126")]
    [InlineData("4141")]
    public async Task A_code_that_is_taken_sends_the_engine_looking(string code)
    {
        _server.Answer($$"""{"code":"{{code}}","type":"ISV","message":"SellerSku repeat"}""");

        Assert.True((await SubmitAsync(ChangeKind.Create)).SkuTaken);
    }

    [Fact]
    public async Task A_create_that_names_no_ids_stands_there_all_the_same()
    {
        _server.Answer("""{"code":"0","data":{"item_id":5,"sku_list":[]}}""");

        Assert.Equal(FailureKind.Ambiguous, (await SubmitAsync(ChangeKind.Create)).Failure);
    }

    [Fact]
    public async Task An_item_without_its_sku_s_id_is_not_changed()
    {
        var outcome = Assert.Single(await _adapter.SubmitAsync(
            _shop, [new(ChangeKind.SetPrice, Draft().ToCanonical(), "2202832065", "l1")], CancellationToken.None));

        Assert.Equal((FailureKind.Misconfigured, "id_missing"), (outcome.Failure, outcome.PlatformCode));
        Assert.Empty(_server.Calls);
    }

    [Fact]
    public async Task A_look_up_asks_for_whole_codes_in_every_state_and_reads_either_spelling()
    {
        Answer("list.answer.json");
        Answer("item.answer.json");

        var found = Assert.Single(await _adapter.LookUpAsync(_shop, ["OCOP-TV-0001", "B\"2"], CancellationToken.None));
        var read = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new(Item, "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal(
            ["/rest/products/get?filter=all&sku_seller_list=[\"OCOP-TV-0001\",\"B\\\"2\"]&limit=50", "/rest/product/item/get?item_id=2202832065"],
            _server.Calls.Select(c => Bare(c.PathAndQuery)));
        Assert.All(_server.Calls, c => AssertSigned(c.PathAndQuery.Split('?')[0]["/rest".Length..], Fields(c.PathAndQuery.Split('?')[1])));
        foreach (var item in new[] { found, read })
        {
            Assert.Equal((Item, "OCOP-TV-0001", SeenStatus.Live, "Active"), (item.ExternalId, item.SellerSku, item.Status, item.StatusRaw));
            Assert.Equal(("Mật hoa dừa cô đặc Sokfarm 500 ml", 185000m, null, 120), (item.Title, item.PriceVnd, item.SalePriceVnd, item.StockUnits));
            Assert.Equal("https://www.lazada.vn/products/-i2202832065-s13449296008.html", item.Url);
        }
    }

    [Fact]
    public async Task A_code_that_only_begins_alike_is_no_hit_and_a_page_that_does_not_hold_all_tells_nothing()
    {
        Answer("list.answer.json");
        Answer("list.nothing.answer.json");
        _server.Answer(Repository.Golden("lazada", "list.answer.json").Replace("\"total_products\": 1", "\"total_products\": 51", StringComparison.Ordinal));

        Assert.Empty(await _adapter.LookUpAsync(_shop, ["OCOP-TV-000"], CancellationToken.None));
        Assert.Empty(await _adapter.LookUpAsync(_shop, ["KHONG-CO"], CancellationToken.None));
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => _adapter.LookUpAsync(_shop, ["OCOP-TV-0001"], CancellationToken.None));
        Assert.Equal("incomplete", error.PlatformCode);
    }

    [Fact]
    public async Task A_refused_item_brings_its_reason_and_what_can_be_done()
    {
        Answer("item.rejected.answer.json");

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new(Item, "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal((SeenStatus.Rejected, "Suspended Reject", null), (item.Status, item.StatusRaw, item.Url));
        Assert.Equal([new("rejectReason", null, "Ảnh sản phẩm bị mờ, không rõ nhãn. Thay ảnh rồi gửi lại.")], item.Reasons);
    }

    [Theory]
    [InlineData("208")]
    [InlineData("207")]
    [InlineData("EDIT_ITEM_NOT_BELONG_SELLER")]
    public async Task An_item_that_is_not_there_is_removed_however_the_platform_says_it(string code)
    {
        _server.Answer(Repository.Golden("lazada", "error.item-not-exist.answer.json").Replace("208", code, StringComparison.Ordinal));

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new(Item, "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal((SeenStatus.Removed, Item, true), (item.Status, item.ExternalId, item.Absent));
    }

    [Fact]
    public async Task Changed_since_goes_by_pages_because_no_order_is_promised()
    {
        _server.Answer(Repository.Golden("lazada", "list.answer.json").Replace("\"total_products\": 1", "\"total_products\": 120", StringComparison.Ordinal));

        var page = await _adapter.ReadChangedAsync(_shop, DateTimeOffset.FromUnixTimeSeconds(1760000000).ToOffset(TimeSpan.FromHours(7)), "50", CancellationToken.None);

        Assert.Equal("/rest/products/get?filter=all&offset=50&limit=50&update_after=2025-10-09T08:53:20+0000", Bare(_server.Calls.First().PathAndQuery));
        Assert.Equal(("51", null), (page.NextPage, Assert.Single(page.Items).ChangedAt));
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => _adapter.ReadChangedAsync(_shop, default, "10001", CancellationToken.None));
        Assert.Equal("incomplete", error.PlatformCode);
    }

    [Fact]
    public async Task Categories_are_the_children_asked_for_and_attributes_say_what_is_demanded()
    {
        Answer("categories.answer.json");
        Answer("categories.answer.json");
        Answer("attributes.answer.json");

        Assert.Equal(["90000001"], (await _adapter.ReadCategoriesAsync(_shop, null, CancellationToken.None)).Select(c => c.Id));
        Assert.Equal([new("90000104", "90000010", "Đồ khô và chế biến", true)], await _adapter.ReadCategoriesAsync(_shop, "90000010", CancellationToken.None));
        var attributes = await _adapter.ReadAttributesAsync(_shop, "90000113", CancellationToken.None);

        Assert.Equal([("country_origin_hb", "select", false), ("alcohol_percentage", "number", true)], attributes.Select(a => (a.Id, a.Type, a.Required)));
        Assert.Equal(["Việt Nam", "Khác"], attributes[0].Options);
    }

    [Fact]
    public async Task A_picture_s_bytes_are_not_signed_and_one_that_is_refused_says_why()
    {
        Answer("media.answer.json");
        Answer("error.image-failed.answer.json");
        var uploader = (IMediaUploader)_adapter;

        var media = await uploader.UploadAsync(_shop, PostmartSandbox.Picture(), CancellationToken.None);
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => uploader.UploadAsync(_shop, PostmartSandbox.Picture(), CancellationToken.None));

        Assert.Equal((Picture, Picture), (media.MediaId, media.Url));
        var call = _server.Calls.First();
        AssertSigned("/image/upload", Fields(call.PathAndQuery.Split('?')[1]));
        Assert.Contains("name=image", call.Body.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal((FailureKind.Rejected, "300"), (error.Kind, error.PlatformCode));
    }

    [Theory]
    [InlineData("ACTIVE", "true", AccountState.Active)]
    [InlineData("ACTIVE", "false", AccountState.IdentityPending)]
    [InlineData("INACTIVE", "true", AccountState.Suspended)]
    [InlineData("DELETED", "true", AccountState.Closed)]
    [InlineData("ASLEEP", "true", AccountState.Unknown)]
    public async Task The_shop_s_state_is_told_as_it_is(string status, string verified, AccountState state)
    {
        _server.Answer(Repository.Golden("lazada", "seller.answer.json").Replace("ACTIVE", status, StringComparison.Ordinal).Replace("true", verified, StringComparison.Ordinal));

        var check = await _adapter.CheckAccountAsync(_shop, CancellationToken.None);

        Assert.Equal((state, "HTX Mật hoa dừa"), (check.State, check.ShopName));
    }

    [Theory]
    [InlineData("error.token.answer.json", 200, FailureKind.Unauthorized, "IllegalAccessToken")]
    [InlineData("error.token.answer.json", 403, FailureKind.Unauthorized, "IllegalAccessToken")]
    [InlineData("error.sign.answer.json", 200, FailureKind.Misconfigured, "IncompleteSignature")]
    [InlineData("error.limit.answer.json", 200, FailureKind.RateLimited, "ApiCallLimit")]
    public async Task What_is_refused_as_a_whole_is_told_by_the_code_whatever_the_http_status(string file, int http, FailureKind kind, string code)
    {
        _server.Answer(Repository.Golden("lazada", file), http);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.SetPrice));

        Assert.Equal((kind, code, kind == FailureKind.RateLimited ? TimeSpan.FromSeconds(1) : null), (error.Kind, error.PlatformCode, error.RetryAfter));
    }

    [Theory]
    [InlineData("1000", "ISP", FailureKind.Ambiguous)]
    [InlineData("4135", "ISV", FailureKind.Ambiguous)]
    [InlineData("NEW_ONE", "SYSTEM", FailureKind.Ambiguous)]
    [InlineData("NEW_ONE", "ISP", FailureKind.Rejected)]
    [InlineData("4160", "SYSTEM", FailureKind.Rejected)]
    public async Task What_the_platform_says_of_its_own_trouble_may_hide_a_write(string code, string type, FailureKind kind)
    {
        _server.Answer($$"""{"code":"{{code}}","type":"{{type}}","message":"x"}""");

        Assert.Equal((kind, code), Refusal(await SubmitAsync(ChangeKind.Create)));
    }

    [Theory]
    [InlineData("The specified timestamp is invalid", true)]
    [InlineData("limit is invalid", false)]
    public async Task A_wrong_clock_is_the_operator_s_and_a_wrong_field_the_item_s(string words, bool isOperators)
    {
        _server.Answer($$"""{"code":"InvalidParameter","type":"ISV","message":"{{words}}"}""");

        var error = await Record.ExceptionAsync(async () => Assert.Equal(FailureKind.Rejected, (await SubmitAsync(ChangeKind.SetPrice)).Failure));

        Assert.Equal(isOperators ? FailureKind.Misconfigured : null, (error as MarketplaceException)?.Kind);
    }

    [Fact]
    public async Task What_concerns_the_shop_is_no_refusal_of_the_item()
    {
        _server.Answer("""{"code":"SellerNotActive","type":"ISV","message":"Seller not active"}""");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.SetPrice));

        Assert.Equal((FailureKind.Rejected, "SellerNotActive"), (error.Kind, error.PlatformCode));
    }

    [Fact]
    public async Task Without_the_operator_s_key_nothing_leaves()
    {
        var error = await Assert.ThrowsAsync<MarketplaceException>(
            () => _adapter.LookUpAsync(_shop with { Application = null }, ["A-1"], CancellationToken.None));

        Assert.Equal((FailureKind.Misconfigured, "partner_missing"), (error.Kind, error.PlatformCode));
        Assert.Empty(_server.Calls);
    }

    [Fact]
    public async Task Neither_token_nor_secret_leaves_with_the_platform_s_words_and_a_write_has_none_in_its_address()
    {
        _server.Answer($$"""{"code":"la","message":"token {{_shop.AccessToken.Reveal()}}, key {{_app.Password.Reveal()}}"}""");

        var outcome = await SubmitAsync(ChangeKind.SetPrice);

        Assert.Equal("token ***, key ***", outcome.Detail);
        Assert.Equal("/rest/product/price_quantity/update", _server.Calls.Single().PathAndQuery);
    }

    private IMarketplaceAdapter Adapter(params (string, string?)[] more) => Adapters.Registry(
        [("lazada:BaseUrl", _server.BaseUrl), ("lazada:MaxResponseBytes", "65536"), ("lazada:Categories:8", "90000104"), .. more]).Adapter(new("lazada"));

    private static ListingDraft Draft()
    {
        var draft = Drafts.Nectar();
        return draft with { Images = [draft.Images[0] with { MediaId = Picture }] };
    }

    private async Task<ChangeOutcome> SubmitAsync(ChangeKind kind, ListingDraft? draft = null) => Assert.Single(await _adapter.SubmitAsync(
        _shop, [new(kind, (draft ?? Draft()).ToCanonical(), kind == ChangeKind.Create ? null : Item, "l1")], CancellationToken.None));

    private static (FailureKind?, string?) Refusal(ChangeOutcome outcome) => (outcome.Failure, outcome.PlatformCode);

    private void Answer(string file) => _server.Answer(Repository.Golden("lazada", file));

    private static JsonNode Golden(string file) => Repository.GoldenJson("lazada", file);

    /// <summary>The last call: its one document, and a signature over all that it carries.</summary>
    private void AssertSent(string path, string name, JsonNode document)
    {
        var fields = Fields();
        Assert.Equal(("POST", $"/rest{path}"), (_server.Calls.Last().Method, _server.Calls.Last().PathAndQuery));
        Assert.True(JsonNode.DeepEquals(document, JsonNode.Parse(fields[name])), $"Expected {document.ToJsonString()} and got {fields[name]}");
        Assert.Equal(new[] { "access_token", "app_key", name, "sign", "sign_method", "timestamp" }.Order(StringComparer.Ordinal), fields.Keys.Order(StringComparer.Ordinal));
        AssertSigned(path, fields);
    }

    private static void AssertSigned(string path, IReadOnlyDictionary<string, string> fields)
    {
        Assert.Equal(("100123", "sha256", _shop.AccessToken.Reveal()), (fields["app_key"], fields["sign_method"], fields["access_token"]));
        Assert.Equal(LazadaSign.Of(_app.Password, path, fields.Where(f => f.Key != "sign").Select(f => (f.Key, f.Value))), fields["sign"]);
    }

    private Dictionary<string, string> Fields() => Fields(_server.Calls.Last().Body);

    private static Dictionary<string, string> Fields(string form)
    {
        var parsed = HttpUtility.ParseQueryString(form);
        return parsed.AllKeys.ToDictionary(k => k!, k => parsed[k]!, StringComparer.Ordinal);
    }

    /// <summary>Without what every call carries.</summary>
    private static string Bare(string pathAndQuery)
    {
        var parts = pathAndQuery.Split('?', 2);
        string[] common = ["app_key", "timestamp", "sign", "sign_method", "access_token"];
        var own = parts[1].Split('&').Where(p => !common.Contains(p.Split('=')[0])).Select(HttpUtility.UrlDecode);
        return $"{parts[0]}?{string.Join('&', own)}";
    }
}
