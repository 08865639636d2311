using System.Web;

namespace OcopMarket.Sandbox.Tests;

/// <summary>The simulated consent page and its tokens, asked as the sheet says and not as our adapter does.</summary>
public sealed class LazadaConsentTests
{
    [Fact]
    public async Task The_page_offers_the_sellers_and_sends_nobody_off_this_machine()
    {
        await using var lazada = await LazadaFixture.StartAsync(connect: false);
        const string Path = "/oauth/authorize?response_type=code&force_auth=true&client_id=100123&redirect_uri=";

        var page = await lazada.Control.Get($"{Path}http%3A%2F%2Flocalhost%2Fket-noi%2Flazada&state=x%26y");

        Assert.Contains("HTX &lt;Mật&gt; hoa dừa", page.Text, StringComparison.Ordinal);
        Assert.Contains("/oauth/agree?seller_id=1234567", HttpUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Equal(400, (await lazada.Control.Get($"{Path}https%3A%2F%2Fevil.example%2F")).Http);
        Assert.Equal(400, (await lazada.Control.Get("/oauth/agree?seller_id=1234567&redirect_uri=https%3A%2F%2Fevil.example%2F")).Http);
        Assert.Equal(400, (await lazada.Control.Get($"{Path.Replace("100123", "1", StringComparison.Ordinal)}http%3A%2F%2Flocalhost%2F")).Http);
    }

    [Fact]
    public async Task A_code_works_once_within_half_an_hour()
    {
        await using var lazada = await LazadaFixture.StartAsync(connect: false);
        var (late, used) = (await lazada.ConsentCodeAsync(), await lazada.ConsentCodeAsync());

        Assert.Equal("0", (string?)(await lazada.Exchange(used)).Json["code"]);
        Assert.Equal("InvalidCode", (string?)(await lazada.Exchange(used)).Json["code"]);
        lazada.Time.Move(1801);
        Assert.Equal("InvalidCode", (string?)(await lazada.Exchange(late)).Json["code"]);
        Assert.Equal("MissingParameter", (string?)(await lazada.Exchange("")).Json["code"]);
    }

    [Fact]
    public async Task A_refresh_replaces_both_tokens_and_they_end_in_their_time()
    {
        await using var lazada = await LazadaFixture.StartAsync();

        var second = (await lazada.Renew(lazada.Refresh)).Json;

        Assert.Equal("IllegalRefreshToken", (string?)(await lazada.Renew(lazada.Refresh)).Json["code"]);
        Assert.Equal("IllegalAccessToken", (string?)(await lazada.Get("/seller/get")).Json["code"]);
        var access = (string)second["access_token"]!;
        Assert.Equal("0", (string?)(await lazada.Send(HttpMethod.Get, "/seller/get", [], token: access)).Json["code"]);
        lazada.Time.Move(30 * 86400);
        Assert.Equal("IllegalAccessToken", (string?)(await lazada.Send(HttpMethod.Get, "/seller/get", [], token: access)).Json["code"]);
        lazada.Time.Move(150 * 86400);
        var ended = (await lazada.Renew((string)second["refresh_token"]!)).Json;
        Assert.Equal("IllegalRefreshToken", (string?)ended["code"]);
        Assert.Equal(Golden.Shape(Golden.Json("lazada", "error.refresh-token.answer.json")), Golden.Shape(ended));
    }

    [Fact]
    public async Task A_consent_that_is_taken_back_ends_both_tokens()
    {
        await using var lazada = await LazadaFixture.StartAsync();

        await lazada.Control.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"closed"}""");

        Assert.Equal("IllegalAccessToken", (string?)(await lazada.Get("/seller/get")).Json["code"]);
        Assert.Equal("IllegalRefreshToken", (string?)(await lazada.Renew(lazada.Refresh)).Json["code"]);
    }

    [Fact]
    public async Task The_log_of_calls_holds_no_token_no_code_and_no_signature()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        await lazada.Get("/seller/get");
        await lazada.Create("A");

        var log = (await lazada.Control.Log()).ToJsonString();

        Assert.DoesNotContain(lazada.Token, log, StringComparison.Ordinal);
        Assert.DoesNotContain(lazada.Refresh, log, StringComparison.Ordinal);
        Assert.DoesNotContain("sign", log, StringComparison.Ordinal);
        Assert.DoesNotContain("0_100123_", log, StringComparison.Ordinal);
        Assert.Contains("/rest/seller/get", log, StringComparison.Ordinal);
    }
}
