using System.Net;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>Rows S6 and S59: who came in, who changed whom and who tried to is written down, by number and never by name.</summary>
public sealed class PeopleAuditTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Fact]
    public async Task Coming_in_and_changing_somebody_is_written_down_with_before_and_after()
    {
        const string Login = "audited@test.example";
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin, "auditor@test.example");
        await portal.People.PutAsync(PersonRole.Viewer, Login);
        await portal.ExecuteAsync("INSERT INTO admin_unit (code, name, name_folded, type, level, valid_from) VALUES ('84', 'Tỉnh Thử', 'tinh thu', 'province', 1, '1900-01-01') ON CONFLICT DO NOTHING");
        var (by, id) = (await IdAsync("auditor@test.example"), await IdAsync(Login));
        var start = await LastAsync();

        await admin.SubmitAsync($"/nguoi-dung/{id}", "change", ("name", "Tên Mới"), ("role", "staff"), ("units", "84"));
        await admin.SubmitAsync($"/nguoi-dung/{id}", "disable", ("off", "true"));
        await admin.SubmitAsync($"/nguoi-dung/{by}", "disable", ("off", "true"));
        await admin.SubmitAsync("/nguoi-dung/moi", "invite", ("user", "new-one@test.example"), ("name", "Người Mới"), ("role", "admin"));

        Assert.Equal(
            ["person.change", "person.disable", "person.change.refused", "person.invite"],
            await portal.QueryAsync<string>($"SELECT action FROM audit WHERE id > {start} AND actor = 'person {by}' ORDER BY id"));
        Assert.Equal("viewer units:84 > staff units:84", await portal.ScalarAsync<string>(
            """
            SELECT concat(before->>'role', ' ', before->>'scope', ' > ', after->>'role', ' ', after->>'scope') FROM audit
            WHERE action = 'person.change' AND (after->>'person')::bigint = @id AND origin LIKE 'portal, %' AND correlation IS NOT NULL
            """, new { id }));
        Assert.Equal(0, await portal.CountAsync("audit WHERE audit::text ~ 'Tên Mới|Người Mới|test.example'"));
        Assert.Equal(1, await portal.CountAsync($"audit WHERE action = 'sign_in' AND actor = 'person {by}' AND after->>'how' = 'password'"));
    }

    [Theory]
    [InlineData(PersonRole.Business)]
    [InlineData(PersonRole.Viewer)]
    [InlineData(PersonRole.Staff)]
    public async Task Who_asks_for_what_the_role_may_not_is_written_down(PersonRole role)
    {
        var login = $"climber-{role}@test.example";
        using var visitor = await portal.People.SignedInAsync(role, login);
        var id = await IdAsync(login);

        Assert.Equal(HttpStatusCode.Forbidden, await visitor.StatusAsync($"/nguoi-dung/{id}"));

        Assert.Equal("GET nguoi-dung/{Id:long}", (await portal.ScalarAsync<string>(
            $"SELECT concat(after->>'method', ' ', after->>'address') FROM audit WHERE action = 'access.refused' AND actor = 'person {id}'"))?.Replace(" /", " ", StringComparison.Ordinal));
    }

    /// <summary>Both for somebody and for nobody: whoever counts rows learns nothing, and one slip is no row.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guessing_until_it_locks_is_one_row(bool known)
    {
        var login = $"guessed-{known}@test.example";
        if (known)
        {
            await portal.People.PutAsync(PersonRole.Business, login);
        }

        var start = await LastAsync();
        using var visitor = portal.NewVisitor();
        for (var n = 0; n < 8; n++)
        {
            await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", login), ("password", $"sai {n} lần rồi nhé"));
        }

        Assert.Equal(1, await portal.CountAsync($"audit WHERE id > {start} AND action = 'sign_in.locked' AND (after->>'person' IS NOT NULL) = {known}"));
    }

    private Task<long> IdAsync(string login) => portal.ScalarAsync<long>("SELECT id FROM identity.person WHERE user_name = @login", new { login });

    private Task<long> LastAsync() => portal.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM audit");
}
