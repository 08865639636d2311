using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Web;

namespace OcopMarket.Sandbox.Tests;

/// <summary>The simulated consent page and its tokens, asked as the sheet says and not as our adapter does.</summary>
public sealed class ShopeeConsentTests : IAsyncLifetime
{
    private const string Shop = "14701711";
    private const string Key = "ocop-test-partner-key-0001";
    private readonly ManualTime _time = new();
    private readonly HttpClient _browser = new(new HttpClientHandler { AllowAutoRedirect = false });
    private SandboxHost _host = null!;
    private SandboxClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(
            new() { FirstPort = 0, Platforms = ["shopee"], Time = _time, Shops = [new("HTX <Mật>", "Thạch", "0912345678", Shop)] }, CancellationToken.None);
        _client = new(_host.Platforms[0].BaseUrl);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task The_page_offers_the_shops_and_sends_back_code_shop_and_state()
    {
        var page = await _client.Get("/auth?auth_type=seller&partner_id=2001887&redirect_uri=http%3A%2F%2Flocalhost%2Fket-noi%2Fshopee&response_type=code&state=x%26y");
        Assert.Contains("HTX &lt;Mật&gt;", page.Text, StringComparison.Ordinal);
        var link = HttpUtility.HtmlDecode(page.Text.Split("href=\"")[1].Split('"')[0]);

        using var answer = await _browser.GetAsync(new Uri(_client.BaseUrl + link));
        var back = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);

        Assert.Equal((302, "/ket-noi/shopee", Shop, "x&y"), ((int)answer.StatusCode, answer.Headers.Location.AbsolutePath, back["shop_id"], back["state"]));
        Assert.StartsWith("code-", back["code"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/auth?partner_id=1&redirect_uri=http%3A%2F%2Flocalhost%2F")]
    [InlineData("/auth?partner_id=2001887&redirect_uri=https%3A%2F%2Fevil.example%2F")]
    [InlineData("/auth/agree?shop_id=14701711&redirect_uri=https%3A%2F%2Fevil.example%2F")]
    public async Task Nobody_is_sent_off_this_machine(string path) => Assert.Equal(400, (await _client.Get(path)).Http);

    [Fact]
    public async Task The_former_link_is_taken_for_five_minutes_and_only_when_it_is_signed()
    {
        var link = Signed("/api/v2/shop/auth_partner") + "&redirect=http%3A%2F%2Flocalhost%2F";
        Assert.Equal(200, (await _client.Get(link)).Http);
        Assert.Equal("error_sign", (string?)(await _client.Get(link.Replace("sign=", "sign=0", StringComparison.Ordinal))).Json["error"]);
        _time.Move(301);
        Assert.Equal("error_param", (string?)(await _client.Get(link)).Json["error"]);
    }

    [Fact]
    public async Task A_code_works_once_within_ten_minutes_and_for_its_shop()
    {
        var (late, used, other) = (await CodeAsync(), await CodeAsync(), await CodeAsync());
        Assert.Equal("", await ExchangeAsync(used, "error"));
        Assert.Equal("invalid_code", await ExchangeAsync(used, "error"));
        Assert.Equal("invalid_shop_id", await ExchangeAsync(other, "error", "5"));
        _time.Move(601);
        Assert.Equal("invalid_code", await ExchangeAsync(late, "error"));
    }

    [Fact]
    public async Task A_refresh_token_dies_with_its_first_use_and_the_access_token_before_lives_five_minutes_more()
    {
        var first = await GrantAsync();
        var second = await RefreshAsync(first.Refresh);

        Assert.Equal("error_shop_refresh_token", (await RefreshAsync(first.Refresh)).Error);
        Assert.Equal("", await LookAsync(first.Access));
        _time.Move(301);
        Assert.Equal("invalid_acceess_token", await LookAsync(first.Access));
        Assert.Equal("", await LookAsync(second.Access));
        _time.Move(4 * 3600);
        Assert.Equal("invalid_acceess_token", await LookAsync(second.Access));
        _time.Move(30 * 86400);
        Assert.Equal("refresh_token_expired", (await RefreshAsync(second.Refresh)).Error);
    }

    [Fact]
    public async Task A_new_consent_replaces_both_tokens_and_one_that_is_over_or_taken_back_ends_them()
    {
        await _client.Set("""{"consentDays":7}""");
        var first = await GrantAsync();
        var second = await GrantAsync();
        Assert.Equal("error_shop_refresh_token", (await RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_acceess_token", await LookAsync(first.Access));
        _time.Move(7 * 86400);
        Assert.Equal("shop_access_expired", (await RefreshAsync(second.Refresh)).Error);

        var third = await GrantAsync();
        await _client.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"closed"}""");
        Assert.Equal("shop_no_linked", (await RefreshAsync(third.Refresh)).Error);
    }

    [Fact]
    public async Task The_log_of_calls_holds_no_token_no_code_and_no_signature()
    {
        var grant = await GrantAsync();
        await LookAsync(grant.Access);

        var log = (await _client.Log()).ToJsonString();

        Assert.DoesNotContain(grant.Access, log, StringComparison.Ordinal);
        Assert.DoesNotContain("sign=", log, StringComparison.Ordinal);
        Assert.DoesNotContain("code-", log, StringComparison.Ordinal);
        Assert.Contains("get_shop_info", log, StringComparison.Ordinal);
    }

    private async Task<string> CodeAsync()
    {
        using var answer = await _browser.GetAsync(new Uri($"{_client.BaseUrl}/auth/agree?shop_id={Shop}&redirect_uri=http%3A%2F%2Flocalhost%2F"));
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
    }

    private async Task<string?> ExchangeAsync(string code, string field, string shop = Shop) => (string?)(await _client.Post(
        Signed("/api/v2/auth/token/get"), $$"""{"code":"{{code}}","partner_id":2001887,"shop_id":{{shop}}}""")).Json[field];

    private async Task<(string Access, string Refresh)> GrantAsync()
    {
        var answer = (await _client.Post(
            Signed("/api/v2/auth/token/get"), $$"""{"code":"{{await CodeAsync()}}","partner_id":2001887,"shop_id":{{Shop}}}""")).Json;
        return ((string)answer["access_token"]!, (string)answer["refresh_token"]!);
    }

    private async Task<(string Access, string Refresh, string? Error)> RefreshAsync(string token)
    {
        var answer = (await _client.Post(
            Signed("/api/v2/auth/access_token/get"), $$"""{"refresh_token":"{{token}}","partner_id":2001887,"shop_id":{{Shop}}}""")).Json;
        return ((string?)answer["access_token"] ?? "", (string?)answer["refresh_token"] ?? "", (string?)answer["error"]);
    }

    private async Task<string?> LookAsync(string token) =>
        (string?)(await _client.Get($"{Signed("/api/v2/shop/get_shop_info", token + Shop)}&access_token={token}&shop_id={Shop}")).Json["error"];

    private string Signed(string path, string after = "")
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"2001887{path}{timestamp}{after}")));
        return $"{path}?partner_id=2001887&timestamp={timestamp}&sign={sign}";
    }
}
