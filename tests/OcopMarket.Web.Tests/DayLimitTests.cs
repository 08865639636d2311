using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests;

/// <summary>Rows S31 to S34: so many files, requests and copies a day, of a business all its people together, of staff each for themselves; counted
/// where every process of the portal counts.</summary>
public sealed class DayLimitTests(DayLimitTests.SparingPortal portal) : IClassFixture<DayLimitTests.SparingPortal>
{
    private const string Own = "/gian-hang/1/uy-quyen";
    private const string Version = "2026-11";

    private static DateOnly Today => VietnamDay.Of(DateTimeOffset.UtcNow);

    public sealed class SparingPortal : EmptyPortal
    {
        protected override PortalSettings Settings { get; } = TestPeople.Quick with
        {
            IsDemo = true,
            Daily = new() { FilesOfPerson = 2, MegabytesOfPerson = 1, FilesOfBusiness = 1, RequestsOfBusiness = 2, Copies = 1 },
        };

        protected override Task SeedAsync() => ExecuteAsync("""
            INSERT INTO admin_unit (code, valid_from, name, type, level, parent_code, name_folded) VALUES ('84', '2020-01-01', 'Trà Vinh', 'tỉnh', 1, NULL, 'tra vinh');
            INSERT INTO producer (key, name, name_folded, unit_code, unit_now) VALUES ('p1', 'HTX Trà Cú', 'htx tra cu', '84', '84'), ('p2', 'HTX Cầu Kè', 'htx cau ke', '84', '84');
            INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, state, state_evidence, opened_by)
            SELECT 'shopee', id, '84', 'Gian hàng ' || id, 'planned', 'x', 'self' FROM producer ORDER BY id;
            """);
    }

    [Fact]
    public async Task Files_beyond_the_day_s_number_or_size_are_refused_in_words_and_nothing_is_kept()
    {
        using var staff = await portal.People.SignedInAsync(PersonRole.Staff, "files@test.example");
        using var other = await portal.People.SignedInAsync(PersonRole.Staff, "others@test.example");
        Assert.Contains("Đã ghi ủy quyền", await GiveAsync(staff, "Phiếu 1", 600_000), StringComparison.Ordinal);
        Assert.Contains("PDF, JPEG hoặc PNG", await GiveAsync(staff, "Phiếu 2", 10, "MZ"), StringComparison.Ordinal); // what is not kept is not counted
        Assert.Contains("Hôm nay đã gửi đủ", await GiveAsync(staff, "Phiếu 3", 600_000), StringComparison.Ordinal);
        Assert.Contains("Đã ghi ủy quyền", await GiveAsync(staff, "Phiếu 4", 20), StringComparison.Ordinal);
        var before = await StoredAsync();
        Assert.Contains("Hôm nay đã gửi đủ", await GiveAsync(staff, "Phiếu 5", 30), StringComparison.Ordinal);
        Assert.Equal(before, await StoredAsync());
        Assert.Contains("Đã ghi ủy quyền", await GiveAsync(other, "Phiếu 6", 30), StringComparison.Ordinal); // each of the staff for themselves

        await portal.ExecuteAsync("UPDATE identity.day_use SET day = day - 1");
        Assert.Contains("Đã ghi ủy quyền", await GiveAsync(staff, "Phiếu 7", 40), StringComparison.Ordinal); // the next day
    }

    [Fact]
    public async Task The_people_of_a_business_count_as_one()
    {
        using var first = await portal.People.SignedInAsync(PersonRole.Business, "first@test.example");
        using var second = await portal.People.SignedInAsync(PersonRole.Business, "second@test.example");
        var ids = new List<string>();
        foreach (var visitor in new[] { first, second })
        {
            var answer = await AskAsync(visitor);
            Assert.EndsWith("?bao=subject.done.ask", answer.Location, StringComparison.Ordinal);
            ids.Add(answer.Location![..answer.Location!.IndexOf('?', StringComparison.Ordinal)]);
        }

        var before = await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM subject_request), (SELECT count(*) FROM audit))");
        Assert.Contains("Hôm nay đã ghi đủ", (await AskAsync(first)).Html, StringComparison.Ordinal);
        Assert.Equal(before, await portal.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM subject_request), (SELECT count(*) FROM audit))"));

        Assert.Equal(HttpStatusCode.OK, (await first.SendAsync($"{ids[0]}/ban-sao/tep", null, await TokenAsync(first))).Status);
        Assert.EndsWith("?bao=subject.bad.copies", (await second.SendAsync($"{ids[1]}/ban-sao/tep", null, await TokenAsync(second))).Location, StringComparison.Ordinal);
        Assert.Contains("đã tải đủ số bản sao", await second.PageAsync($"{ids[1]}?bao=subject.bad.copies"), StringComparison.Ordinal);
        Assert.Equal(1, await portal.CountAsync("subject_request WHERE step = 'open'"));
    }

    [Fact]
    public async Task Many_at_once_from_several_processes_do_not_slip_through_together()
    {
        var limit = new DayLimit("producer:77", "file", 5) { MostBytes = 1000 };
        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ =>
        {
            await using var connection = await portal.WebSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            try
            {
                await DayUse.TakeAsync(transaction, limit, 10, Today, CancellationToken.None);
                await transaction.CommitAsync();
                return 1;
            }
            catch (DayLimitException)
            {
                return 0;
            }
        }));

        Assert.Equal(5, results.Sum());
        Assert.Equal("5 50", await portal.ScalarAsync<string>("SELECT uses || ' ' || bytes FROM identity.day_use WHERE keeper = 'producer:77'"));
    }

    [Fact]
    public async Task Counts_of_days_gone_by_are_swept()
    {
        await portal.ExecuteAsync("INSERT INTO identity.day_use (keeper, what, day, uses) VALUES ('person:9', 'copy', @old, 3), ('person:9', 'copy', @today, 3)", new { old = Today.AddDays(-3), today = Today });
        await portal.Services.GetRequiredService<SessionStore>().SweepAsync(new(TimeSpan.FromHours(1), TimeSpan.FromHours(12), TimeSpan.FromDays(14)), DateTimeOffset.UtcNow, CancellationToken.None);
        Assert.Equal(1, await portal.CountAsync("identity.day_use WHERE keeper = 'person:9'"));
    }

    private Task<string?> StoredAsync() => portal.ScalarAsync<string>(
        "SELECT concat_ws(' ', (SELECT count(*) FROM mandate), (SELECT count(*) FROM mandate_evidence), (SELECT count(*) FROM audit), (SELECT sum(uses) FROM identity.day_use))");

    private static async Task<Answer> AskAsync(Visitor visitor) =>
        await visitor.SendAsync("/yeu-cau-du-lieu/moi", "ask", await TokenAsync(visitor), ("kind", "export"));

    private static async Task<string> TokenAsync(Visitor visitor) => Visitor.Token(await visitor.Client.GetStringAsync("/tai-khoan"));

    private static async Task<string> GiveAsync(Visitor visitor, string number, int bytes, string begins = "%PDF-1.7 ")
    {
        using var body = new MultipartFormDataContent
        {
            { new StringContent("give"), "_handler" },
            { new StringContent(await TokenAsync(visitor)), "__RequestVerificationToken" },
            { new StringContent(Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), "from" },
            { new StringContent(Version), "agree" },
            { new StringContent(number), "number" },
        };
        var part = new ByteArrayContent([.. System.Text.Encoding.ASCII.GetBytes(begins + number[^1]), .. new byte[bytes]]);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        body.Add(part, "file", "phieu.pdf");
        using var answer = await visitor.Client.PostAsync(Own, body);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
