using System.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.Shopee;
using OcopMarket.Sandbox;
using OcopMarket.Testing.Conformance;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Shopee's consent: the sheet's signatures, and every way an exchange can end, against the simulated platform.</summary>
public sealed class ShopeeConsentTests : IAsyncLifetime
{
    private const string Shop = "14701711";
    private static readonly SellerLogin _app = new("2001887", new("ocop-test-partner-key-0001"), new Dictionary<string, string>());
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private SandboxHost _host = null!;
    private ServiceProvider _services = null!;

    private ISellerConsent Consent => _services.GetRequiredService<ConsentPlatforms>().Find("shopee")!;
    private string Address => _host.Platforms[0].BaseUrl;

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(
            new() { FirstPort = 0, Platforms = ["shopee"], Shops = [new("HTX Mật hoa dừa", "Thạch Thị Chal Thi", "0912345678", Shop)] }, CancellationToken.None);
        _services = Services(Address);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/v2/shop/auth_partner", false, "81d3612b700b27cbc4ff774d92a60941c73ad66194787aabd71b204bd2fc0d59")]
    [InlineData("/api/v2/auth/token/get", false, "6fa4e29f57a2e0459a0faa7e350dd6b4fb99a7586e92525476ba5b0362a50d4f")]
    [InlineData("/api/v2/shop/get_shop_info", true, "384007af5500873c3836f96483487b705073283675281a282a29107db6885fff")]
    [InlineData("/api/v2/product/add_item", true, "a0373e0540fd1ba02d41bb2cc52ee9e169636b31b7684348ed2dcb0274c65440")]
    public void Signatures_are_those_of_the_sheet(string path, bool ofShop, string sign) => Assert.Equal(
        sign, ShopeeSign.Of(_app, path, 1760000000, ofShop ? new(Shop, new("59777174636562737266615546704c6d")) : null));

    [Fact]
    public void The_consent_page_is_asked_with_the_partner_s_number_our_address_and_the_state_and_no_key()
    {
        var page = Consent.Page("2001887", new("https://ocop.example.vn/ket-noi/shopee"), "a&b=c");
        var query = HttpUtility.ParseQueryString(page.Query);

        Assert.StartsWith($"{Address}/auth?", page.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(
            ("seller", "2001887", "https://ocop.example.vn/ket-noi/shopee", "code", "a&b=c"),
            (query["auth_type"], query["partner_id"], query["redirect_uri"], query["response_type"], query["state"]));
        Assert.Equal(5, query.Count);
    }

    [Theory]
    [InlineData("", "14701711")]
    [InlineData("c", "")]
    [InlineData("c", "-1")]
    [InlineData("c", "https://evil.example")]
    [InlineData("c", "99999999999")]
    public void What_comes_back_without_code_or_shop_is_no_consent(string code, string shop) =>
        Assert.Null(Consent.Read(new Dictionary<string, string> { ["code"] = code, ["shop_id"] = shop }));

    [Fact]
    public void Only_a_shop_s_own_account_can_be_connected() =>
        Assert.Null(Consent.Read(new Dictionary<string, string> { ["code"] = "c", ["main_account_id"] = "5" }));

    [Fact]
    public async Task A_code_becomes_tokens_and_tokens_renew_and_show_the_shop()
    {
        var grant = await Consent.ExchangeAsync(_app, new(new(await CodeAsync()), Shop), CancellationToken.None);
        var renewed = await Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None);
        var shop = await Consent.LookAsync(_app, new(Shop, renewed.AccessToken), CancellationToken.None);

        Assert.Equal((Shop, TimeSpan.FromHours(4)), (grant.ExternalShopId, grant.AccessLife));
        Assert.NotEqual(grant.RefreshToken.Reveal(), renewed.RefreshToken.Reveal());
        Assert.Equal((AccountState.Active, "NORMAL", "HTX Mật hoa dừa"), (shop.Check.State, shop.Check.StateRaw, shop.Check.ShopName));
        Assert.InRange(shop.ConsentUntil!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(364), TimeSpan.FromDays(365));
    }

    [Fact]
    public async Task A_used_code_and_a_used_refresh_token_are_refused()
    {
        var code = new ConsentReturn(new(await CodeAsync()), Shop);
        var grant = await Consent.ExchangeAsync(_app, code, CancellationToken.None);
        await Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None);

        await FailsAsync(FailureKind.Rejected, "invalid_code", () => Consent.ExchangeAsync(_app, code, CancellationToken.None));
        await FailsAsync(FailureKind.Unauthorized, "error_shop_refresh_token", () => Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_key_is_the_operator_s_fault_and_never_the_shop_s()
    {
        var wrong = _app with { Password = new("not-the-key") };
        await FailsAsync(FailureKind.Misconfigured, "error_sign", () => Consent.RefreshAsync(wrong, Shop, new("refresh-of-nobody"), CancellationToken.None));
        await FailsAsync(FailureKind.Misconfigured, "partner_id", () => Consent.RefreshAsync(_app with { User = "abc" }, Shop, new("refresh-of-nobody"), CancellationToken.None));
    }

    [Theory]
    [InlineData("serverErrorBefore", FailureKind.Ambiguous)]
    [InlineData("serverErrorAfter", FailureKind.Ambiguous)]
    [InlineData("html", FailureKind.Ambiguous)]
    [InlineData("cutJson", FailureKind.Ambiguous)]
    [InlineData("droppedAfter", FailureKind.Ambiguous)]
    [InlineData("hugeBody", FailureKind.Ambiguous)]
    [InlineData("rateLimited", FailureKind.RateLimited)]
    [InlineData("unknownError", FailureKind.Rejected)]
    public async Task What_may_hide_tokens_is_told_as_doubtful_and_no_secret_is_in_the_failure(string fault, FailureKind kind)
    {
        var grant = await Consent.ExchangeAsync(_app, new(new(await CodeAsync()), Shop), CancellationToken.None);
        using var set = await _http.PostAsync(new Uri($"{Address}/_sandbox/faults"), new StringContent($$"""{"call":"refresh","kind":"{{Snake(fault)}}","count":1}"""));
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None));

        Assert.Equal(kind, error.Kind);
        Assert.DoesNotContain(grant.RefreshToken.Reveal(), error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_app.Password.Reveal(), error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_no_reason_to_give_a_token_up()
    {
        await using var nowhere = Services("http://127.0.0.1:9");
        var error = await Assert.ThrowsAsync<MarketplaceException>(
            () => nowhere.GetRequiredService<ConsentPlatforms>().Find("shopee")!.RefreshAsync(_app, Shop, new("refresh-of-nobody"), CancellationToken.None));
        Assert.Equal(FailureKind.Transient, error.Kind);
    }

    private static async Task FailsAsync(FailureKind kind, string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<MarketplaceException>(call);
        Assert.Equal((kind, code), (error.Kind, error.PlatformCode));
    }

    private async Task<string> CodeAsync()
    {
        using var answer = await _http.GetAsync(new Uri($"{Address}/auth/agree?shop_id={Shop}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx"));
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
    }

    private static string Snake(string name) => string.Concat(name.Select(c => char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}"));

    private static ServiceProvider Services(string address) => new ServiceCollection().AddLogging().AddMarketplaces(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Marketplaces:Shopee:BaseUrl"] = address,
            ["Marketplaces:Shopee:ConsentUrl"] = $"{address}/auth",
            ["Marketplaces:Shopee:CallTimeout"] = "00:00:05",
        }).Build(),
        WorkingCopy.Config).BuildServiceProvider();
}
