using System.Net;
using System.Text.RegularExpressions;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Rows S6 and S7: nobody lifts themselves up, and a form changes only what it shows.</summary>
public sealed partial class PeoplePageTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Fact]
    public async Task Somebody_invited_sets_a_password_and_has_the_role_that_the_admin_chose()
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        await portal.ExecuteAsync("INSERT INTO admin_unit (code, name, name_folded, type, level, valid_from) VALUES ('99', 'Tỉnh Thử', 'tinh thu', 'province', 1, '1900-01-01') ON CONFLICT DO NOTHING");

        var answer = await admin.SubmitAsync(
            "/nguoi-dung/moi", "invite", ("user", "0294 385 0001"), ("name", "Lâm"), ("role", "staff"), ("units", "99"));
        var link = Link().Match(answer.Html).Groups[1].Value;
        using var invited = portal.NewVisitor();
        Assert.Equal("/dang-nhap?xong=1", (await invited.SubmitAsync(link, "set", ("password", TestPeople.Password))).Location);
        await invited.SubmitAsync("/dang-nhap", "sign-in", ("user", "+84294 3850001"), ("password", TestPeople.Password));

        Assert.Equal(HttpStatusCode.OK, await invited.StatusAsync("/dot-chay"));
        Assert.Equal(HttpStatusCode.Forbidden, await invited.StatusAsync("/nguoi-dung"));
        Assert.Equal("staff units:99", await RightsAsync("02943850001"));
    }

    [Theory]
    [InlineData("nobody", "staff", "", "", "không phải|đúng dạng")]
    [InlineData("a@test.example", "root", "", "", "vai trò")]
    [InlineData("a@test.example", "business", "999999", "", "chủ thể")]
    [InlineData("a@test.example", "business", "", "84", "chủ thể")]
    [InlineData("a@test.example", "staff", "", "12345", "không tồn tại")]
    [InlineData("a@test.example", "staff", "", "84'); DROP TABLE x; --", "không tồn tại")]
    public async Task A_wrong_invitation_is_refused_in_a_sentence_and_makes_nobody(string login, string role, string producer, string units, string said)
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        var before = await portal.CountAsync("identity.person");

        var answer = await admin.SubmitAsync(
            "/nguoi-dung/moi", "invite", ("user", login), ("name", "Ai đó"), ("role", role), ("producer", producer), ("units", units));

        Assert.Matches(said, answer.Html);
        Assert.Equal(before, await portal.CountAsync("identity.person"));
    }

    [Theory]
    [InlineData(PersonRole.Business)]
    [InlineData(PersonRole.Viewer)]
    [InlineData(PersonRole.Staff)]
    public async Task Nobody_but_an_admin_reaches_people_not_even_by_the_form_itself(PersonRole role)
    {
        using var visitor = await portal.People.SignedInAsync(role);
        var token = Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan"));
        var target = await IdAsync(TestPeople.LoginOf(role));
        var before = await portal.CountAsync("identity.person");

        foreach (var (path, form) in (IEnumerable<(string, string)>)[("/nguoi-dung/moi", "invite"), ($"/nguoi-dung/{target}", "change"), ($"/nguoi-dung/{target}", "disable")])
        {
            var answer = await visitor.SendAsync(
                path, form, token, ("user", "evil@test.example"), ("name", "X"), ("role", "admin"), ("units", ""), ("off", "true"));
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        }

        Assert.Equal(before, await portal.CountAsync("identity.person"));
        Assert.StartsWith(OcopMarket.Core.Words.Of(role), await RightsAsync(TestPeople.LoginOf(role)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("change")]
    [InlineData("disable")]
    [InlineData("factor")]
    public async Task An_admin_cannot_change_the_own_rights(string form)
    {
        var login = $"own-{form}@test.example";
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin, login);

        var answer = await admin.SubmitAsync(
            $"/nguoi-dung/{await IdAsync(login)}", form, ("name", "X"), ("role", "business"), ("producer", "1"), ("off", "true"));

        Assert.Contains("Không tự đổi quyền", answer.Html, StringComparison.Ordinal);
        Assert.Equal("admin all", await RightsAsync(login));
        Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync("/nguoi-dung"));
    }

    /// <summary>Every property of a person, in every spelling that a binder might take, into every form that a person may send.</summary>
    [Theory]
    [InlineData("/tai-khoan/mat-khau", "password")]
    [InlineData("/tai-khoan/buoc-hai", "factor")]
    [InlineData("/tai-khoan/khoa-may", "new")]
    [InlineData("/tai-khoan/xac-nhan", "prove")]
    [InlineData("/dang-nhap", "sign-in")]
    public async Task A_form_changes_only_what_it_shows(string path, string form)
    {
        var login = $"mass-{form}@test.example";
        using var visitor = await portal.People.SignedInAsync(PersonRole.Business, login);
        var token = Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan"));
        var before = await PlainAsync(login);
        var fields = typeof(Person).GetProperties().SelectMany(p => (string[])[p.Name, $"Person.{p.Name}", $"_person.{p.Name}", p.Name.ToLowerInvariant()])
            .Select(n => (n, n.EndsWith("Role", StringComparison.OrdinalIgnoreCase) ? "admin" : n.EndsWith("Scope", StringComparison.OrdinalIgnoreCase) ? "all" : "1")).ToList();
        fields.AddRange([("role", "admin"), ("scope", "all"), ("isAdmin", "true"), ("producerId", "2"), ("businessId", "2"), ("password", "x"), ("code", "000000"), ("credential", "{}")]);

        await visitor.SendAsync(path, form, token, [.. fields]);

        Assert.Equal(before, await PlainAsync(login));
    }

    private Task<long> IdAsync(string login) => portal.ScalarAsync<long>("SELECT id FROM identity.person WHERE user_name = @login", new { login });

    private Task<string?> RightsAsync(string login) =>
        portal.ScalarAsync<string>("SELECT role || ' ' || scope FROM identity.person WHERE user_name = @login", new { login });

    private Task<string?> PlainAsync(string login) =>
        portal.ScalarAsync<string>("SELECT p::text FROM identity.person p WHERE user_name = @login", new { login });

    [GeneratedRegex(@"<code>http://localhost:\d+(/dat-mat-khau\?ma=[\w-]+)</code>")]
    private static partial Regex Link();
}
