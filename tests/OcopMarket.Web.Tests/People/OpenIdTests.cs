using System.Net;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Rows S14, S15, S26 and S27 for people who come by their own directory.</summary>
public sealed class OpenIdTests(OpenIdPortal portal) : IClassFixture<OpenIdPortal>
{
    private const string Refused = "/dang-nhap?loi=directory_refused&ve=%2F";
    private const string Failed = "/dang-nhap?loi=directory_failed&ve=%2F";

    [Fact]
    public async Task Who_is_known_comes_in_and_is_known_by_the_subject_alone_from_then_on()
    {
        var login = await portal.People.PutAsync(PersonRole.Business, "known@test.example");
        portal.Issuer.Is("subject-1", "Known@Test.Example");
        using var first = portal.NewBrowser();
        Assert.Equal((HttpStatusCode.Found, "/san-pham"), await OpenIdPortal.SignInAsync(first, "/dang-nhap/co-quan?ve=%2Fsan-pham"));
        Assert.Equal(HttpStatusCode.OK, await first.StatusAsync("/san-pham"));
        portal.Issuer.Is("subject-1", "married@test.example", verified: false);
        using var later = portal.NewBrowser();
        Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.SignInAsync(later));

        Assert.Equal("subject-1", await portal.ScalarAsync<string>(
            "SELECT l.provider_key FROM identity.person_login l JOIN identity.person p ON p.id = l.user_id WHERE p.user_name = @login", new { login }));
        Assert.Equal(2, await SignedInAsync(login));
    }

    [Fact]
    public async Task Whoever_may_not_come_in_is_told_the_same_and_nothing_is_made()
    {
        await portal.People.PutAsync(PersonRole.Business, "disabled@test.example");
        await portal.People.PutAsync(PersonRole.Business, "unverified@test.example");
        await portal.People.PutAsync(PersonRole.Business, "bound@test.example");
        await portal.ExecuteAsync("UPDATE identity.person SET disabled_at = now() WHERE user_name = 'disabled@test.example'");
        portal.Issuer.Is("subject-2", "bound@test.example");
        using (var right = portal.NewBrowser())
        {
            Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.SignInAsync(right));
        }

        var before = await StateAsync();
        foreach (var (subject, mail, verified) in ((string, string?, object?)[])
            [
                ("subject-3", "nobody@test.example", true), ("subject-4", "disabled@test.example", true), ("subject-5", "unverified@test.example", false),
                ("subject-5", "unverified@test.example", "no"), ("subject-6", "bound@test.example", true), ("subject-7", null, true),
                ("subject-8", "unverified@test.example, bound@test.example", true), ("subject-9", "un\u212Anown@test.example", true),
            ])
        {
            portal.Issuer.Is(subject, mail, verified);
            using var visitor = portal.NewBrowser();
            Assert.Equal((HttpStatusCode.Found, Refused), await OpenIdPortal.SignInAsync(visitor));
            Assert.Equal(HttpStatusCode.Found, await visitor.StatusAsync("/"));
        }

        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task A_letter_that_only_looks_like_another_finds_nobody()
    {
        await portal.People.PutAsync(PersonRole.Business, "kim@test.example");
        portal.Issuer.Is("subject-kelvin", "\u212Aim@test.example"); // the sign of kelvin becomes k when made small
        using var visitor = portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, Refused), await OpenIdPortal.SignInAsync(visitor));
    }

    [Theory]
    [InlineData(IssuerFault.Nonce)]
    [InlineData(IssuerFault.NoNonce)]
    [InlineData(IssuerFault.Audience)]
    [InlineData(IssuerFault.Expired)]
    [InlineData(IssuerFault.Signature)]
    [InlineData(IssuerFault.Issuer)]
    [InlineData(IssuerFault.AlgNone)]
    [InlineData(IssuerFault.NoSignature)]
    [InlineData(IssuerFault.SharedSecret)]
    public async Task A_token_that_is_not_this_answer_of_this_directory_for_us_opens_nothing(IssuerFault fault)
    {
        await portal.People.PutAsync(PersonRole.Business, "token@test.example");
        portal.Issuer.Is("subject-token", "token@test.example");
        portal.Issuer.Fault = fault;
        var before = await StateAsync();
        using var visitor = portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, Failed), await OpenIdPortal.SignInAsync(visitor));
        Assert.Equal(HttpStatusCode.Found, await visitor.StatusAsync("/"));
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task An_answer_counts_in_the_browser_that_asked_and_once()
    {
        await portal.People.PutAsync(PersonRole.Business, "once@test.example");
        portal.Issuer.Is("subject-once", "once@test.example");
        using var asked = portal.NewBrowser();
        using var other = portal.NewBrowser();
        await OpenIdPortal.LeaveAsync(other); // has asked as well
        var back = await OpenIdPortal.LeaveAsync(asked);
        var redeemed = portal.Issuer.Redeemed;

        Assert.Equal((HttpStatusCode.Found, Failed), await OpenIdPortal.ReturnAsync(other, back));
        Assert.Equal((HttpStatusCode.Found, "/dang-nhap?loi=directory_failed&ve=%2F"), await OpenIdPortal.ReturnAsync(other, new($"{back.GetLeftPart(UriPartial.Path)}?code=x&state=forged")));
        Assert.Equal((HttpStatusCode.Found, "/dang-nhap?loi=directory_failed&ve=%2F"), await OpenIdPortal.ReturnAsync(other, new($"{back.GetLeftPart(UriPartial.Path)}?code=x")));
        Assert.Equal(redeemed, portal.Issuer.Redeemed);
        var kept = asked.Cookies().ToList();
        Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.ReturnAsync(asked, back));
        Assert.DoesNotContain(asked.Cookies(), c => c.Contains("openid", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.Found, Failed), await OpenIdPortal.ReturnAsync(asked, back));
        Assert.Equal(redeemed + 1, portal.Issuer.Redeemed);
        using var copy = portal.NewBrowser();
        kept.ForEach(copy.SetCookie);
        Assert.Equal((HttpStatusCode.Found, Failed), await OpenIdPortal.ReturnAsync(copy, back)); // the directory refuses the code
        Assert.Equal(redeemed + 2, portal.Issuer.Redeemed);
    }

    [Fact]
    public async Task Who_stops_over_there_is_told_so_and_every_refusal_is_a_sentence_with_a_code()
    {
        portal.Issuer.Is("subject-denied", null);
        portal.Issuer.Fault = IssuerFault.Denied;
        using var visitor = portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, "/dang-nhap?loi=directory_denied&ve=%2Fsan-pham"), await OpenIdPortal.SignInAsync(visitor, "/dang-nhap/co-quan?ve=/san-pham"));
        foreach (var code in (string[])["directory_refused", "directory_denied", "directory_failed", "directory_away"])
        {
            var page = await visitor.PageAsync($"/dang-nhap?loi={code}&so=0123456789abcdef");
            Assert.Contains($"<code>{code}</code>", page, StringComparison.Ordinal);
            Assert.Contains("<code>0123456789abcdef</code>", page, StringComparison.Ordinal);
        }

        var forged = await visitor.PageAsync("/dang-nhap?loi=anything&so=anything");
        Assert.DoesNotContain("<code>", forged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_directory_is_asked_for_no_more_than_who_somebody_is()
    {
        portal.Issuer.Is("subject-asked", null);
        using var visitor = portal.NewBrowser();
        await OpenIdPortal.LeaveAsync(visitor, "/dang-nhap/co-quan?ve=/san-pham");

        var asked = portal.Issuer.Asked;
        Assert.Equal(
            ["client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_type", "scope", "state"],
            asked.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("code", "S256", "openid email"), (asked["response_type"], asked["code_challenge_method"], asked["scope"]));
        Assert.Equal($"http://localhost:{portal.Address.Port}/dang-nhap/co-quan/ve", asked["redirect_uri"]);
        Assert.DoesNotContain("san-pham", asked["state"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Nobody_is_led_away_after_coming_back(string back)
    {
        await portal.People.PutAsync(PersonRole.Business, "led@test.example");
        portal.Issuer.Is("subject-led", "led@test.example");
        using var visitor = portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.SignInAsync(visitor, $"/dang-nhap/co-quan?ve={Uri.EscapeDataString(back)}"));
    }

    [Fact]
    public async Task Staff_still_need_a_second_factor_of_ours_or_one_that_is_trusted()
    {
        var login = await portal.People.PutAsync(PersonRole.Staff, "staff@test.example");
        portal.Issuer.Is("subject-staff", login, amr: ["pwd"], acr: "silver");
        using var visitor = portal.NewBrowser();
        Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.SignInAsync(visitor));
        using (var page = await visitor.Client.GetAsync("/san-pham"))
        {
            Assert.Equal((HttpStatusCode.Found, "/tai-khoan/buoc-hai"), (page.StatusCode, page.Headers.Location?.OriginalString));
        }

        var (_, codes, _) = await Factors.SetUpAsync(visitor, TimeProvider.System);
        using var again = portal.NewBrowser();
        Assert.Equal((HttpStatusCode.Found, "/dang-nhap/ma?ve=%2Fdot-chay"), await OpenIdPortal.SignInAsync(again, "/dang-nhap/co-quan?ve=/dot-chay"));
        Assert.Equal(HttpStatusCode.Found, await again.StatusAsync("/dot-chay"));
        Assert.Equal(HttpStatusCode.Found, (await again.SubmitAsync("/dang-nhap/ma", "factor", ("code", codes[0]))).Status);
        Assert.Equal(HttpStatusCode.OK, await again.StatusAsync("/dot-chay"));
        foreach (var (amr, acr) in ((string[]?, string?)[])[(["pwd", "mfa"], null), (null, "gold")])
        {
            portal.Issuer.Is("subject-staff", login, amr: amr, acr: acr);
            using var trusted = portal.NewBrowser();
            Assert.Equal((HttpStatusCode.Found, "/dot-chay"), await OpenIdPortal.SignInAsync(trusted, "/dang-nhap/co-quan?ve=/dot-chay"));
            Assert.Equal(HttpStatusCode.OK, await trusted.StatusAsync("/dot-chay"));
        }

        Assert.Equal(4, await SignedInAsync(login));
    }

    [Fact]
    public async Task Of_two_subjects_at_once_one_is_bound_and_an_admin_frees_the_person()
    {
        var login = await portal.People.PutAsync(PersonRole.Business, "race@test.example");
        using var first = portal.NewBrowser();
        using var second = portal.NewBrowser();
        var ways = new[] { await OpenIdPortal.LeaveAsync(first), await OpenIdPortal.LeaveAsync(second) };
        portal.Issuer.Is("subject-race-1", login);
        var one = OpenIdPortal.ReturnAsync(first, ways[0]);
        var two = OpenIdPortal.ReturnAsync(second, ways[1]);
        await Task.WhenAll(one, two);
        Assert.Equal(1, await BoundAsync(login));

        portal.Issuer.Is("subject-race-2", login);
        using var stranger = portal.NewBrowser();
        Assert.Equal((HttpStatusCode.Found, Refused), await OpenIdPortal.SignInAsync(stranger));
        var id = await portal.ScalarAsync<long>("SELECT id FROM identity.person WHERE user_name = @login", new { login });
        using var admin = portal.NewBrowser();
        portal.Issuer.Is("subject-admin", await portal.People.PutAsync(PersonRole.Admin, "frees@test.example"), amr: ["mfa"]);
        await OpenIdPortal.SignInAsync(admin);
        Assert.Equal(HttpStatusCode.OK, (await admin.SubmitAsync($"/nguoi-dung/{id}", "factor")).Status);
        Assert.Equal(0, await BoundAsync(login));
        portal.Issuer.Is("subject-race-2", login);
        Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.SignInAsync(stranger));
    }

    [Fact]
    public async Task The_session_that_the_browser_had_opens_nothing_any_more()
    {
        await portal.People.PutAsync(PersonRole.Business, "turn@test.example");
        portal.Issuer.Is("subject-turn", "turn@test.example");
        using var visitor = portal.NewBrowser();
        await OpenIdPortal.SignInAsync(visitor);
        var before = visitor.Cookie("ocop_session");
        await OpenIdPortal.SignInAsync(visitor);

        using var thief = portal.NewBrowser();
        thief.SetCookie(before);
        Assert.NotEqual(before, visitor.Cookie("ocop_session"));
        Assert.Equal(HttpStatusCode.Found, await thief.StatusAsync("/tai-khoan"));
        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/tai-khoan"));
        Assert.Contains("/dang-nhap/co-quan?ve=%2Ftai-khoan%2Fmat-khau", await visitor.PageAsync("/tai-khoan/xac-nhan?ve=/tai-khoan/mat-khau"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_form_is_taken_for_an_answer_and_no_link_ends_a_session()
    {
        await portal.People.PutAsync(PersonRole.Business, "form@test.example");
        portal.Issuer.Is("subject-form", "form@test.example");
        using var visitor = portal.NewBrowser();
        var back = await OpenIdPortal.LeaveAsync(visitor);
        using var form = new FormUrlEncodedContent(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(back.Query).Select(q => KeyValuePair.Create(q.Key, q.Value.ToString())));
        using var posted = await visitor.Client.PostAsync("/dang-nhap/co-quan/ve", form);
        Assert.Equal(HttpStatusCode.Unauthorized, posted.StatusCode);
        await OpenIdPortal.ReturnAsync(visitor, back);
        foreach (var path in (string[])["/signout-oidc", "/signout-oidc?iss=x", "/signout-callback-oidc"])
        {
            await visitor.StatusAsync(path);
        }

        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/tai-khoan"));
    }

    [Fact]
    public async Task Our_secret_and_the_directory_s_token_are_in_no_log()
    {
        await portal.People.PutAsync(PersonRole.Business, "quiet@test.example");
        foreach (var fault in (IssuerFault[])[IssuerFault.None, IssuerFault.Audience, IssuerFault.Signature])
        {
            portal.Issuer.Is("subject-quiet", "quiet@test.example");
            portal.Issuer.Fault = fault;
            using var visitor = portal.NewBrowser();
            await OpenIdPortal.SignInAsync(visitor);
            var body = portal.Issuer.LastToken.Split('.')[1];
            Assert.DoesNotContain(portal.Lines, l => l.Contains(LocalIssuer.ClientSecret, StringComparison.Ordinal) || l.Contains(body, StringComparison.Ordinal));
        }

        Assert.Contains(portal.Lines, l => l.Contains("signed in by openid", StringComparison.Ordinal));
        Assert.DoesNotContain(LocalIssuer.ClientSecret, portal.Services.ToString() + new OpenIdSettings(portal.Issuer.Address, "x", new(LocalIssuer.ClientSecret)), StringComparison.Ordinal);
    }

    /// <summary>How often, as the audit has it.</summary>
    private Task<long> SignedInAsync(string login) => portal.ScalarAsync<long>(
        """
        SELECT count(*) FROM audit a JOIN identity.person p ON p.id = (a.after ->> 'person')::bigint
        WHERE a.action = 'sign_in' AND a.after ->> 'how' = 'openid' AND p.user_name = @login
        """, new { login })!;

    private Task<long> BoundAsync(string login) => portal.ScalarAsync<long>(
        "SELECT count(*) FROM identity.person_login l JOIN identity.person p ON p.id = l.user_id WHERE p.user_name = @login", new { login })!;

    private async Task<(long People, long Sessions, long Logins)> StateAsync() => (
        await portal.CountAsync("identity.person"), await portal.CountAsync("identity.session"), await portal.CountAsync("identity.person_login"));
}
