using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using Dapper;
using Npgsql;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.Connecting;

/// <summary>Rows S26 and S27 at the portal's door: who may begin, and who may come back with what.</summary>
public sealed partial class ConnectTests(ConnectPortalFixture portal) : IClassFixture<ConnectPortalFixture>
{
    private const string Own = "/gian-hang/1/ket-noi";
    private const string Good = "code=the-code-of-the-platform&shop_id=14701711";

    [Fact]
    public async Task A_business_is_led_to_the_platform_with_a_random_number_and_handed_on_when_it_comes_back()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var answer = await business.SubmitAsync(Own, "connect");
        var page = PageOf(answer);
        var query = HttpUtility.ParseQueryString(page.Query);

        Assert.Equal(("127.0.0.1", "/auth", "2001887"), (page.Host, page.AbsolutePath, query["partner_id"]));
        Assert.EndsWith("/ket-noi/shopee", query["redirect_uri"], StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{64}$", query["state"]);
        Assert.Equal(
            "begun producer shopee 1 1", await LastAsync("concat_ws(' ', step, keeper, marketplace, account_id, producer_id)"));
        Assert.False(await portal.ScalarAsync<bool>("SELECT bool_or(position(@state IN c::text) > 0) FROM connect_attempt c", new { state = query["state"] }));

        using var back = await business.Client.GetAsync($"/ket-noi/shopee?{Good}&state={query["state"]}");

        Assert.Equal((HttpStatusCode.Found, "/gian-hang/1"), (back.StatusCode, Path(back)));
        Assert.Equal("returned the-code-of-the-platform 14701711", await LastAsync("concat_ws(' ', step, code, claimed_shop)"));
        Assert.Contains("data-live=\"/gian-hang/1/tien-do\"", await business.PageAsync("/gian-hang/1"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await business.StatusAsync("/gian-hang/1/tien-do"));

        await EndAsync("done", null);
        Assert.Equal(HttpStatusCode.NoContent, await business.StatusAsync("/gian-hang/1/tien-do"));
        Assert.Contains("Gian hàng đã kết nối.", await business.PageAsync("/gian-hang/1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_was_played_already_is_refused()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var state = await BeginAsync(business);
        using var first = await business.Client.GetAsync($"/ket-noi/shopee?{Good}&state={state}");

        await RefusedAsync(business, $"/ket-noi/shopee?code=another&shop_id=5&state={state}", "connect_used");

        Assert.Equal("returned the-code-of-the-platform", await LastAsync("concat_ws(' ', step, code)"));
    }

    [Fact]
    public async Task Two_who_come_back_at_once_with_one_state_are_let_in_once()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var state = await BeginAsync(business);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => business.StatusAsync($"/ket-noi/shopee?{Good}&state={state}")));

        Assert.Single(answers, HttpStatusCode.Found);
        Assert.Equal(9, answers.Count(a => a == HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Another_session_of_the_same_person_another_person_and_nobody_are_refused_and_the_right_one_still_comes_in()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var same = await portal.People.SignedInAsync(PersonRole.Business);
        using var other = await portal.People.SignedInAsync(PersonRole.Admin);
        using var foreign = await ForeignAsync();
        using var nobody = portal.NewVisitor();
        var state = await BeginAsync(business);

        await RefusedAsync(same, $"/ket-noi/shopee?{Good}&state={state}", "connect_session");
        await RefusedAsync(other, $"/ket-noi/shopee?{Good}&state={state}", "connect_session");
        await RefusedAsync(foreign, $"/ket-noi/shopee?{Good}&state={state}", "connect_state"); // that there is such a state is not told
        await RefusedAsync(nobody, $"/ket-noi/shopee?{Good}&state={state}", "connect_session");
        Assert.Equal("begun", await LastAsync("concat_ws(' ', step, code, claimed_shop)"));

        Assert.Equal(HttpStatusCode.Found, await business.StatusAsync($"/ket-noi/shopee?{Good}&state={state}"));
    }

    [Fact]
    public async Task A_state_that_comes_back_from_another_platform_is_spent()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var state = await BeginAsync(business);
        await portal.ExecuteAsync("UPDATE connect_attempt SET marketplace = 'lazada' WHERE id = (SELECT max(id) FROM connect_attempt)");

        await RefusedAsync(business, $"/ket-noi/shopee?{Good}&state={state}", "connect_platform");
        Assert.Equal("refused connect_platform", await LastAsync("concat_ws(' ', step, result, code)"));
        await RefusedAsync(business, $"/ket-noi/nobody?{Good}&state={state}", "connect_platform");
    }

    [Fact]
    public async Task A_state_is_over_after_ten_minutes()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var state = await BeginAsync(business);
        Assert.Equal(600, await portal.ScalarAsync<int>("SELECT extract(epoch FROM expires_at - began_at)::int FROM connect_attempt ORDER BY id DESC LIMIT 1"));
        await portal.ExecuteAsync("UPDATE connect_attempt SET expires_at = now() - interval '1 s' WHERE id = (SELECT max(id) FROM connect_attempt)");

        await RefusedAsync(business, $"/ket-noi/shopee?{Good}&state={state}", "connect_expired");

        Assert.Equal("begun", await LastAsync("concat_ws(' ', step, code)"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("https%3A%2F%2Fevil.example%2F")]
    [InlineData("%2F%2Fevil.example")]
    [InlineData("%2Fgian-hang%2F2")]
    [InlineData("1%27%20OR%201%3D1")]
    public async Task A_state_that_is_none_of_ours_leads_nowhere(string state)
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        await RefusedAsync(business, $"/ket-noi/shopee?{Good}&state={state}", "connect_state");
        await RefusedAsync(business, $"/ket-noi/shopee?{Good}&state={state}&state={new string('a', 64)}", "connect_state");
    }

    [Fact]
    public async Task An_owner_who_did_not_consent_connects_nothing()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var state = await BeginAsync(business);
        using var back = await business.Client.GetAsync($"/ket-noi/shopee?error=access_denied&state={state}");

        Assert.Equal("/gian-hang/1", Path(back));
        Assert.Equal("refused connect_denied", await LastAsync("concat_ws(' ', step, result, code)"));
        Assert.Contains("chưa đồng ý", await business.PageAsync("/gian-hang/1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_begins_for_a_shop_that_is_not_theirs()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        using var viewer = await portal.People.SignedInAsync(PersonRole.Viewer);
        var before = await portal.CountAsync("connect_attempt");

        foreach (var shop in (string[])["/gian-hang/2/ket-noi", "/gian-hang/4/ket-noi", "/gian-hang/99/ket-noi"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await business.StatusAsync(shop));
            var token = Visitor.Token(await business.Client.GetStringAsync("/tai-khoan"));
            await business.SendAsync(shop, "connect", token);
            await business.SendAsync(shop, "disconnect", token);
        }

        Assert.Equal(HttpStatusCode.NotFound, await staff.StatusAsync("/gian-hang/2/ket-noi"));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(viewer)).Status);
        Assert.DoesNotContain("/ket-noi", await viewer.PageAsync("/gian-hang/1"), StringComparison.Ordinal);
        Assert.Equal(before, await portal.CountAsync("connect_attempt"));

        Assert.NotNull(await BeginAsync(staff));
        Assert.Equal("begun staff", await LastAsync("concat_ws(' ', step, keeper)"));
    }

    [Fact]
    public async Task Who_loses_the_right_on_the_way_does_not_come_back_in()
    {
        var login = await portal.People.PutAsync(PersonRole.Staff, "giao@test.example");
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff, login);
        var state = await BeginAsync(staff);
        await portal.ExecuteAsync("UPDATE identity.person SET role = 'viewer' WHERE user_name = @login", new { login });

        await RefusedAsync(staff, $"/ket-noi/shopee?{Good}&state={state}", "connect_session");

        Assert.Equal("begun", await LastAsync("concat_ws(' ', step, code)"));
    }

    [Fact]
    public async Task The_portal_s_login_hands_a_code_on_and_cannot_read_it_back()
    {
        await using var connection = await portal.WebSource.OpenConnectionAsync();
        foreach (var statement in (string[])[
            "SELECT code FROM connect_attempt", "SELECT * FROM connect_attempt", "SELECT sealed_refresh FROM credential",
            "UPDATE connect_attempt SET result = code", "DELETE FROM connect_attempt", "UPDATE connect_attempt SET account_id = 2",
            "UPDATE account_issue SET closed_at = now()", "UPDATE credential SET state = 'active'"])
        {
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(statement))).SqlState);
        }
    }

    [Fact]
    public async Task An_issue_of_a_shop_stands_on_its_page_with_its_day_and_whose_it_is()
    {
        await portal.ExecuteAsync(
            "INSERT INTO account_issue (account_id, producer_id, marketplace, code, owner, args, due_at) VALUES (2, 2, 'shopee', 'consent_ends', 'producer', '{30/12/2026,30}', '2026-12-30T05:00:00Z')");
        using var foreign = await ForeignAsync();
        using var business = await portal.People.SignedInAsync(PersonRole.Business);

        var page = await foreign.PageAsync("/gian-hang/2");

        Assert.Contains("hết hạn ngày 30/12/2026, còn không quá 30 ngày", page, StringComparison.Ordinal);
        Assert.Contains("Hạn 30/12/2026", page, StringComparison.Ordinal);
        Assert.DoesNotContain("30/12/2026", await business.PageAsync("/gian-hang/2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_without_the_operator_s_login_says_so()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        await portal.ExecuteAsync("UPDATE credential SET state = 'refused' WHERE scope = 'partner'");
        try
        {
            Assert.Contains("connect_partner", (await business.SubmitAsync(Own, "connect")).Html, StringComparison.Ordinal);
        }
        finally
        {
            await portal.ExecuteAsync("UPDATE credential SET state = 'active' WHERE scope = 'partner'");
        }

        Assert.Equal(HttpStatusCode.OK, await business.StatusAsync("/gian-hang/3"));
    }

    /// <summary>A business of the second producer.</summary>
    private async Task<Visitor> ForeignAsync()
    {
        var visitor = new Visitor(portal.Address);
        await portal.People.PutAsync(PersonRole.Business, "p2@test.example", DataScope.Producer(2));
        var answer = await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", "p2@test.example"), ("password", TestPeople.Password));
        Assert.Equal(HttpStatusCode.Found, answer.Status);
        return visitor;
    }

    private static async Task<string> BeginAsync(Visitor visitor) => HttpUtility.ParseQueryString(PageOf(await visitor.SubmitAsync(Own, "connect")).Query)["state"]!;

    private static async Task<Answer> SendAsync(Visitor visitor) =>
        await visitor.SendAsync(Own, "connect", Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan")));

    private static Uri PageOf(Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Html}");
        return new(Away().Match(answer.Html) is { Success: true } link ? link.Groups[1].Value : throw new InvalidOperationException(answer.Html));
    }

    /// <summary>Refused in plain words with a code and a number to report, and nothing was linked.</summary>
    private async Task RefusedAsync(Visitor visitor, string path, string code)
    {
        var codes = await portal.CountAsync("connect_attempt WHERE code IS NOT NULL");
        using var answer = await visitor.Client.GetAsync(path);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
        Assert.Contains($"{code} · {answer.Headers.GetValues("X-Correlation-Id").Single()}", html, StringComparison.Ordinal);
        Assert.Contains("Chưa kết nối được", html, StringComparison.Ordinal);
        Assert.DoesNotContain("the-code-of-the-platform", html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", html, StringComparison.Ordinal);
        Assert.Equal(codes, await portal.CountAsync("connect_attempt WHERE code IS NOT NULL"));
        Assert.Equal(0, await portal.CountAsync("seller_account WHERE credential_id IS NOT NULL"));
    }

    private static string? Path(HttpResponseMessage answer) =>
        answer.Headers.Location is { IsAbsoluteUri: true } to ? to.AbsolutePath : answer.Headers.Location?.OriginalString;

    private Task<string?> LastAsync(string what) => portal.ScalarAsync<string>($"SELECT {what} FROM connect_attempt ORDER BY id DESC LIMIT 1");

    private Task EndAsync(string step, string? result) => portal.ExecuteAsync(
        "UPDATE connect_attempt SET step = @step, result = @result, code = NULL, ended_at = now() WHERE id = (SELECT max(id) FROM connect_attempt)", new { step, result });

    [GeneratedRegex("href=\"(http://127\\.0\\.0\\.1:9/auth[^\"]+)\"")]
    private static partial Regex Away();
}
