using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Data.Subjects;
using OcopMarket.Web.Tests.Connecting;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Tests.Subjects;

/// <summary>Row S60 in the portal: who asks, who decides, who takes a copy, and what is refused.</summary>
public sealed class SubjectPageTests(ConnectPortalFixture portal) : IClassFixture<ConnectPortalFixture>, IAsyncLifetime
{
    private const string List = "/yeu-cau-du-lieu";
    private const string New = "/yeu-cau-du-lieu/moi";

    private static string Today => VietnamDay.Of(DateTimeOffset.UtcNow).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Each begins with no request: of erasures only one may be open.</summary>
    public Task InitializeAsync() => portal.ExecuteAsync("DELETE FROM subject_request; DELETE FROM identity.day_use");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_business_asks_for_its_own_copy_and_downloads_it_once()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var id = await AskedAsync(business, ("kind", "export"), ("producer", "2"), ("evidence", "Phiếu 1")); // a form may say whom it likes: it is for itself
        Assert.Equal("1 export portal producer open t", await portal.ScalarAsync<string>(
            "SELECT concat_ws(' ', producer_id, kind, evidence, recorded_by, step, answered_at IS NOT NULL) FROM subject_request WHERE id = @id", new { id }));

        var page = await business.PageAsync($"{List}/{id}/ban-sao");
        Html.AssertNothingInline(page);
        using var data = await CopyAsync(business, id);
        var text = data.RootElement.ToString();
        Assert.Contains("HTX Trà Cú", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Tân Thành", text, StringComparison.Ordinal);
        Assert.Equal(
            SubjectTables.All.Where(t => t.Shown is not null).Select(t => t.Name).Append("identity.person").Order(StringComparer.Ordinal),
            data.RootElement.GetProperty("tables").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.True(data.RootElement.GetProperty("tables").GetProperty("seller_account").GetProperty("rows").GetArrayLength() > 0);
        Assert.True(data.RootElement.GetProperty("tables").GetProperty("identity.person").GetProperty("rows").GetArrayLength() > 0);

        Assert.Equal($"{List}/{id}?bao=subject.bad.changed", (await TakeAsync(business, id)).Headers.Location!.OriginalString);
        Assert.Contains("đã giao bản sao", (await business.PageAsync($"{List}/{id}")).ToLowerInvariant(), StringComparison.Ordinal);
        Assert.Equal(
            ["subject.export.ask 1", "subject.export.hand_over 1"],
            await portal.QueryAsync<string>(
                "SELECT action || ' ' || producer_id FROM audit WHERE after ->> 'request' = @id AND actor LIKE 'person %' AND origin LIKE 'portal, %' AND correlation IS NOT NULL ORDER BY id",
                new { id = id.ToString(CultureInfo.InvariantCulture) }));
    }

    [Fact]
    public async Task Erasing_waits_for_an_admin_who_did_not_ask_and_ticked_that_the_evidence_is_right()
    {
        var other = await portal.People.PutAsync(PersonRole.Admin, "second-subject@test.example");
        using var first = await portal.People.SignedInAsync(PersonRole.Admin);
        using var second = await portal.People.SignedInAsync(PersonRole.Admin, other);
        var id = await AskedAsync(first, ("kind", "erase"), ("producer", "2"), ("evidence", "Phiếu số 7"), ("asked", Today));
        var approve = $"{List}/{id}/duyet";

        Assert.Contains("một quản trị khác phải duyệt", await first.PageAsync($"{List}/{id}"), StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"sure\"", await first.PageAsync(approve), StringComparison.Ordinal);
        Assert.Contains("không được tự duyệt", (await PostAsync(first, approve, "approve", ("sure", "yes"))).Html, StringComparison.Ordinal);
        Assert.Contains("chưa duyệt", (await PostAsync(second, approve, "approve")).Html, StringComparison.Ordinal);
        Assert.Equal("open", await StepAsync(id));

        var page = await second.PageAsync(approve);
        Assert.Contains("Phiếu số 7", page, StringComparison.Ordinal);
        Assert.Contains("Không hoàn tác được", page, StringComparison.Ordinal);
        Assert.Contains("Đã duyệt", (await PostAsync(second, approve, "approve", ("sure", "yes"))).Html, StringComparison.Ordinal);
        Assert.Equal("approved", await StepAsync(id));
        Assert.Contains("đã đi tiếp", (await PostAsync(second, approve, "approve", ("sure", "yes"))).Html, StringComparison.Ordinal);
        Assert.Contains("đã đi tiếp", (await PostAsync(second, $"{List}/{id}", "refuse", ("reason", "nghĩ lại thì không nên xóa"))).Html, StringComparison.Ordinal);
        Assert.Equal("approved", await StepAsync(id));
        Assert.Equal(1, await portal.CountAsync($"audit WHERE action = 'subject.erase.approve' AND after ->> 'request' = '{id}'"));
    }

    [Fact]
    public async Task A_business_asks_to_be_erased_takes_it_back_or_an_admin_approves_or_refuses()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        var id = await AskedAsync(business, ("kind", "erase"));
        Assert.Contains("Đã có yêu cầu xóa đang chờ", (await PostAsync(business, New, "ask", ("kind", "erase"))).Html, StringComparison.Ordinal);
        Assert.Contains("Đã rút lại", (await PostAsync(business, $"{List}/{id}", "withdraw")).Html, StringComparison.Ordinal);
        Assert.Equal("refused", await StepAsync(id));

        id = await AskedAsync(business, ("kind", "erase"));
        Assert.Contains("từ 10 đến 500", (await PostAsync(admin, $"{List}/{id}", "refuse", ("reason", "không"))).Html, StringComparison.Ordinal);
        Assert.Contains("Đã ghi là không thực hiện", (await PostAsync(admin, $"{List}/{id}", "refuse", ("reason", "chủ thể gọi điện nói gửi nhầm"))).Html, StringComparison.Ordinal);
        Assert.Contains("gửi nhầm", await business.PageAsync($"{List}/{id}"), StringComparison.Ordinal);

        id = await AskedAsync(business, ("kind", "erase"));
        Assert.Contains("Đã duyệt", (await PostAsync(admin, $"{List}/{id}/duyet", "approve", ("sure", "yes"))).Html, StringComparison.Ordinal);
        Assert.Contains("đã đi tiếp", (await PostAsync(business, $"{List}/{id}", "withdraw")).Html, StringComparison.Ordinal);
        Assert.Equal("approved", await StepAsync(id));
        Assert.DoesNotContain("Người business", await portal.ScalarAsync<string>("SELECT row_to_json(r)::text FROM subject_request r WHERE id = @id", new { id }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_write_down_within_their_reach_and_decide_nothing_and_a_viewer_sees_nothing()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        using var viewer = await portal.People.SignedInAsync(PersonRole.Viewer);
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        Assert.Contains("HTX Trà Cú", await staff.PageAsync($"{New}?q=tra+cu"), StringComparison.Ordinal);
        Assert.Contains("Không tìm thấy ai", await staff.PageAsync($"{New}?q=tan+thanh"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await staff.StatusAsync($"{New}?chu-the=2"));
        Assert.Contains("trong địa bàn", (await PostAsync(staff, New, "ask", ("kind", "erase"), ("producer", "2"), ("evidence", "Phiếu 3"), ("asked", Today))).Html, StringComparison.Ordinal);

        var id = await AskedAsync(staff, ("kind", "export"), ("producer", "1"), ("evidence", "Phiếu số 3"), ("asked", Today));
        var foreign = await AskedAsync(admin, ("kind", "export"), ("producer", "2"), ("evidence", "Phiếu số 4"), ("asked", Today));
        var page = await staff.PageAsync(List);
        Assert.Contains($"{List}/{id}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{List}/{foreign}\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await staff.StatusAsync($"{List}/{foreign}"));
        foreach (var form in (string[])["answer", "refuse", "withdraw", "clear"])
        {
            Assert.Equal((form, HttpStatusCode.Forbidden), (form, (await PostAsync(staff, $"{List}/{id}", form, ("reason", "không nên làm việc này"))).Status));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(staff, $"{List}/{id}/duyet", "approve", ("sure", "yes"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await TakeAsync(staff, id)).StatusCode);
        foreach (var path in (string[])[List, New, $"{List}/{id}", $"{List}/{id}/ban-sao", $"{List}/{id}/duyet"])
        {
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, await viewer.StatusAsync(path)));
        }

        Assert.DoesNotContain(List, await viewer.PageAsync("/"), StringComparison.Ordinal);
        Assert.Equal("open", await StepAsync(id));
        Assert.Contains("Đã ghi là người yêu cầu được báo", (await PostAsync(admin, $"{List}/{id}", "answer")).Html, StringComparison.Ordinal);
        using var copy = await CopyAsync(admin, id);
        Assert.Contains("HTX Trà Cú", copy.RootElement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anothers_request_is_not_there_and_nothing_of_it_changes()
    {
        await portal.People.PutAsync(PersonRole.Business, "p2-subject@test.example", DataScope.Producer(2));
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var foreign = new Visitor(portal.Address);
        Assert.Equal(HttpStatusCode.Found, (await foreign.SubmitAsync("/dang-nhap", "sign-in", ("user", "p2-subject@test.example"), ("password", TestPeople.Password))).Status);
        var id = await AskedAsync(business, ("kind", "export"));
        Assert.DoesNotContain($"\"{List}/{id}\"", await foreign.PageAsync(List), StringComparison.Ordinal);
        foreach (var path in (string[])[$"{List}/{id}", $"{List}/{id}/ban-sao"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await foreign.StatusAsync(path));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(foreign, $"{List}/{id}", "withdraw")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await TakeAsync(foreign, id)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await foreign.StatusAsync($"{List}/{id}/duyet"));
        Assert.Equal("open", await StepAsync(id));
    }

    /// <summary>Row S18.</summary>
    [Fact]
    public async Task An_old_session_proves_itself_before_it_approves_or_takes_a_copy()
    {
        var login = await portal.People.PutAsync(PersonRole.Admin, "old-subject@test.example");
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin, login);
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var erase = await AskedAsync(business, ("kind", "erase"));
        var export = await AskedAsync(admin, ("kind", "export"), ("producer", "2"), ("evidence", "Phiếu 12"), ("asked", Today));
        await portal.ExecuteAsync(
            "UPDATE identity.session SET proved_at = now() - interval '11 minutes' WHERE person_id = (SELECT id FROM identity.person WHERE user_name = @login)", new { login });

        foreach (var path in (string[])[$"{List}/{erase}/duyet", $"{List}/{export}/ban-sao"])
        {
            using var opened = await admin.Client.GetAsync(path);
            Assert.Equal($"/tai-khoan/xac-nhan?ve={Uri.EscapeDataString(path)}", new Uri(portal.Address, opened.Headers.Location!).PathAndQuery);
        }

        Assert.NotEqual(HttpStatusCode.OK, (await PostAsync(admin, $"{List}/{erase}/duyet", "approve", ("sure", "yes"))).Status);
        using var taken = await TakeAsync(admin, export);
        Assert.Equal($"/tai-khoan/xac-nhan?ve={Uri.EscapeDataString($"{List}/{export}/ban-sao")}", taken.Headers.Location!.OriginalString);
        Assert.Equal(("open", "open"), (await StepAsync(erase), await StepAsync(export)));

        await PostAsync(admin, $"/tai-khoan/xac-nhan", "prove", ("password", TestPeople.Password));
        Assert.Contains("Đã duyệt", (await PostAsync(admin, $"{List}/{erase}/duyet", "approve", ("sure", "yes"))).Html, StringComparison.Ordinal);
        using var copy = await CopyAsync(admin, export);
    }

    [Theory]
    [InlineData("remove", "1", "Phiếu 1", null, "Chưa chọn xin gì")]
    [InlineData(null, "1", "Phiếu 1", null, "Chưa chọn xin gì")]
    [InlineData("erase", "999", "Phiếu 1", null, "Không có chủ thể hoặc hộ này")]
    [InlineData("erase", "x", "Phiếu 1", null, "Không có chủ thể hoặc hộ này")]
    [InlineData("erase", "1", "P", null, "Căn cứ cần từ 3")]
    [InlineData("erase", "1", "portal", null, "Căn cứ cần từ 3")]
    [InlineData("erase", "1", "CCCD 084012345678", null, "Không lưu số căn cước")]
    [InlineData("erase", "1", "Phiếu 1", "2099-01-01", "Ngày yêu cầu phải")]
    [InlineData("erase", "1", "Phiếu 1", "hôm qua", "Ngày yêu cầu phải")]
    public async Task What_makes_no_sense_is_refused_in_words_and_nothing_is_written(string? kind, string producer, string evidence, string? asked, string said)
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        var before = await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM subject_request), (SELECT count(*) FROM audit WHERE action LIKE 'subject.%'))");
        (string, string)[] fields = [("producer", producer), ("evidence", evidence), ("asked", asked ?? Today)];
        var answer = await PostAsync(admin, New, "ask", kind is null ? fields : [.. fields, ("kind", kind)]);
        Assert.Contains(said, answer.Html, StringComparison.Ordinal);
        Assert.Equal(before, await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM subject_request), (SELECT count(*) FROM audit WHERE action LIKE 'subject.%'))"));
    }

    [Fact]
    public async Task A_form_without_its_proof_changes_nothing()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var id = await AskedAsync(business, ("kind", "export"));
        Assert.Equal(HttpStatusCode.BadRequest, (await business.SendAsync(New, "ask", null, ("kind", "export"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await business.SendAsync($"{List}/{id}", "withdraw", null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await business.SendAsync($"{List}/{id}/ban-sao/tep", null, null)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await business.StatusAsync($"{List}/{id}/ban-sao/tep"));
        Assert.Equal("open", await StepAsync(id));
    }

    [Fact]
    public async Task The_law_s_days_are_shown_as_left_today_and_overdue()
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        var id = await AskedAsync(admin, ("kind", "export"), ("producer", "2"), ("evidence", "Phiếu cũ"), ("asked", VietnamDay.Of(DateTimeOffset.UtcNow).AddDays(-40).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        var page = await admin.PageAsync($"{List}/{id}");
        Assert.Contains("Quá hạn 25 ngày", page, StringComparison.Ordinal);
        Assert.Contains("đã quá hạn theo luật", await admin.PageAsync(List), StringComparison.Ordinal);

        await portal.ExecuteAsync("UPDATE subject_request SET answered_at = now(), done_by = @end WHERE id = @id", new { id, end = VietnamDay.StartOf(VietnamDay.Of(DateTimeOffset.UtcNow).AddDays(1)).ToUniversalTime() });
        page = await admin.PageAsync($"{List}/{id}");
        Assert.Contains("Hạn hôm nay", page, StringComparison.Ordinal);
        Assert.Contains("trễ", page, StringComparison.Ordinal);
        await portal.ExecuteAsync("UPDATE subject_request SET done_by = done_by + interval '3 days' WHERE id = @id", new { id });
        Assert.Contains("Còn 3 ngày", await admin.PageAsync($"{List}/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_data_that_is_erased_has_a_word()
    {
        foreach (var table in SubjectTables.All.Where(t => t.Name != "audit").Select(t => t.Name).Append("identity.person"))
        {
            Assert.True(Texts.Get($"stored.{table}", "vi") is not null, table);
        }
    }

    /// <summary>Also where the program forgets.</summary>
    [Fact]
    public async Task The_portal_s_login_decides_only_for_who_sees_all_and_never_says_that_something_was_erased()
    {
        const string Insert = "INSERT INTO subject_request (kind, producer_id, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by) VALUES ";
        const string Rest = ", 'x', CURRENT_DATE, 'x', 'person:1', now(), now())";
        await portal.ExecuteAsync(Insert + "('erase', 1, '29398'" + Rest + ", ('export', 1, '29398'" + Rest + ", ('erase', 2, '32001'" + Rest);
        foreach (var (scope, refused) in new[]
        {
            ("units:84", Insert + "('export', 2, '29398'" + Rest), // another's under the own unit
            ("units:84", Insert + "('export', 2, '32001'" + Rest),
            ("units:84", Insert + "('remove', 1, '29398'" + Rest),
            ("units:84", Insert + "('export', 1, '29398', 'x', CURRENT_DATE, 'x', 'name:LAN', now(), now())"),
            ("all", Insert + "('export', 9001, '29398'" + Rest), // nobody
            ("producer:1", Insert + "('export', 2, '32001'" + Rest),
            ("all", "INSERT INTO subject_request (kind, removed_unit, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by) VALUES ('remove', '84', '84'" + Rest),
            ("all", "UPDATE subject_request SET step = 'done', ended_at = now() WHERE kind = 'erase'"),
            ("all", "UPDATE subject_request SET step = 'leaving'"),
            ("all", "UPDATE subject_request SET step = 'approved', approved_key = 'worker', approved_at = now() WHERE kind = 'erase'"),
            ("producer:1", "UPDATE subject_request SET step = 'approved', approved_key = 'person:2', approved_at = now() WHERE kind = 'erase'"),
            ("producer:1", "UPDATE subject_request SET step = 'done', ended_at = now() WHERE kind = 'erase'"),
            ("all", "UPDATE subject_request SET producer_id = 2"), ("all", "UPDATE subject_request SET removed = '{}'"), ("all", "DELETE FROM subject_request"),
        })
        {
            Assert.Equal((scope, refused, PostgresErrorCodes.InsufficientPrivilege), (scope, refused, (await TryAsync(scope, refused)).State));
        }

        Assert.Equal(PostgresErrorCodes.CheckViolation, (await TryAsync("all", "UPDATE subject_request SET step = 'approved', approved_key = recorded_key, approved_at = now() WHERE kind = 'erase'")).State);
        Assert.Equal((null, 0), await TryAsync("units:84", "UPDATE subject_request SET answered_at = now()"));
        Assert.Equal((null, 0), await TryAsync("producer:2", "UPDATE subject_request SET step = 'refused', ended_at = now() WHERE producer_id = 1"));
        Assert.Equal((null, 1), await TryAsync("producer:1", "UPDATE subject_request SET step = 'done', ended_at = now() WHERE kind = 'export'"));
        Assert.Equal((null, 2), await TryAsync("all", "UPDATE subject_request SET step = 'approved', approved_key = 'person:2', approved_at = now() WHERE kind = 'erase'"));
        await portal.ExecuteAsync("UPDATE subject_request SET step = 'leaving'");
        Assert.Equal((null, 0), await TryAsync("all", "UPDATE subject_request SET step = 'refused', ended_at = now()"));
    }

    private static async Task<long> AskedAsync(Visitor visitor, params (string, string)[] fields)
    {
        var answer = await PostAsync(visitor, New, "ask", fields);
        Assert.True(answer.Location is not null, answer.Html);
        Assert.EndsWith("?bao=subject.done.ask", answer.Location, StringComparison.Ordinal);
        return long.Parse(answer.Location[(List.Length + 1)..answer.Location.IndexOf('?', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private static async Task<Answer> PostAsync(Visitor visitor, string path, string form, params (string, string)[] fields) =>
        await visitor.SendAsync(path, form, Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan")), fields);

    private static async Task<HttpResponseMessage> TakeAsync(Visitor visitor, long id)
    {
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan")))]);
        return await visitor.Client.PostAsync($"{List}/{id}/ban-sao/tep", form);
    }

    private static async Task<JsonDocument> CopyAsync(Visitor visitor, long id)
    {
        using var answer = await TakeAsync(visitor, id);
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(("attachment", $"du-lieu-{id}.zip"), (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileName));
        Assert.Contains("no-store", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        await using var json = await zip.GetEntry("data.json")!.OpenAsync();
        return await JsonDocument.ParseAsync(json);
    }

    private Task<string?> StepAsync(long id) => portal.ScalarAsync<string>("SELECT step FROM subject_request WHERE id = @id", new { id });

    private async Task<(string? State, int Rows)> TryAsync(string scope, string sql)
    {
        await using var connection = await portal.WebSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT set_config('app.scope', @scope, true)", new { scope }, transaction);
        try
        {
            return (null, await connection.ExecuteAsync(sql, transaction: transaction));
        }
        catch (PostgresException e)
        {
            return (e.SqlState, 0);
        }
    }
}
