using System.Text.Json.Nodes;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed class PostmartGoldenTests : IAsyncLifetime
{
    private static readonly SellerSession Shop = new("PM004211", new Secret("pmt-5f1d7c2a90b84e6c"));
    private RecordingServer _server = null!;
    private IMarketplaceAdapter _adapter = null!;

    public async Task InitializeAsync()
    {
        _server = await RecordingServer.StartAsync();
        _adapter = Adapters.Registry(("Postmart:BaseUrl", _server.BaseUrl)).Adapter(new("postmart"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_is_sent_as_the_sheet_writes_it_and_its_answer_is_read()
    {
        Answer("create.answer.json");

        var outcomes = await SubmitAsync(ChangeKind.Create, Drafts.Nectar(), Drafts.Mat());

        // The sheet's description has strong, and its country stands alone; ours is made from plain text, and the origin is one fact.
        var expected = Golden("create.request.json");
        expected["items"]![0]!["description"] = "<p>Mật hoa dừa cô đặc từ mật tươi.</p><p>Không thêm đường.</p>";
        expected["items"]![0]!["attributes"]![1]!["value"] = "Trà Vinh, Việt Nam";
        expected["items"]![1]!["attributes"]![0]!["value"] = "Trà Vinh, Việt Nam";
        expected["items"]![1]!["submit"] = true;
        AssertSent("POST", "/products", expected);
        Assert.Equal(["700001", "700002"], outcomes.Select(o => o.ExternalId));
        Assert.Equal([SeenStatus.InReview, SeenStatus.Draft], outcomes.Select(o => o.Status));
        Assert.All(outcomes, o => Assert.Null(o.Failure));
    }

    [Fact]
    public async Task Mixed_outcomes_stay_with_their_items()
    {
        Answer("create.mixed.answer.json");

        var outcomes = await SubmitAsync(
            ChangeKind.Create, Drafts.Nectar(), Drafts.Nectar("OCOP-TV-0003"), Drafts.Nectar("OCOP-TV-0004"));

        Assert.True(outcomes[0] is { Failure: FailureKind.Rejected, SkuTaken: true, ExternalId: "700001", Field: "sku" });
        Assert.True(outcomes[1] is { PlatformCode: "ATTRIBUTE_REQUIRED", Field: "attributes", ExternalId: null });
        Assert.True(outcomes[2] is { PlatformCode: "PRICE_INVALID", Field: "price", Detail: "Giá phải từ 1.000 đến 500.000.000 đồng." });
    }

    [Fact]
    public async Task Update_replaces_the_content()
    {
        Answer("update.answer.json");
        var draft = Drafts.Nectar() with
        {
            Title = "Mật hoa dừa cô đặc Sokfarm chai 500 ml",
            Description = "Mật hoa dừa cô đặc từ mật tươi.",
            SalePriceVnd = null,
            Gtin = null,
            Claim = null,
        };

        var outcome = Assert.Single(await SubmitAsync(ChangeKind.UpdateContent, draft));

        var expected = Golden("update.request.json");
        expected["items"]![0]!["description"] = "<p>Mật hoa dừa cô đặc từ mật tươi.</p>";
        expected["items"]![0]!["attributes"]![1]!["value"] = "Trà Vinh, Việt Nam";
        AssertSent("PUT", "/products", expected);
        Assert.Equal(SeenStatus.Live, outcome.Status);
    }

    [Fact]
    public async Task A_price_without_sale_ends_the_sale_and_leaves_the_stock_alone()
    {
        Answer("price-stock.answer.json");

        var outcomes = await SubmitAsync(
            ChangeKind.SetPrice, Drafts.Nectar() with { PriceVnd = 190000m, SalePriceVnd = null }, Drafts.Nectar("OCOP-TV-9999"));

        AssertSent("POST", "/products/price-stock", JsonNode.Parse(
            """
            {"shopCode":"PM004211","items":[
              {"itemCode":"OCOP-TV-0001","price":190000,"salePrice":null},
              {"itemCode":"OCOP-TV-9999","price":185000,"salePrice":169000}]}
            """)!);
        Assert.Null(outcomes[0].Failure);
        Assert.Equal("ITEM_NOT_FOUND", outcomes[1].PlatformCode);
    }

    [Fact]
    public async Task A_stock_change_sends_the_stock_alone()
    {
        Answer("price-stock.answer.json");

        await SubmitAsync(ChangeKind.SetStock, Drafts.Nectar() with { StockUnits = 80 });

        AssertSent("POST", "/products/price-stock", JsonNode.Parse("""{"shopCode":"PM004211","items":[{"itemCode":"OCOP-TV-0001","quantity":80}]}""")!);
    }

    [Theory]
    [InlineData(ChangeKind.Hide, "HIDE")]
    [InlineData(ChangeKind.Show, "SHOW")]
    [InlineData(ChangeKind.Delete, "DELETE")]
    public async Task Visibility_is_an_action_on_the_code(ChangeKind kind, string action)
    {
        Answer("status.answer.json");

        var outcome = Assert.Single(await SubmitAsync(kind, Drafts.Nectar()));

        AssertSent("POST", "/products/status", JsonNode.Parse(
            $$"""{"shopCode":"PM004211","items":[{"itemCode":"OCOP-TV-0001","action":"{{action}}"}]}""")!);
        Assert.Equal(SeenStatus.Hidden, outcome.Status);
    }

    [Fact]
    public async Task Look_up_asks_by_code_and_reads_every_field_exactly()
    {
        Answer("list.answer.json");

        var item = Assert.Single(await _adapter.LookUpAsync(Shop, ["OCOP-TV-0001"], CancellationToken.None));

        Assert.Equal("/products?shopCode=PM004211&page=1&size=100&itemCodes=OCOP-TV-0001", Assert.Single(_server.Calls).PathAndQuery);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.FromHours(7)), item.ChangedAt);
        Assert.Equal((185000m, 169000m, 120), (item.PriceVnd, item.SalePriceVnd, item.StockUnits));
        Assert.Equal((SeenStatus.Live, "2 đang bán", "700001"), (item.Status, item.StatusRaw, item.ExternalId));
        Assert.Equal("Mật hoa dừa cô đặc Sokfarm 500 ml", item.Title);
    }

    [Fact]
    public async Task A_rejection_keeps_its_reasons()
    {
        Answer("list.rejected.answer.json");

        var item = Assert.Single(await _adapter.ReadStatusesAsync(Shop, [new("700001", "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal(SeenStatus.Rejected, item.Status);
        Assert.Equal(new PlatformReason("IMAGE_BLURRED", "images", "Ảnh sản phẩm bị mờ, không rõ nhãn."), Assert.Single(item.Reasons));
    }

    [Fact]
    public async Task An_item_that_the_list_does_not_hold_is_removed()
    {
        Answer("list.answer.json");

        var item = Assert.Single(await _adapter.ReadStatusesAsync(Shop, [new("700009", "OCOP-TV-0009")], CancellationToken.None));

        Assert.Equal((SeenStatus.Removed, "700009"), (item.Status, item.ExternalId));
    }

    [Fact]
    public async Task Changed_since_is_asked_in_hanoi_time()
    {
        Answer("list.answer.json");

        var page = await _adapter.ReadChangedAsync(Shop, new(2026, 11, 22, 18, 5, 9, TimeSpan.Zero), null, CancellationToken.None);

        Assert.EndsWith("updatedFrom=23%2F11%2F2026%2001%3A05%3A09", Assert.Single(_server.Calls).PathAndQuery, StringComparison.OrdinalIgnoreCase);
        Assert.Null(page.NextPage);
    }

    [Fact]
    public async Task Login_gives_a_token_with_its_end()
    {
        Answer("login.answer.json");
        var before = DateTimeOffset.FromUnixTimeSeconds(0);

        var tokens = await ((ISellerSignIn)_adapter).SignInAsync(
            new("ocop-partner", new Secret("mat-khau-thu"), new Dictionary<string, string> { ["customerCode"] = "C0001" }), CancellationToken.None);

        AssertSent("POST", "/GetAccessToken", Golden("login.request.json"));
        Assert.Equal("pmt-5f1d7c2a90b84e6c", tokens.AccessToken.Reveal());
        Assert.True(tokens.ExpiresAt > before);
    }

    [Fact]
    public async Task A_refused_login_is_unauthorized_and_names_no_password()
    {
        Answer("login.auth-failed.answer.json");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => ((ISellerSignIn)_adapter).SignInAsync(
            new("ocop-partner", new Secret("sai-mat-khau"), new Dictionary<string, string>()), CancellationToken.None));

        Assert.Equal((FailureKind.Unauthorized, "AUTH_FAILED"), (error.Kind, error.PlatformCode));
        Assert.DoesNotContain("sai-mat-khau", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shop_is_checked_with_the_platforms_words_as_evidence()
    {
        Answer("shop-get.answer.json");

        var check = await _adapter.CheckAccountAsync(Shop, CancellationToken.None);

        Assert.Equal(
            new AccountCheck(AccountState.Active, "1 hoạt động", "HTX Mật hoa dừa Trà Vinh", "http://127.0.0.1:5091/shop/PM004211", true, 1, null), check);
    }

    [Theory]
    [InlineData("error.shop-not-found.answer.json", AccountState.Unknown, "SHOP_NOT_FOUND")]
    [InlineData("error.shop-locked.answer.json", AccountState.Suspended, "SHOP_LOCKED")]
    [InlineData("error.shop-not-verified.answer.json", AccountState.IdentityPending, "SHOP_NOT_VERIFIED")]
    public async Task A_shop_that_is_refused_is_an_answer(string file, AccountState state, string code)
    {
        Answer(file);

        var check = await _adapter.CheckAccountAsync(Shop, CancellationToken.None);

        Assert.Equal((state, code), (check.State, check.Problem?.Code));
    }

    [Theory]
    [InlineData("error.shop-locked.answer.json", 200, FailureKind.Rejected, "SHOP_LOCKED")]
    [InlineData("error.shop-not-verified.answer.json", 200, FailureKind.Rejected, "SHOP_NOT_VERIFIED")]
    [InlineData("error.shop-not-found.answer.json", 200, FailureKind.Rejected, "SHOP_NOT_FOUND")]
    [InlineData("error.bad-request.answer.json", 400, FailureKind.Rejected, "BAD_REQUEST")]
    [InlineData("error.token-expired.answer.json", 401, FailureKind.Unauthorized, "TOKEN_EXPIRED")]
    [InlineData("error.limit-exceeded.answer.json", 429, FailureKind.RateLimited, "LIMIT_EXCEEDED")]
    public async Task A_refusal_of_the_whole_call_keeps_the_platforms_code(string file, int status, FailureKind kind, string code)
    {
        _server.Answer(Repository.Golden("postmart", file), status, retryAfter: "7");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.Create, Drafts.Nectar()));

        Assert.Equal((kind, code), (error.Kind, error.PlatformCode));
        Assert.Equal(kind == FailureKind.RateLimited ? TimeSpan.FromSeconds(7) : null, error.RetryAfter);
    }

    [Fact]
    public async Task A_busy_platform_may_have_written()
    {
        Answer("error.system-busy.answer.json");

        var outcome = Assert.Single(await SubmitAsync(ChangeKind.Create, Drafts.Nectar()));

        Assert.Equal((FailureKind.Ambiguous, "SYSTEM_BUSY"), (outcome.Failure, outcome.PlatformCode));
    }

    [Fact]
    public async Task Categories_and_attributes_are_read()
    {
        Answer("categories.leaves.answer.json");
        Answer("attributes.answer.json");

        var leaves = await _adapter.ReadCategoriesAsync(Shop, "20", CancellationToken.None);
        var attributes = await _adapter.ReadAttributesAsync(Shop, "1008", CancellationToken.None);

        Assert.Equal(new PlatformCategory("1014", "20", "Rượu trắng", true), leaves[0]);
        Assert.Equal(["/categories?parentId=20", "/categories/1008/attributes"], _server.Calls.Select(c => c.PathAndQuery));
        Assert.Equal(("han-su-dung", "text", true, 100), (attributes[0].Id, attributes[0].Type, attributes[0].Required, attributes[0].MaxLength));
        Assert.Equal(["Nhiệt độ thường", "Ngăn mát", "Ngăn đông"], attributes[^1].Options);
    }

    [Fact]
    public async Task A_picture_is_one_part_named_file()
    {
        Answer("media.answer.json");

        var media = await ((IMediaUploader)_adapter).UploadAsync(
            Shop, new("anh.jpg", "image/jpeg", "bytes of a picture"u8.ToArray(), Drafts.Sha), CancellationToken.None);

        var call = Assert.Single(_server.Calls);
        Assert.StartsWith("multipart/form-data", call.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("bytes of a picture", call.Body, StringComparison.Ordinal);
        Assert.Matches("name=\"?file\"?", call.Body);
        Assert.Equal("M00000001", media.MediaId);
    }

    [Theory]
    [InlineData("shop-register.answer.json", false, AccountState.IdentityPending)]
    [InlineData("shop-register.shop-existed.answer.json", true, AccountState.Unknown)]
    public async Task Registering_gives_the_shop_new_or_old(string file, bool existed, AccountState state)
    {
        Answer(file);

        var shop = await ((IShopRegistrar)_adapter).RegisterAsync(
            Shop, new("Cơ sở Bánh tét Trà Cuôn", "Thạch Thị Sa Ray", "0987654321", "86", "29341", "Ấp Trà Cuôn, xã Kim Hòa"), CancellationToken.None);

        AssertSent("POST", "/shops", Golden("shop-register.request.json"));
        Assert.Equal(("PM517702", existed, state), (shop.ExternalShopId, shop.Existed, shop.State));
    }

    private Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(ChangeKind kind, params ListingDraft[] drafts) => _adapter.SubmitAsync(
        Shop, [.. drafts.Select((d, i) => new ListingChange(kind, d.ToCanonical(), kind == ChangeKind.Create ? null : $"70000{i + 1}", $"l{i}"))],
        CancellationToken.None);

    private void Answer(string file) => _server.Answer(Repository.Golden("postmart", file));

    private static JsonNode Golden(string file) => Repository.GoldenJson("postmart", file);

    private void AssertSent(string method, string path, JsonNode body)
    {
        var call = Assert.Single(_server.Calls);
        Assert.Equal((method, path), (call.Method, call.PathAndQuery));
        var sent = JsonNode.Parse(call.Body);
        Assert.True(JsonNode.DeepEquals(body, sent), $"Expected {body.ToJsonString()} and got {sent!.ToJsonString()}");
        if (path != "/GetAccessToken")
        {
            Assert.Equal("pmt-5f1d7c2a90b84e6c", call.Headers["token"]);
        }
    }
}
