using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Web.Tests.Connecting;

namespace OcopMarket.Web.Tests.Mandates;

/// <summary>A producer's consent on the page of its shop: who may give and withdraw it, and what is refused.</summary>
public sealed class MandatePageTests(ConnectPortalFixture portal) : IClassFixture<ConnectPortalFixture>
{
    private const string Own = "/gian-hang/1/uy-quyen";
    private const string Version = "2026-11";
    private const string Reason = "Chủ thể gọi điện xin dừng";
    private static readonly byte[] _pdf = [.. "%PDF-1.7 phieu"u8];

    private static string Today => VietnamDay.Of(DateTimeOffset.UtcNow).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_business_consents_and_withdraws_by_itself_and_the_workers_and_the_audit_know()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        var page = await business.PageAsync(Own);
        Html.AssertNothingInline(page);
        Assert.Contains("gian hàng Shopee này", page, StringComparison.Ordinal);
        Assert.Contains("Văn bản tạm thời", page, StringComparison.Ordinal);
        Assert.DoesNotContain("checked", page, StringComparison.Ordinal);

        Assert.Contains("Đã ghi ủy quyền", (await GiveAsync(business)).Html, StringComparison.Ordinal);
        var id = await portal.ScalarAsync<long>("SELECT max(id) FROM mandate WHERE account_id = 1");
        Assert.Matches("^1 29398 operator 2026-11 portal, person [0-9]+, text 2026-11 t$", await portal.ScalarAsync<string>(
            "SELECT concat_ws(' ', producer_id, unit_code, act_by, text_version, evidence, follow_at IS NOT NULL) FROM mandate WHERE id = @id", new { id }));
        Assert.Contains("đã được ghi từ trước", (await GiveAsync(business)).Html, StringComparison.Ordinal);

        Assert.Contains("dừng trong vòng một phút", await business.PageAsync($"{Own}?rut={id}"), StringComparison.Ordinal);
        Assert.Contains("từ 10 đến 500", (await WithdrawAsync(business, id, "thôi")).Html, StringComparison.Ordinal);
        await portal.ExecuteAsync("UPDATE mandate SET follow_at = NULL WHERE id = @id", new { id });
        Assert.Contains("Đã rút ủy quyền", (await WithdrawAsync(business, id, Reason)).Html, StringComparison.Ordinal);
        Assert.Contains("không còn để rút", (await WithdrawAsync(business, id, Reason)).Html, StringComparison.Ordinal);

        Assert.True(await portal.ScalarAsync<bool>("SELECT follow_at IS NOT NULL AND revoked_reason = @Reason AND revoked_by = 'Người business' FROM mandate WHERE id = @id", new { id, Reason }));
        Assert.Equal(
            ["mandate.give 1", "mandate.withdraw 1"],
            await portal.QueryAsync<string>(
                "SELECT action || ' ' || producer_id FROM audit WHERE mandate_id = @id AND actor LIKE 'person %' AND origin LIKE 'portal, %' AND correlation IS NOT NULL ORDER BY id", new { id }));
        Assert.Contains("Đã rút", await business.PageAsync(Own), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_record_a_signed_paper_and_who_sees_the_mandate_saves_it_and_nobody_else()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var foreign = await ForeignAsync();

        Assert.Contains("Anh/chị ghi số phiếu", (await GiveAsync(staff)).Html, StringComparison.Ordinal);
        Assert.Contains("Đã ghi ủy quyền", (await GiveAsync(staff, number: "Phiếu số 7", file: ("phieu.pdf", _pdf))).Html, StringComparison.Ordinal);
        var id = await portal.ScalarAsync<long>("SELECT max(id) FROM mandate WHERE evidence = 'Phiếu số 7'");

        foreach (var visitor in (Visitor[])[staff, business])
        {
            using var paper = await visitor.Client.GetAsync($"{Own}/{id}/tep");
            Assert.Equal(_pdf, await paper.Content.ReadAsByteArrayAsync());
            Assert.Equal(("attachment", $"uy-quyen-{id}.pdf"), (paper.Content.Headers.ContentDisposition!.DispositionType, paper.Content.Headers.ContentDisposition.FileName));
            Assert.Equal("nosniff", paper.Headers.GetValues("X-Content-Type-Options").Single());
        }

        Assert.Equal(HttpStatusCode.NotFound, await foreign.StatusAsync($"{Own}/{id}/tep"));
        Assert.Equal(HttpStatusCode.NotFound, await foreign.StatusAsync($"/gian-hang/2/uy-quyen/{id}/tep"));

        // The same paper in another's hand shows him no more than he has: not the other's mandate, nor the name of the file.
        Assert.Contains("Đã ghi ủy quyền", (await GiveAsync(foreign, "/gian-hang/2/uy-quyen", file: ("khac.pdf", _pdf))).Html, StringComparison.Ordinal);
        Assert.Equal(1, await portal.CountAsync("mandate_evidence WHERE file_name IN ('phieu.pdf', 'khac.pdf')"));
    }

    [Theory]
    [InlineData("phieu.pdf", "MZ\u0001\u0002", "PDF, JPEG hoặc PNG thật")]
    [InlineData("phieu.pdf", "<html><script>alert(1)</script>", "PDF, JPEG hoặc PNG thật")]
    [InlineData("phieu.svg", "<svg onload='x'/>", "PDF, JPEG hoặc PNG thật")]
    [InlineData("phieu.pdf", "", "trống hoặc lớn hơn")]
    [InlineData("CCCD ong Sa.pdf", "%PDF-1.7 x", "Không lưu ảnh hay số căn cước")]
    public async Task A_hostile_file_is_refused_and_nothing_is_kept(string name, string content, string said)
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        await NothingAsync(staff, said, number: "Phiếu 9", file: (name, Encoding.UTF8.GetBytes(content)));
    }

    [Fact]
    public async Task A_file_over_20_MB_and_a_form_named_after_an_identity_card_are_refused()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        await NothingAsync(staff, "trống hoặc lớn hơn", number: "Phiếu 9", file: ("to.pdf", [.. _pdf, .. new byte[20 << 20]]));
        await NothingAsync(staff, "Không lưu ảnh hay số căn cước", number: "CMND 330123456");
    }

    [Fact]
    public async Task An_unticked_box_another_version_and_wrong_days_give_nothing()
    {
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        await NothingAsync(business, "Chưa đánh dấu đồng ý", agree: null);
        await NothingAsync(business, "vừa đổi bản", agree: "2025-01");
        await NothingAsync(business, "vừa đổi bản", agree: "on");
        await NothingAsync(business, "Ngày chưa đúng", from: "2099-01-01");
        await NothingAsync(business, "Ngày chưa đúng", from: "hôm nay");
        await NothingAsync(business, "Ngày chưa đúng", until: "2020-01-01");
        await NothingAsync(business, "bắt đầu từ hôm nay", from: "2026-01-01");
    }

    [Fact]
    public async Task A_viewer_reads_and_a_form_without_its_proof_and_a_foreign_shop_change_nothing()
    {
        using var viewer = await portal.People.SignedInAsync(PersonRole.Viewer);
        using var business = await portal.People.SignedInAsync(PersonRole.Business);
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff);
        var before = await portal.CountAsync("mandate");
        var page = await viewer.PageAsync(Own);
        Assert.Contains("chỉ xem", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Rút ủy quyền", page, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await GiveAsync(viewer)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await WithdrawAsync(viewer, 1, Reason)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await business.SendAsync(Own, "give", null, ("agree", Version), ("from", Today))).Status);
        foreach (var (visitor, path) in new[] { (business, "/gian-hang/2/uy-quyen"), (staff, "/gian-hang/2/uy-quyen"), (business, "/gian-hang/999/uy-quyen") })
        {
            Assert.Equal(HttpStatusCode.NotFound, await visitor.StatusAsync(path));
            Assert.Equal(HttpStatusCode.NotFound, (await GiveAsync(visitor, path)).Status);
        }

        // Another's mandate under the own shop's address.
        Assert.Contains("không còn để rút", (await WithdrawAsync(business, await ForeignMandateAsync(), Reason)).Html, StringComparison.Ordinal);
        Assert.Equal(0, await portal.CountAsync("mandate WHERE account_id = 2 AND revoked_on IS NOT NULL"));
        Assert.Equal(before, await portal.CountAsync("mandate WHERE evidence <> 'foreign'"));
    }

    /// <summary>Also where the program forgets.</summary>
    [Fact]
    public async Task The_portal_s_login_writes_no_foreign_mandate_undoes_no_withdrawal_and_always_has_the_workers_follow()
    {
        var foreign = await ForeignMandateAsync();
        await portal.ExecuteAsync("INSERT INTO seller_account (marketplace, unit_code, shop_name, state, state_evidence, opened_by) VALUES ('voso', '32001', 'Chung khác', 'active', 'x', 'self')");
        const string Insert = "INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by, follow_at) VALUES ";
        foreach (var refused in (string[])[
            Insert + "(2, 1, '29398', CURRENT_DATE, 'x', 'x', now())", // another's shop
            Insert + "(2, 2, '29398', CURRENT_DATE, 'x', 'x', now())", // another's producer under the own unit
            Insert + "((SELECT max(id) + 0 FROM (VALUES (5)) v (id)), 1, '29398', CURRENT_DATE, 'x', 'x', now())", // a shared shop that he never let act
            Insert + "(1, 1, '29398', CURRENT_DATE, 'x', 'x', NULL)", // nobody would follow
            "UPDATE mandate SET follow_at = NULL, revoked_on = CURRENT_DATE WHERE account_id = 4",
            "UPDATE mandate SET follow_at = now() WHERE account_id = 4",
            "UPDATE mandate SET until = '2099-01-01'", "DELETE FROM mandate",
            "UPDATE mandate_evidence SET content = ''", "SELECT file_name FROM mandate_evidence",
            "INSERT INTO mandate_evidence (sha256, content_type, file_name, bytes, content) VALUES ('forged', 'application/pdf', 'x', 1, '\\x00')"])
        {
            Assert.Equal((refused, PostgresErrorCodes.InsufficientPrivilege), (refused, await RefusalAsync("units:29398", refused)));
        }

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync("producer:1", Insert + "(5, 1, '29398', CURRENT_DATE, 'x', 'x', now())"));
        Assert.Null(await RefusalAsync("producer:1", Insert + "(1, 1, '29398', CURRENT_DATE, 'x', 'x', now())"));
        await RefusalAsync("producer:1", $"UPDATE mandate SET revoked_on = CURRENT_DATE, follow_at = now() WHERE id = {foreign}");
        Assert.Equal(0, await portal.CountAsync($"mandate WHERE id = {foreign} AND revoked_on IS NOT NULL"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync("", "INSERT INTO mandate_evidence (sha256, content_type, file_name, bytes, content) VALUES (encode(sha256('\\x01'), 'hex'), 'application/pdf', 'x', 1, '\\x01')"));

        await portal.ExecuteAsync("INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by, revoked_on) VALUES (3, 1, '29398', CURRENT_DATE, 'over', 'x', CURRENT_DATE)");
        await RefusalAsync("all", "UPDATE mandate SET revoked_on = NULL, follow_at = now() WHERE evidence = 'over'");
        await RefusalAsync("all", "UPDATE mandate SET revoked_reason = 'other', follow_at = now() WHERE evidence = 'over'");
        Assert.Equal(1, await portal.CountAsync("mandate WHERE evidence = 'over' AND revoked_on IS NOT NULL AND revoked_reason IS NULL"));
    }

    private async Task NothingAsync(
        Visitor visitor, string said, string? agree = Version, string? from = null, string? until = null, string? number = null, (string Name, byte[] Content)? file = null)
    {
        var before = await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM mandate), (SELECT count(*) FROM mandate_evidence), (SELECT count(*) FROM audit WHERE mandate_id IS NOT NULL))");
        var answer = await GiveAsync(visitor, Own, agree, from, until, number, file);
        Assert.Contains(said, answer.Html, StringComparison.Ordinal);
        Assert.Equal(before, await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM mandate), (SELECT count(*) FROM mandate_evidence), (SELECT count(*) FROM audit WHERE mandate_id IS NOT NULL))"));
    }

    private static async Task<Answer> GiveAsync(
        Visitor visitor, string path = Own, string? agree = Version, string? from = null, string? until = null, string? number = null, (string Name, byte[] Content)? file = null)
    {
        using var body = new MultipartFormDataContent
        {
            { new StringContent("give"), "_handler" },
            { new StringContent(await TokenAsync(visitor)), "__RequestVerificationToken" },
            { new StringContent(from ?? Today), "from" },
        };
        foreach (var (name, value) in new[] { ("agree", agree), ("until", until), ("number", number) })
        {
            if (value is not null)
            {
                body.Add(new StringContent(value), name);
            }
        }

        if (file is { } upload)
        {
            var part = new ByteArrayContent(upload.Content);
            part.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            body.Add(part, "file", upload.Name);
        }

        using var answer = await visitor.Client.PostAsync(path, body);
        return new(answer.StatusCode, null, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    private static async Task<Answer> WithdrawAsync(Visitor visitor, long mandate, string reason) => await visitor.SendAsync(
        Own, "withdraw", await TokenAsync(visitor), ("mandate", mandate.ToString(CultureInfo.InvariantCulture)), ("reason", reason));

    private static async Task<string> TokenAsync(Visitor visitor) => Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan"));

    private Task<long> ForeignMandateAsync() => portal.ScalarAsync<long>(
        "INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by) VALUES (2, 2, '32001', CURRENT_DATE, 'foreign', 'x') RETURNING id");

    private async Task<string?> RefusalAsync(string scope, string sql)
    {
        await using var connection = await portal.WebSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT set_config('app.scope', @scope, true)", new { scope }, transaction);
        try
        {
            await connection.ExecuteAsync(sql, transaction: transaction);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private async Task<Visitor> ForeignAsync()
    {
        await portal.People.PutAsync(PersonRole.Business, "p2-mandate@test.example", DataScope.Producer(2));
        return await SignInAsync("p2-mandate@test.example");
    }

    private async Task<Visitor> SignInAsync(string login)
    {
        var visitor = new Visitor(portal.Address);
        Assert.Equal(HttpStatusCode.Found, (await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", login), ("password", TestPeople.Password))).Status);
        return visitor;
    }
}
