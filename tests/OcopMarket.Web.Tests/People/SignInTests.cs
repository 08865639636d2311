using System.Net;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Rows S12 to S15: who tries to come in learns nothing, is slowed down, and needs both factors.</summary>
public sealed class SignInTests(StrictPortal portal) : IClassFixture<StrictPortal>
{
    [Fact]
    public async Task After_five_wrong_tries_a_name_waits_and_a_stranger_cannot_lock_it_for_ever()
    {
        var login = await portal.People.PutAsync(PersonRole.Business, "locked@test.example");
        for (var n = 0; n < 5; n++)
        {
            await TryAsync(login, "wrong");
        }

        Assert.Equal(HttpStatusCode.OK, (await TryAsync(login)).Status);
        portal.Clock.Advance(TimeSpan.FromMinutes(14));
        await TryAsync(login, "wrong"); // does not count, so the time does not begin anew
        portal.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Found, (await TryAsync(login)).Status);
    }

    [Fact]
    public async Task Tries_at_once_do_not_slip_through_together()
    {
        var login = await portal.People.PutAsync(PersonRole.Business, "crowd@test.example");
        var before = await portal.CountAsync("identity.session");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => TryAsync(login, n < 11 ? $"wrong {n}" : "wrong too")));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Equal(5, await portal.ScalarAsync<int>("SELECT max(tries) FROM identity.sign_in_try"));
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(login)).Status);
        Assert.Equal(before, await portal.CountAsync("identity.session"));
    }

    [Fact]
    public async Task Whether_somebody_has_an_account_shows_neither_in_words_nor_in_work()
    {
        var known = await portal.People.PutAsync(PersonRole.Staff, "known@test.example");
        var disabled = await portal.People.PutAsync(PersonRole.Staff, "disabled@test.example");
        var invited = await portal.People.PutAsync(PersonRole.Staff, "invited@test.example");
        await portal.ExecuteAsync("UPDATE identity.person SET disabled_at = now() WHERE user_name = @disabled", new { disabled });
        await portal.ExecuteAsync("UPDATE identity.person SET password_hash = NULL WHERE user_name = @invited", new { invited });
        await TryAsync("warm@test.example", "wrong"); // the decoy's hash is made once
        var expected = await WorkAsync("nobody@test.example", "wrong");

        Assert.Equal(1, expected.Hashes);
        Assert.Equal(expected, await WorkAsync(known, "wrong"));
        Assert.Equal(expected, await WorkAsync(disabled, TestPeople.Password));
        Assert.Equal(expected, await WorkAsync(invited, TestPeople.Password));
        Assert.Equal(expected, await WorkAsync("0912 345 678", "wrong"));
        for (var n = 0; n < 5; n++)
        {
            await TryAsync(known, "wrong");
        }

        Assert.Equal(expected, await WorkAsync(known, TestPeople.Password)); // locked
    }

    [Fact]
    public async Task A_forgotten_password_is_answered_alike_for_everybody()
    {
        var known = await portal.People.PutAsync(PersonRole.Business, "forgot@test.example");
        using var visitor = portal.NewVisitor();

        var there = await visitor.SubmitAsync("/quen-mat-khau", "forgot", ("user", known));
        var nobody = await visitor.SubmitAsync("/quen-mat-khau", "forgot", ("user", "nobody@test.example"));

        Assert.Equal(Without(there.Html), Without(nobody.Html));
        Assert.Equal(there.Status, nobody.Status);
    }

    [Theory]
    [InlineData(PersonRole.Viewer)]
    [InlineData(PersonRole.Staff)]
    [InlineData(PersonRole.Admin)]
    public async Task A_password_alone_opens_nothing_to_staff(PersonRole role)
    {
        using var visitor = await portal.People.SignedInAsync(role);
        foreach (var path in (string[])["/", "/san-pham", "/gian-hang", "/dot-chay", "/nguoi-dung"])
        {
            using var answer = await visitor.Client.GetAsync(path);
            Assert.Equal((HttpStatusCode.Found, "/tai-khoan/buoc-hai"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task A_code_and_a_recovery_code_open_once()
    {
        var (login, key, codes) = await StrongAsync("codes@test.example");
        portal.Clock.Advance(TimeSpan.FromSeconds(31));
        var code = Totp.Code(key, Totp.Step(portal.Clock.GetUtcNow()));

        using var wrong = await HalfAsync(login);
        Assert.Equal(HttpStatusCode.OK, (await wrong.SubmitAsync("/dang-nhap/ma", "factor", ("code", "000000"))).Status);
        Assert.Equal(HttpStatusCode.Found, await wrong.StatusAsync("/"));
        using var first = await HalfAsync(login);
        Assert.Equal(HttpStatusCode.Found, (await first.SubmitAsync("/dang-nhap/ma", "factor", ("code", code))).Status);
        Assert.Equal(HttpStatusCode.OK, await first.StatusAsync("/nguoi-dung"));
        using var again = await HalfAsync(login);
        Assert.Equal(HttpStatusCode.OK, (await again.SubmitAsync("/dang-nhap/ma", "factor", ("code", code))).Status);
        using var recovered = await HalfAsync(login);
        Assert.Equal(HttpStatusCode.Found, (await recovered.SubmitAsync("/dang-nhap/ma", "factor", ("code", codes[0]))).Status);
        using var twice = await HalfAsync(login);
        Assert.Equal(HttpStatusCode.OK, (await twice.SubmitAsync("/dang-nhap/ma", "factor", ("code", codes[0]))).Status);
    }

    [Fact]
    public async Task Keys_of_apps_and_recovery_codes_are_not_in_the_tables()
    {
        var (_, key, codes) = await StrongAsync("sealed@test.example");

        var stored = await portal.ScalarAsync<string>("SELECT string_agg(t::text, ' ') FROM identity.person_token t");

        Assert.DoesNotContain(key, stored, StringComparison.Ordinal);
        Assert.All(codes, c => Assert.DoesNotContain(c, stored, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_second_step_alone_is_no_way_in()
    {
        using var visitor = portal.NewVisitor();
        Assert.Equal(HttpStatusCode.OK, (await visitor.SubmitAsync("/dang-nhap/ma", "factor", ("code", "123456"))).Status);
        using var old = await HalfAsync((await StrongAsync("late@test.example")).Login);
        portal.Clock.Advance(TimeSpan.FromMinutes(11));
        var key = "AAAA";
        Assert.Equal(HttpStatusCode.OK, (await old.SubmitAsync("/dang-nhap/ma", "factor", ("code", Totp.Code(key, 1)))).Status);
        Assert.Equal(HttpStatusCode.Found, await old.StatusAsync("/"));
    }

    [Fact]
    public async Task A_cookie_from_before_the_sign_in_opens_nothing_afterwards_and_each_proof_makes_a_new_one()
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, "rotate@test.example");
        var first = visitor.Cookie("ocop_session");
        await visitor.SubmitAsync("/tai-khoan/xac-nhan", "prove", ("password", TestPeople.Password));
        var second = visitor.Cookie("ocop_session");
        await NobodysAsync(first);
        await FactorAsync(visitor);
        var third = visitor.Cookie("ocop_session");
        await NobodysAsync(second);

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Theory]
    [InlineData("0294 385.0000", "02943850000")]
    [InlineData("+84 294 3850000", "02943850000")]
    [InlineData(" An@Test.Example ", "an@test.example")]
    public void A_login_is_one_however_it_is_typed(string typed, string stored) => Assert.Equal(stored, LoginName.Normalise(typed));

    /// <summary>RFC 6238, appendix B, SHA-1, the last six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.Code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds / 30));

    private async Task NobodysAsync(string cookie)
    {
        using var thief = portal.NewVisitor();
        thief.SetCookie(cookie);
        Assert.Equal(HttpStatusCode.Found, await thief.StatusAsync("/tai-khoan"));
    }

    private async Task<Answer> TryAsync(string login, string password = TestPeople.Password)
    {
        using var visitor = portal.NewVisitor();
        return await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", login), ("password", password));
    }

    private async Task<(HttpStatusCode Status, string Html, int Hashes)> WorkAsync(string login, string password)
    {
        var before = portal.Hashes.Work;
        var answer = await TryAsync(login, password);
        return (answer.Status, Without(answer.Html).Replace(login, "", StringComparison.Ordinal), portal.Hashes.Work - before);
    }

    /// <summary>What differs in every answer.</summary>
    private static string Without(string html) =>
        System.Text.RegularExpressions.Regex.Replace(html, "name=\"__RequestVerificationToken\"[^>]*>|user=[^&\"]*", "");

    private async Task<Visitor> HalfAsync(string login)
    {
        var visitor = portal.NewVisitor();
        var answer = await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", login), ("password", TestPeople.Password));
        Assert.StartsWith("/dang-nhap/ma", answer.Location, StringComparison.Ordinal);
        return visitor;
    }

    private async Task<(string Login, string Key, string[] Codes)> StrongAsync(string login)
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Admin, login);
        var (key, codes, _) = await FactorAsync(visitor);
        return (login, key, codes);
    }

    private Task<(string Key, string[] Codes, Answer Answer)> FactorAsync(Visitor visitor) => Factors.SetUpAsync(visitor, portal.Clock);
}
