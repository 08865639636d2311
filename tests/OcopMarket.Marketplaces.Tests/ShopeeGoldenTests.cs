using System.Globalization;
using System.Text.Json.Nodes;
using System.Web;
using AutoMapper;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.Shopee;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Each call as the sheet writes it, signed, and each answer as the sheet words it.</summary>
[Trait("Category", "Culture")]
public sealed class ShopeeGoldenTests : IAsyncLifetime
{
    private const string Item = "3900000001";
    private const string Product = "/api/v2/product/";
    private static readonly SellerLogin _app = new("2001887", new("ocop-test-partner-key-0001"), new Dictionary<string, string>());
    private static readonly SellerSession _shop = new("14701711", new("59777174636562737266615546704c6d")) { Application = _app };
    private RecordingServer _server = null!;
    private IMarketplaceAdapter _adapter = null!;

    public async Task InitializeAsync()
    {
        _server = await RecordingServer.StartAsync();
        _adapter = Adapters.Registry(("shopee:BaseUrl", _server.BaseUrl), ("shopee:MaxResponseBytes", "65536")).Adapter(new("shopee"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_is_sent_as_the_sheet_writes_it_with_the_shop_s_usable_channels_and_its_answer_is_read()
    {
        await LearnAsync();
        Answer("create.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create, Draft());

        AssertSent("POST", $"{Product}add_item", Golden("create.request.json"));
        Assert.Equal((null, Item, SeenStatus.InReview, "REVIEWING"), (outcome.Failure, outcome.ExternalId, outcome.Status, outcome.StatusRaw));
    }

    [Fact]
    public async Task An_edit_sends_the_content_and_leaves_price_stock_state_code_and_what_the_seller_chose_over_there()
    {
        Answer("update.answer.json");

        Assert.Null((await SubmitAsync(ChangeKind.UpdateContent, Draft())).Failure);

        AssertSent("POST", $"{Product}update_item", Golden("update.request.json"));
    }

    [Theory]
    [InlineData(ChangeKind.SetPrice, "update_price", "price")]
    [InlineData(ChangeKind.SetStock, "update_stock", "stock")]
    [InlineData(ChangeKind.Hide, "unlist_item", "unlist")]
    [InlineData(ChangeKind.Delete, "delete_item", "delete")]
    public async Task Each_lane_is_a_call_of_its_own(ChangeKind kind, string call, string golden)
    {
        Answer($"{golden}.answer.json");

        var outcome = await SubmitAsync(kind, Draft() with { PriceVnd = 190000m, StockUnits = 0 });

        AssertSent("POST", Product + call, Golden($"{golden}.request.json"));
        Assert.Equal((null, Item), (outcome.Failure, outcome.ExternalId));
    }

    [Fact]
    public async Task Without_the_shop_s_channels_nothing_leaves_and_one_that_the_platform_refuses_is_asked_for_anew()
    {
        Assert.Equal((FailureKind.Transient, "channels_unlearnt"), Refusal(await SubmitAsync(ChangeKind.Create, Draft())));
        Assert.Empty(_server.Calls);

        await LearnAsync();
        Assert.Equal((FailureKind.Rejected, "channel_missing"), Refusal(await SubmitAsync(ChangeKind.Create, Draft() with { WeightGrams = 2_000_000 })));
        _server.Answer("""{"error":"error_invalid_logistic_info","message":"no"}""");
        Assert.Equal((FailureKind.Rejected, "error_invalid_logistic_info"), Refusal(await SubmitAsync(ChangeKind.Create, Draft())));
        Assert.Equal(["logistics_channels"], ((IShopFacts)_adapter).Missing(_shop, []));
    }

    [Fact]
    public async Task A_fact_goes_as_an_attribute_once_the_file_names_its_id()
    {
        var profile = Adapters.Registry().Profile(new("shopee"));
        profile = profile with
        {
            AttributeIds = new Dictionary<string, string> { ["shelfLife"] = "9000002" },
            Rules = profile.Rules with { RequiredAttributes = new Dictionary<string, IReadOnlyList<int>> { ["shelfLife"] = [8] } },
        };
        await using var services = Adapters.Services();

        var item = services.GetRequiredService<IMapper>().Map<ShopeeItem>(new ShopeeSource(Draft().ToCanonical(), profile, [], "NoBrand"));

        var attribute = Assert.Single(item.AttributeList!);
        Assert.Equal((9000002, new ShopeeAttributeValue(0, "12 tháng kể từ ngày sản xuất")), (attribute.AttributeId, Assert.Single(attribute.AttributeValueList)));
    }

    [Fact]
    public async Task A_refusal_of_a_field_names_it()
    {
        await LearnAsync();
        Answer("error.name-too-short.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create, Draft());

        Assert.Equal((FailureKind.Rejected, "error_item_name_is_too_short", "title"), (outcome.Failure, outcome.PlatformCode, outcome.Field));
    }

    [Fact]
    public async Task A_row_that_failed_is_a_refusal_with_its_reason()
    {
        Answer("price.refused.answer.json");

        var outcome = await SubmitAsync(ChangeKind.SetPrice, Draft());

        Assert.Equal((FailureKind.Rejected, "failed_reason", "The price is below the minimum of the category."), (outcome.Failure, outcome.PlatformCode, outcome.Detail));
    }

    /// <summary>A stop must not be given up because a review was under way.</summary>
    [Fact]
    public async Task What_cannot_be_hidden_while_it_is_reviewed_is_tried_again()
    {
        Answer("unlist.reviewing.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Hide, Draft());

        Assert.Equal(
            (FailureKind.RateLimited, "error_busi_cannot_delist_reviewing_or_banned_item", TimeSpan.FromMinutes(5)),
            (outcome.Failure, outcome.PlatformCode, outcome.RetryAfter));
    }

    [Fact]
    public async Task Of_several_each_has_the_outcome_of_its_own_row()
    {
        _server.Answer("""
            {"error":"","message":"","response":{"success_list":[{"item_id":2,"unlist":true}],"failure_list":[{"item_id":1,"failed_reason":"error_unlist_item_fail: promotion"}]}}
            """);

        var outcomes = await _adapter.SubmitAsync(
            _shop, [.. new[] { "1", "2", "3" }.Select(id => new ListingChange(ChangeKind.Hide, Draft().ToCanonical(), id, id))], CancellationToken.None);

        Assert.Equal([FailureKind.Rejected, null, FailureKind.Ambiguous], outcomes.Select(o => o.Failure));
        Assert.Equal("error_unlist_item_fail", outcomes[0].PlatformCode);
    }

    [Fact]
    public async Task An_item_that_is_gone_already_is_deleted()
    {
        Answer("error.not-found.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Delete, Draft());

        Assert.Equal((null, SeenStatus.Removed), (outcome.Failure, outcome.Status));
    }

    [Fact]
    public async Task A_look_up_searches_the_code_and_looks_at_each_hit()
    {
        Answer("search.answer.json");
        Answer("detail.answer.json");

        var item = Assert.Single(await _adapter.LookUpAsync(_shop, ["OCOP-TV-0001"], CancellationToken.None));

        Assert.Equal(
            [$"{Product}search_item?item_sku=OCOP-TV-0001&page_size=50", $"{Product}get_item_base_info?item_id_list={Item}"],
            _server.Calls.Select(c => Bare(c.PathAndQuery)));
        Assert.Equal((SeenStatus.Live, "NORMAL", 185000m, 120), (item.Status, item.StatusRaw, item.PriceVnd, item.StockUnits));
        Assert.Equal($"{_server.BaseUrl}/product/14701711/{Item}", item.Url);
    }

    [Fact]
    public async Task A_hit_with_another_code_is_no_hit_and_no_hit_is_one_call()
    {
        Answer("search.answer.json");
        Answer("detail.answer.json");
        Answer("search.nothing.answer.json");

        Assert.Empty(await _adapter.LookUpAsync(_shop, ["OCOP-TV-000"], CancellationToken.None));
        Assert.Empty(await _adapter.LookUpAsync(_shop, ["KHONG-CO"], CancellationToken.None));
        Assert.Equal(3, _server.Calls.Count);
    }

    [Fact]
    public async Task A_banned_item_brings_its_violations_and_what_can_be_done()
    {
        Answer("detail.banned.answer.json");
        Answer("violations.answer.json");

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new(Item, "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal($"{Product}get_item_violation_info?item_id_list={Item}", Bare(_server.Calls.Last().PathAndQuery));
        Assert.Equal(SeenStatus.Rejected, item.Status);
        Assert.Equal([new("Inappropriate Image", "images", "Ảnh sản phẩm bị mờ, không rõ nhãn. Thay ảnh rồi gửi lại.")], item.Reasons);
        Assert.Null(item.Url);
    }

    [Theory]
    [InlineData("detail.nothing.answer.json")]
    [InlineData("error.not-found.answer.json")]
    public async Task An_item_that_is_not_there_is_removed_however_the_platform_says_it(string file)
    {
        Answer(file);

        var item = Assert.Single(await _adapter.ReadStatusesAsync(_shop, [new("1", "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal((SeenStatus.Removed, "1", true), (item.Status, item.ExternalId, item.Absent));
    }

    [Fact]
    public async Task Changed_since_asks_for_every_state_and_goes_by_pages_because_no_order_is_promised()
    {
        _server.Answer(Repository.Golden("shopee", "list.answer.json").Replace("\"has_next_page\": false", "\"has_next_page\": true, \"next_offset\": 50", StringComparison.Ordinal));
        Answer("detail.answer.json");

        var page = await _adapter.ReadChangedAsync(_shop, DateTimeOffset.FromUnixTimeSeconds(1760000000), null, CancellationToken.None);

        Assert.Equal(
            $"{Product}get_item_list?offset=0&page_size=50&item_status=NORMAL&item_status=UNLIST&item_status=REVIEWING&item_status=BANNED"
            + "&item_status=SELLER_DELETE&item_status=SHOPEE_DELETE&update_time_from=1760000000",
            Bare(_server.Calls.First().PathAndQuery));
        Assert.Equal("50", page.NextPage);
        Assert.Equal(("OCOP-TV-0001", null), (Assert.Single(page.Items).SellerSku, page.Items[0].ChangedAt));
    }

    [Fact]
    public async Task Categories_are_the_children_asked_for_and_attributes_say_what_is_demanded()
    {
        Answer("categories.answer.json");
        Answer("categories.answer.json");
        Answer("attributes.answer.json");

        Assert.Equal(["100629"], (await _adapter.ReadCategoriesAsync(_shop, null, CancellationToken.None)).Select(c => c.Id));
        Assert.Equal([new("100855", "100653", "Thịt và hải sản chế biến sẵn", true)], await _adapter.ReadCategoriesAsync(_shop, "100653", CancellationToken.None));
        var attributes = await _adapter.ReadAttributesAsync(_shop, "100860", CancellationToken.None);

        Assert.EndsWith("category_id_list=100860&language=vn", Bare(_server.Calls.Last().PathAndQuery), StringComparison.Ordinal);
        Assert.Equal([("9000001", "text", false, null), ("9000003", "number", true, "%")], attributes.Select(a => (a.Id, a.Type, a.Required, a.Unit)));
        Assert.Equal(["Việt Nam", "Khác"], attributes[0].Options);
    }

    [Fact]
    public async Task A_picture_is_the_operator_s_call_and_one_that_is_refused_says_why()
    {
        Answer("media.answer.json");
        Answer("media.refused.answer.json");
        var uploader = (IMediaUploader)_adapter;

        var media = await uploader.UploadAsync(_shop, PostmartSandbox.Picture(), CancellationToken.None);
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => uploader.UploadAsync(_shop, PostmartSandbox.Picture(), CancellationToken.None));

        Assert.Equal("sg-11134201-abc", media.MediaId);
        Assert.DoesNotContain("access_token", _server.Calls.First().PathAndQuery, StringComparison.Ordinal);
        Assert.Contains("name=image", _server.Calls.First().Body.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal((FailureKind.Rejected, "error_image"), (error.Kind, error.PlatformCode));
    }

    [Fact]
    public async Task The_shop_is_checked_and_one_that_is_banned_is_told_of_in_either_way()
    {
        Answer("shop.answer.json");
        _server.Answer("""{"error":"shop_banned","message":"banned"}""");

        var open = await _adapter.CheckAccountAsync(_shop, CancellationToken.None);
        var banned = await _adapter.CheckAccountAsync(_shop, CancellationToken.None);

        Assert.Equal((AccountState.Active, "HTX Mật hoa dừa"), (open.State, open.ShopName));
        Assert.Equal((AccountState.Suspended, "shop_banned"), (banned.State, banned.Problem?.Code));
    }

    [Theory]
    [InlineData("error.token.answer.json", 403, FailureKind.Unauthorized, "invalid_acceess_token")]
    [InlineData("error.sign.answer.json", 403, FailureKind.Misconfigured, "error_sign")]
    [InlineData("error.timestamp.answer.json", 403, FailureKind.Misconfigured, "error_param")]
    [InlineData("error.token.answer.json", 200, FailureKind.Unauthorized, "invalid_acceess_token")]
    public async Task What_is_refused_as_a_whole_is_told_by_the_error_whatever_the_http_status(string file, int http, FailureKind kind, string code)
    {
        _server.Answer(Repository.Golden("shopee", file), http);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.SetPrice, Draft()));

        Assert.Equal((kind, code), (error.Kind, error.PlatformCode));
    }

    [Fact]
    public async Task A_wrong_field_under_the_same_code_as_a_wrong_clock_is_the_item_s_and_not_the_operator_s()
    {
        _server.Answer("""{"error":"error_param","message":"Invalid weight."}""");

        Assert.Equal((FailureKind.Rejected, "error_param"), Refusal(await SubmitAsync(ChangeKind.SetPrice, Draft())));
    }

    [Fact]
    public async Task What_concerns_the_shop_is_no_refusal_of_the_item()
    {
        _server.Answer("""{"error":"shop_banned","message":"The shop is BANNED."}""");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.SetPrice, Draft()));

        Assert.Equal((FailureKind.Rejected, "shop_banned"), (error.Kind, error.PlatformCode));
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
    public async Task Neither_token_nor_key_leaves_with_the_platform_s_words()
    {
        _server.Answer($$"""{"error":"la","message":"token {{_shop.AccessToken.Reveal()}}, key {{_app.Password.Reveal()}}"}""");

        var outcome = await SubmitAsync(ChangeKind.SetPrice, Draft());

        Assert.Equal("token ***, key ***", outcome.Detail);
    }

    [Fact]
    public void The_day_s_quota_begins_anew_at_midnight_of_utc_plus_8() =>
        Assert.Equal(TimeSpan.FromHours(2), ShopeeClient.UntilQuota(new DateTimeOffset(2026, 12, 1, 14, 0, 0, TimeSpan.Zero)));

    private static ListingDraft Draft()
    {
        var draft = Drafts.Nectar();
        return draft with { Images = [draft.Images[0] with { MediaId = "sg-11134201-abc" }] };
    }

    private async Task LearnAsync()
    {
        Answer("channels.answer.json");
        await ((IShopFacts)_adapter).LearnAsync(_shop, "logistics_channels", CancellationToken.None);
    }

    private static (FailureKind?, string?) Refusal(ChangeOutcome outcome) => (outcome.Failure, outcome.PlatformCode);

    private async Task<ChangeOutcome> SubmitAsync(ChangeKind kind, ListingDraft draft) => Assert.Single(await _adapter.SubmitAsync(
        _shop, [new(kind, draft.ToCanonical(), kind == ChangeKind.Create ? null : Item, "l1")], CancellationToken.None));

    private void Answer(string file) => _server.Answer(Repository.Golden("shopee", file));

    private static JsonNode Golden(string file) => Repository.GoldenJson("shopee", file);

    /// <summary>The last call, with a signature over its own time, and its body.</summary>
    private void AssertSent(string method, string path, JsonNode body)
    {
        var call = _server.Calls.Last();
        var query = HttpUtility.ParseQueryString(call.PathAndQuery.Split('?')[1]);
        Assert.Equal((method, path), (call.Method, call.PathAndQuery.Split('?')[0]));
        Assert.Equal(("2001887", "14701711", _shop.AccessToken.Reveal()), (query["partner_id"], query["shop_id"], query["access_token"]));
        Assert.Equal(ShopeeSign.Of(_app, path, long.Parse(query["timestamp"]!, CultureInfo.InvariantCulture), _shop), query["sign"]);
        Assert.True(JsonNode.DeepEquals(body, JsonNode.Parse(call.Body)), $"Expected {body.ToJsonString()} and got {call.Body}");
    }

    /// <summary>Without what every call carries.</summary>
    private static string Bare(string pathAndQuery)
    {
        var parts = pathAndQuery.Split('?', 2);
        string[] common = ["partner_id", "timestamp", "sign", "access_token", "shop_id"];
        var own = parts[1].Split('&').Where(p => !common.Contains(p.Split('=')[0])).Select(HttpUtility.UrlDecode);
        return $"{parts[0]}?{string.Join('&', own)}";
    }
}
