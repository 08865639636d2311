using System.Web;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.Lazada;
using OcopMarket.Sandbox;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Lazada's consent: the documents' signatures, and every way an exchange can end, against the simulated platform.</summary>
public sealed class LazadaConsentTests : IAsyncLifetime
{
    private const string Shop = "1234567";
    private static readonly SellerLogin _app = new("100123", new("ocop-test-app-secret"), new Dictionary<string, string>());
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private SandboxHost _host = null!;
    private ServiceProvider _services = null!;

    private ISellerConsent Consent => Of(_services);
    private string Address => _host.Platforms[0].BaseUrl;

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(
            new() { FirstPort = 0, Platforms = ["lazada"], Shops = [new("HTX Mật hoa dừa", "Thạch Thị Chal Thi", "0912345678", Shop)] }, CancellationToken.None);
        _services = Adapters.Services(("lazada:BaseUrl", Address), ("lazada:CallTimeout", "00:00:05"));
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _http.Dispose();
        await _host.DisposeAsync();
    }

    /// <summary>The documents' own vector, and those of the sheet. The order in which parameters come and empty ones do not count.</summary>
    [Theory]
    [InlineData("helloworld", "/order/get", "timestamp=1517820392000&access_token=test&app_key=123456&order_id=1234&sign_method=sha256", "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A")]
    [InlineData("ocop-test-app-secret", "/auth/token/create", "code=0_100123_abc&app_key=100123&empty=&sign_method=sha256&timestamp=1760000000000", "875E7C4DE88551D51750FF947910AA7F915418E17E7350EB36261C97AF1C3057")]
    [InlineData("ocop-test-app-secret", "/product/update", "payload=<Request><Product><ItemId>1</ItemId></Product></Request>&access_token=50000601c30atpedfgu3LVvik87Ixls&app_key=100123&sign_method=sha256&timestamp=1760000000000", "C82219D89A6F27631B50A97D5CADBA2B013ACAD861A206946BC41BC67B52A906")]
    public void Signatures_are_those_of_the_documents(string secret, string path, string parameters, string sign) => Assert.Equal(
        sign, LazadaSign.Of(new(secret), path, parameters.Split('&').Select(p => (p.Split('=')[0], p.Split('=')[1]))));

    [Fact]
    public void The_consent_page_is_asked_with_the_app_s_key_our_address_and_the_state_and_no_secret()
    {
        var page = Consent.Page("100123", new("https://ocop.example.vn/ket-noi/lazada"), "a&b=c");
        var query = HttpUtility.ParseQueryString(page.Query);

        Assert.StartsWith($"{Address}/oauth/authorize?", page.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(
            ("code", "true", "https://ocop.example.vn/ket-noi/lazada", "100123", "a&b=c"),
            (query["response_type"], query["force_auth"], query["redirect_uri"], query["client_id"], query["state"]));
        Assert.Equal(5, query.Count);
    }

    /// <summary>Two hosts in life; a simulated platform never sends anybody to the real one.</summary>
    [Fact]
    public void Consent_and_tokens_are_where_the_platform_has_them_and_only_over_https()
    {
        using var real = Adapters.Services();
        Assert.StartsWith("https://auth.lazada.com/oauth/authorize?", Of(real).Page("1", new("https://x.example"), "s").AbsoluteUri, StringComparison.Ordinal);
        foreach (var wrong in new[] { "http://auth.example.vn", "https://user:pass@auth.example.vn", "ftp://127.0.0.1" })
        {
            using var services = Adapters.Services(("lazada:AuthUrl", wrong));
            Assert.Equal(FailureKind.Misconfigured, Assert.Throws<MarketplaceException>(() => Of(services).Page("1", new("https://x.example"), "s")).Kind);
        }
    }

    [Fact]
    public void What_comes_back_names_no_shop_and_without_a_code_is_no_consent()
    {
        Assert.Null(Consent.Read(new Dictionary<string, string> { ["error"] = "access_denied" }));
        Assert.Null(Consent.Read(new Dictionary<string, string> { ["code"] = "c", ["seller_id"] = "5" })!.ExternalShopId);
    }

    [Fact]
    public async Task A_code_becomes_tokens_of_the_shop_that_consented_and_tokens_renew_and_show_it()
    {
        var grant = await Consent.ExchangeAsync(_app, new(new(await CodeAsync()), null), CancellationToken.None);
        var renewed = await Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None);
        var shop = await Consent.LookAsync(_app, new(Shop, renewed.AccessToken), CancellationToken.None);

        Assert.Equal((Shop, TimeSpan.FromDays(30)), (grant.ExternalShopId, grant.AccessLife));
        Assert.NotEqual(grant.RefreshToken.Reveal(), renewed.RefreshToken.Reveal());
        Assert.Equal((AccountState.Active, "ACTIVE", "HTX Mật hoa dừa", true), (shop.Check.State, shop.Check.StateRaw, shop.Check.ShopName, shop.Check.IdentityVerified));
        Assert.Null(shop.ConsentUntil);
    }

    [Fact]
    public async Task A_used_code_and_a_used_refresh_token_are_refused()
    {
        var code = new ConsentReturn(new(await CodeAsync()), null);
        var grant = await Consent.ExchangeAsync(_app, code, CancellationToken.None);
        await Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None);

        await FailsAsync(FailureKind.Rejected, "InvalidCode", () => Consent.ExchangeAsync(_app, code, CancellationToken.None));
        await FailsAsync(FailureKind.Unauthorized, "IllegalRefreshToken", () => Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_secret_is_the_operator_s_fault_and_tokens_of_another_shop_are_not_taken()
    {
        var wrong = _app with { Password = new("not-the-secret") };
        await FailsAsync(FailureKind.Misconfigured, "IncompleteSignature", () => Consent.RefreshAsync(wrong, Shop, new("refresh-of-nobody"), CancellationToken.None));

        var grant = await Consent.ExchangeAsync(_app, new(new(await CodeAsync()), null), CancellationToken.None);
        await FailsAsync(FailureKind.Ambiguous, "unreadable", () => Consent.RefreshAsync(_app, "7654321", grant.RefreshToken, CancellationToken.None));
    }

    [Theory]
    [InlineData("country_user_info", "sg", FailureKind.Rejected, "no_shop_in_vietnam")]
    [InlineData("country_user_info_list", "VN", null, null)]
    [InlineData("elsewhere", "vn", FailureKind.Rejected, "no_shop_in_vietnam")]
    public async Task The_shop_is_the_one_in_Vietnam_under_either_name_of_the_list(string list, string country, FailureKind? kind, string? code)
    {
        await using var server = (await RecordingServer.StartAsync()).Answer(Repository.Golden("lazada", "token.answer.json")
            .Replace("country_user_info", list, StringComparison.Ordinal).Replace("\"country\": \"vn\",\n      \"seller_id\"", $"\"country\": \"{country}\", \"seller_id\"", StringComparison.Ordinal));
        await using var services = Adapters.Services(("lazada:BaseUrl", server.BaseUrl));

        var exchange = Of(services).ExchangeAsync(_app, new(new("c"), null), CancellationToken.None);

        if (kind is null)
        {
            Assert.Equal(Shop, (await exchange).ExternalShopId);
        }
        else
        {
            await FailsAsync(kind.Value, code!, () => exchange);
        }

        Assert.Equal("/rest/auth/token/create", server.Calls.Single().PathAndQuery); // neither code nor signature in the address
    }

    [Theory]
    [InlineData("server_error_before", FailureKind.Ambiguous)]
    [InlineData("server_error_after", FailureKind.Ambiguous)]
    [InlineData("html", FailureKind.Ambiguous)]
    [InlineData("cut_json", FailureKind.Ambiguous)]
    [InlineData("dropped_after", FailureKind.Ambiguous)]
    [InlineData("huge_body", FailureKind.Ambiguous)]
    [InlineData("rate_limited", FailureKind.RateLimited)]
    [InlineData("unknown_error", FailureKind.Rejected)]
    public async Task What_may_hide_tokens_is_told_as_doubtful_and_no_secret_is_in_the_failure(string fault, FailureKind kind)
    {
        var grant = await Consent.ExchangeAsync(_app, new(new(await CodeAsync()), null), CancellationToken.None);
        using var set = await _http.PostAsync(new Uri($"{Address}/_sandbox/faults"), new StringContent($$"""{"call":"refresh","kind":"{{fault}}","count":1}"""));
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => Consent.RefreshAsync(_app, Shop, grant.RefreshToken, CancellationToken.None));

        Assert.Equal(kind, error.Kind);
        Assert.DoesNotContain(grant.RefreshToken.Reveal(), error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_app.Password.Reveal(), error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_no_reason_to_give_a_token_up()
    {
        await using var nowhere = Adapters.Services(("lazada:BaseUrl", "http://127.0.0.1:9"));
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => Of(nowhere).RefreshAsync(_app, Shop, new("refresh-of-nobody"), CancellationToken.None));
        Assert.Equal(FailureKind.Transient, error.Kind);
    }

    private static ISellerConsent Of(IServiceProvider services) => services.GetRequiredService<ConsentPlatforms>().Find("lazada")!;

    private static async Task FailsAsync(FailureKind kind, string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<MarketplaceException>(call);
        Assert.Equal((kind, code), (error.Kind, error.PlatformCode));
    }

    private async Task<string> CodeAsync()
    {
        using var answer = await _http.GetAsync(new Uri($"{Address}/oauth/agree?seller_id={Shop}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx"));
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
    }
}
