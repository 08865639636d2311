using System.Net;
using System.Text.RegularExpressions;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Rows S9 and S16 to S19: what ends a session ends it at once; sensitive changes ask again; a reset cannot be hijacked.</summary>
public sealed partial class SessionTests(StrictPortal portal) : IClassFixture<StrictPortal>
{
    [Theory]
    [InlineData("sign out")]
    [InlineData("everywhere")]
    [InlineData("password")]
    [InlineData("factor")]
    [InlineData("disabled")]
    [InlineData("role")]
    [InlineData("stamp")]
    public async Task A_copied_cookie_opens_nothing_any_more_after(string change)
    {
        var login = $"{change.Replace(' ', '-')}@test.example";
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, login);
        using var thief = portal.NewVisitor();
        thief.SetCookie(visitor.Cookie("ocop_session"));
        Assert.Equal(HttpStatusCode.OK, await thief.StatusAsync("/tai-khoan"));

        await ChangeAsync(change, visitor, login);

        Assert.Equal(HttpStatusCode.Found, await thief.StatusAsync("/tai-khoan"));
        Assert.Equal(HttpStatusCode.Found, await thief.StatusAsync("/"));
    }

    [Theory]
    [InlineData(PersonRole.Business, true, 13 * 24 * 60, true)]
    [InlineData(PersonRole.Business, true, 14 * 24 * 60 + 1, false)]
    [InlineData(PersonRole.Business, false, 59, true)]
    [InlineData(PersonRole.Business, false, 61, false)]
    [InlineData(PersonRole.Admin, true, 61, false)]
    public async Task A_session_ends_when_nobody_asked_for_so_long(PersonRole role, bool remember, int minutes, bool isStill)
    {
        using var visitor = portal.NewVisitor();
        await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", await portal.People.PutAsync(role, $"{role}-{remember}-{minutes}@test.example".ToLowerInvariant())), ("password", TestPeople.Password), ("remember", remember ? "true" : "false"));
        var cookie = visitor.Cookie("ocop_session");
        portal.Clock.Advance(TimeSpan.FromMinutes(minutes));
        using var later = portal.NewVisitor();
        later.SetCookie(cookie);

        Assert.Equal(isStill ? HttpStatusCode.OK : HttpStatusCode.Found, await later.StatusAsync("/tai-khoan"));
    }

    [Fact]
    public async Task A_session_that_is_always_used_ends_all_the_same()
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, "busy@test.example");
        for (var minutes = 0; minutes < 12 * 60 - 50; minutes += 50)
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(50));
            Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/tai-khoan"));
        }

        portal.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(HttpStatusCode.Found, await visitor.StatusAsync("/tai-khoan"));
    }

    [Fact]
    public async Task An_old_session_proves_itself_before_it_changes_how_to_sign_in()
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, "stepup@test.example");
        var token = Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan/mat-khau"));
        var hash = await HashAsync("stepup@test.example");
        portal.Clock.Advance(TimeSpan.FromMinutes(11));

        foreach (var path in (string[])["/tai-khoan/mat-khau", "/tai-khoan/buoc-hai", "/tai-khoan/khoa-may"])
        {
            using var answer = await visitor.Client.GetAsync(path);
            Assert.EndsWith($"/tai-khoan/xac-nhan?ve={Uri.EscapeDataString(path)}", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        }

        await visitor.SendAsync("/tai-khoan/mat-khau", "password", token, ("password", "another long sentence 9"));
        Assert.Equal(hash, await HashAsync("stepup@test.example"));
        Assert.Equal(HttpStatusCode.OK, (await visitor.SubmitAsync("/tai-khoan/xac-nhan", "prove", ("password", "wrong"))).Status);
        Assert.Equal(HttpStatusCode.Found, (await visitor.SubmitAsync("/tai-khoan/xac-nhan", "prove", ("password", TestPeople.Password))).Status);
        await visitor.SubmitAsync("/tai-khoan/mat-khau", "password", ("password", "another long sentence 9"));
        Assert.NotEqual(hash, await HashAsync("stepup@test.example"));
    }

    [Fact]
    public async Task A_reset_link_leads_to_us_works_once_and_leaves_the_second_factor()
    {
        const string Login = "reset@test.example";
        using (var visitor = await portal.People.SignedInAsync(PersonRole.Business, Login))
        {
            await Factors.SetUpAsync(visitor, portal.Clock);
        }

        using var nobody = portal.NewVisitor();
        var token = Visitor.Token(await nobody.Client.GetStringAsync("/quen-mat-khau"));
        var before = portal.Mails;
        using var poisoned = new HttpRequestMessage(HttpMethod.Post, "/quen-mat-khau")
        {
            Content = new FormUrlEncodedContent([new("_handler", "forgot"), new("user", Login), new("__RequestVerificationToken", token)]),
        };
        poisoned.Headers.Host = "evil.example";
        using (var refused = await nobody.Client.SendAsync(poisoned))
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var forwarded = new HttpRequestMessage(HttpMethod.Post, "/quen-mat-khau")
        {
            Content = new FormUrlEncodedContent([new("_handler", "forgot"), new("user", Login), new("__RequestVerificationToken", token)]),
        };
        forwarded.Headers.Add("X-Forwarded-Host", "evil.example");
        using (await nobody.Client.SendAsync(forwarded))
        {
        }

        var link = Link().Match(await portal.NextMailAsync(before));
        Assert.Equal($"http://localhost:{portal.Address.Port}", link.Groups[1].Value);
        var path = link.Groups[2].Value;
        Assert.Equal("/dang-nhap?xong=1", (await nobody.SubmitAsync(path, "set", ("password", "quite another sentence 4"))).Location);
        Assert.Contains("đã dùng", await nobody.PageAsync(path), StringComparison.Ordinal);
        var signIn = await nobody.SubmitAsync("/dang-nhap", "sign-in", ("user", Login), ("password", "quite another sentence 4"));
        Assert.StartsWith("/dang-nhap/ma", signIn.Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, await nobody.StatusAsync("/"));
    }

    private async Task ChangeAsync(string change, Visitor visitor, string login)
    {
        switch (change)
        {
            case "sign out":
                await visitor.SendAsync("/dang-xuat", null, Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan")));
                break;
            case "everywhere":
                await visitor.SubmitAsync("/tai-khoan", "everywhere");
                break;
            case "password":
                await visitor.SubmitAsync("/tai-khoan/mat-khau", "password", ("password", "another long sentence 9"));
                break;
            case "factor":
                await Factors.SetUpAsync(visitor, portal.Clock);
                break;
            case "stamp":
                await portal.ExecuteAsync("UPDATE identity.person SET security_stamp = 'other' WHERE user_name = @login", new { login });
                break;
            default:
                using (var admin = await portal.People.SignedInAsync(PersonRole.Admin, $"for-{login}"))
                {
                    await Factors.SetUpAsync(admin, portal.Clock);
                    var path = $"/nguoi-dung/{await portal.ScalarAsync<long>("SELECT id FROM identity.person WHERE user_name = @login", new { login })}";
                    var answer = change == "disabled"
                        ? await admin.SubmitAsync(path, "disable", ("off", "true"))
                        : await admin.SubmitAsync(path, "change", ("name", "Khác"), ("role", "viewer"), ("units", ""));
                    Assert.Contains("Đã lưu", answer.Html, StringComparison.Ordinal);
                }

                break;
        }
    }

    private Task<string?> HashAsync(string login) =>
        portal.ScalarAsync<string>("SELECT password_hash FROM identity.person WHERE user_name = @login", new { login });

    [GeneratedRegex(@"(http://[^/]+)(/dat-mat-khau\?ma=[\w-]+)")]
    private static partial Regex Link();
}
