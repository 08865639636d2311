using System.Text.Json.Nodes;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed class VosoGoldenTests : IAsyncLifetime
{
    private static readonly SellerSession Shop = new("812345", new Secret("vsl-9a77e0b4d5"));
    private RecordingServer _server = null!;
    private IMarketplaceAdapter _adapter = null!;

    public async Task InitializeAsync()
    {
        _server = await RecordingServer.StartAsync();
        _adapter = Adapters.Registry(("Voso:BaseUrl", _server.BaseUrl)).Adapter(new("voso"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_is_sent_as_the_sheet_writes_it_and_its_answer_is_read()
    {
        Answer("create.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Nectar());

        AssertSent("/v2/product/create", Golden("create.request.json"));
        Assert.Equal(("9000001", SeenStatus.InReview, "WAITING_APPROVE"), (outcome.ExternalId, outcome.Status, outcome.StatusRaw));
    }

    [Fact]
    public async Task A_product_without_mark_says_so_in_every_field_of_it_and_a_refusal_names_the_field()
    {
        Answer("error.invalid.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Mat() with
        {
            Title = "Chiếu",
            Images = [.. Drafts.Mat().Images.Select(i => i with { Url = "http://127.0.0.1:5080/media/chieu-1.jpg" })],
            Description = "Chiếu lác dệt tay.",
        });

        AssertSent("/v2/product/create", Golden("create.invalid.request.json"));
        Assert.Equal((FailureKind.Rejected, "205", "title"), (outcome.Failure, outcome.PlatformCode, outcome.Field));
        Assert.Equal("PRODUCT_NAME: Tên sản phẩm phải từ 10 đến 100 ký tự", outcome.Detail);
    }

    [Fact]
    public async Task Update_sends_the_whole_content_without_price_and_stock()
    {
        Answer("update.answer.json");

        await SubmitAsync(ChangeKind.UpdateContent, Drafts.Nectar() with
        {
            Title = "Mật hoa dừa cô đặc Sokfarm chai 500 ml",
            Description = "Mật hoa dừa cô đặc từ mật tươi.",
        });

        AssertSent("/v2/product/update", Golden("update.request.json"));
    }

    [Fact]
    public async Task Prices_go_in_one_call_and_each_row_has_its_outcome()
    {
        Answer("update-inventory.answer.json");
        ListingChange[] changes =
        [
            new(ChangeKind.SetPrice, (Drafts.Nectar() with { PriceVnd = 190000m, SalePriceVnd = null }).ToCanonical(), "9000001", "a"),
            new(ChangeKind.SetPrice, Drafts.Nectar("OCOP-TV-0003").ToCanonical(), "1", "b"),
            new(ChangeKind.SetPrice, Drafts.Nectar("OCOP-TV-0004").ToCanonical(), "2", "c"),
        ];

        var outcomes = await _adapter.SubmitAsync(Shop, changes, CancellationToken.None);

        AssertSent("/v2/product/updateInventory", JsonNode.Parse(
            """
            {"LIST":[{"PRODUCT_ID":9000001,"PRICE":190000,"DISCOUNT_PRICE":0},{"PRODUCT_ID":1,"PRICE":185000,"DISCOUNT_PRICE":169000},
            {"PRODUCT_ID":2,"PRICE":185000,"DISCOUNT_PRICE":169000}]}
            """)!);
        Assert.Equal([null, FailureKind.Rejected, FailureKind.Ambiguous], outcomes.Select(o => o.Failure));
        Assert.Equal("Không tìm thấy sản phẩm", outcomes[1].PlatformCode);
    }

    [Fact]
    public async Task A_stock_change_sends_the_stock_alone()
    {
        Answer("update-inventory.answer.json");

        await SubmitAsync(ChangeKind.SetStock, Drafts.Nectar() with { StockUnits = 0 });

        AssertSent("/v2/product/updateInventory", JsonNode.Parse("""{"LIST":[{"PRODUCT_ID":9000001,"QUANTITY":0}]}""")!);
    }

    [Theory]
    [InlineData(ChangeKind.Hide, "STOPPED")]
    [InlineData(ChangeKind.Show, "APPROVED")]
    [InlineData(ChangeKind.Delete, "DELETED")]
    public async Task Visibility_is_a_state(ChangeKind kind, string state)
    {
        Answer("change-state.answer.json");

        var outcome = await SubmitAsync(kind, Drafts.Nectar());

        AssertSent("/v2/product/changeState", JsonNode.Parse($$"""{"PRODUCT_ID":9000001,"STATE":"{{state}}"}""")!);
        Assert.Equal(SeenStatus.Hidden, outcome.Status);
    }

    [Fact]
    public async Task Look_up_finds_every_product_with_the_code()
    {
        Answer("list.answer.json");

        var item = Assert.Single(await _adapter.LookUpAsync(Shop, ["OCOP-TV-0001"], CancellationToken.None));

        AssertSent("/v2/product/list", Golden("list.request.json"));
        Assert.Equal((SeenStatus.Live, "APPROVED", 185000m, 120), (item.Status, item.StatusRaw, item.PriceVnd, item.StockUnits));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795401000000), item.ChangedAt);
    }

    [Fact]
    public async Task Changed_since_is_asked_in_unix_milliseconds()
    {
        Answer("list.answer.json");

        await _adapter.ReadChangedAsync(Shop, DateTimeOffset.FromUnixTimeMilliseconds(1793467800000), null, CancellationToken.None);

        var expected = Golden("list.changed.request.json").AsObject();
        expected.Remove("STATE");
        AssertSent("/v2/product/list", expected);
    }

    [Fact]
    public async Task Each_reason_of_a_rejection_is_found_by_how_it_begins()
    {
        Answer("detail.rejected.answer.json");

        var item = Assert.Single(await _adapter.ReadStatusesAsync(Shop, [new("9000001", "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal("/v2/product/detail?PRODUCT_ID=9000001", Assert.Single(_server.Calls).PathAndQuery);
        Assert.Equal(["Ảnh sản phẩm bị mờ", "Ảnh không tải được"], item.Reasons.Select(r => r.Code));
        Assert.Equal("Ảnh không tải được: http://127.0.0.1:5080/media/mat-hoa-dua-1.jpg", item.Reasons[1].Message);
    }

    [Fact]
    public async Task An_approved_product_without_stock_is_out_of_stock()
    {
        _server.Answer(Repository.Golden("voso", "detail.answer.json").Replace("\"QUANTITY\": 120", "\"QUANTITY\": 0", StringComparison.Ordinal));

        var item = Assert.Single(await _adapter.ReadStatusesAsync(Shop, [new("9000001", "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal((SeenStatus.OutOfStock, "APPROVED"), (item.Status, item.StatusRaw));
    }

    [Fact]
    public async Task A_product_that_is_not_found_is_removed()
    {
        Answer("error.not-found.answer.json");

        var item = Assert.Single(await _adapter.ReadStatusesAsync(Shop, [new("1", "OCOP-TV-0001")], CancellationToken.None));

        Assert.Equal((SeenStatus.Removed, "1"), (item.Status, item.ExternalId));
    }

    [Fact]
    public async Task Login_takes_two_steps_with_the_same_body()
    {
        Answer("login.answer.json");
        Answer("connect.answer.json");

        var tokens = await ((ISellerSignIn)_adapter).SignInAsync(
            new("0912345678", new Secret("mat-khau-thu"), new Dictionary<string, string>()), CancellationToken.None);

        Assert.Equal(["/v2/user/Login", "/v2/user/ownerconnect"], _server.Calls.Select(c => c.PathAndQuery));
        Assert.All(_server.Calls, c => Assert.True(JsonNode.DeepEquals(Golden("login.request.json"), JsonNode.Parse(c.Body))));
        Assert.Equal("vss-0d2b6f83c1", _server.Calls.Last().Headers["Token"]);
        Assert.Equal(("vsl-9a77e0b4d5", DateTimeOffset.FromUnixTimeMilliseconds(1797993000000)), (tokens.AccessToken.Reveal(), tokens.ExpiresAt));
    }

    [Fact]
    public async Task A_refused_login_is_unauthorized_and_names_no_password()
    {
        Answer("login.wrong-password.answer.json");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => ((ISellerSignIn)_adapter).SignInAsync(
            new("0912345678", new Secret("sai-mat-khau"), new Dictionary<string, string>()), CancellationToken.None));

        Assert.Equal((FailureKind.Unauthorized, "204"), (error.Kind, error.PlatformCode));
        Assert.DoesNotContain("sai-mat-khau", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shop_is_checked()
    {
        Answer("merchant.answer.json");

        var check = await _adapter.CheckAccountAsync(Shop, CancellationToken.None);

        Assert.Equal(new AccountCheck(AccountState.Active, "ACTIVE", "HTX Mật hoa dừa Trà Vinh", null, true, 1, null), check);
    }

    [Theory]
    [InlineData("error.shop-locked.answer.json", FailureKind.Rejected, "423")]
    [InlineData("error.token.answer.json", FailureKind.Unauthorized, "202")]
    [InlineData("error.too-many.answer.json", FailureKind.RateLimited, "429")]
    public async Task A_refusal_of_the_whole_call_keeps_the_platforms_code(string file, FailureKind kind, string code)
    {
        Answer(file);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.Create, Drafts.Nectar()));

        Assert.Equal((kind, code), (error.Kind, error.PlatformCode));
        Assert.Equal(kind == FailureKind.RateLimited ? TimeSpan.FromSeconds(2) : null, error.RetryAfter);
    }

    [Fact]
    public async Task A_refusal_that_speaks_of_the_product_does_not_condemn_the_shop()
    {
        Answer("error.not-allowed.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Hide, Drafts.Nectar());

        Assert.Equal((FailureKind.Rejected, "203"), (outcome.Failure, outcome.PlatformCode));
    }

    [Fact]
    public async Task A_system_error_in_a_200_may_have_written()
    {
        Answer("error.system.answer.json");

        var outcome = await SubmitAsync(ChangeKind.Create, Drafts.Nectar());

        Assert.Equal((FailureKind.Ambiguous, "500"), (outcome.Failure, outcome.PlatformCode));
    }

    [Fact]
    public async Task Categories_and_attributes_are_read()
    {
        Answer("categories.answer.json");
        Answer("attributes.answer.json");

        var top = await _adapter.ReadCategoriesAsync(Shop, null, CancellationToken.None);
        var attributes = await _adapter.ReadAttributesAsync(Shop, "5008", CancellationToken.None);

        Assert.Equal(new PlatformCategory("100", null, "Thực phẩm", false), top[0]);
        Assert.Equal(["/v2/categories/listProductCategory?parentId=-1", "/v2/categories/listAttribute?categoryId=5008"], _server.Calls.Select(c => c.PathAndQuery));
        Assert.Equal([("HSD", "text", true), ("BAO_QUAN", "select", false)], attributes.Select(a => (a.Id, a.Type, a.Required)));
    }

    private async Task<ChangeOutcome> SubmitAsync(ChangeKind kind, ListingDraft draft) => Assert.Single(await _adapter.SubmitAsync(
        Shop, [new(kind, draft.ToCanonical(), kind == ChangeKind.Create ? null : "9000001", "l1")], CancellationToken.None));

    private void Answer(string file) => _server.Answer(Repository.Golden("voso", file));

    private static JsonNode Golden(string file) => Repository.GoldenJson("voso", file);

    private void AssertSent(string path, JsonNode body)
    {
        var call = Assert.Single(_server.Calls);
        Assert.Equal(("POST", path), (call.Method, call.PathAndQuery));
        var sent = JsonNode.Parse(call.Body);
        Assert.True(JsonNode.DeepEquals(body, sent), $"Expected {body.ToJsonString()} and got {sent!.ToJsonString()}");
        Assert.Equal("vsl-9a77e0b4d5", call.Headers["Token"]);
    }
}
