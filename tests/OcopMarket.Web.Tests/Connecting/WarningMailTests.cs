using System.Net;
using System.Net.Sockets;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using OcopMarket.Core.People;
using OcopMarket.Data.Reading;
using OcopMarket.Web.People;
using OcopMarket.Web.People.Mail;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Tests.Connecting;

/// <summary>The portal with shops, whose mails go to a folder of its own.</summary>
public sealed class WarningPortal : ConnectPortalFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-mail-").FullName;

    protected override PortalSettings Settings => TestPeople.Quick with { IsDemo = true, MailFolder = _folder };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal WarningMails Mails => Services.GetRequiredService<WarningMails>();

    internal async Task<IReadOnlyList<MimeMessage>> ReadAsync() =>
        await Services.GetRequiredService<FolderMailer>().ReadAsync(1000, CancellationToken.None);
}

/// <summary>Who is told by mail that a consent ends, and how often.</summary>
public sealed class WarningMailTests(WarningPortal portal) : IClassFixture<WarningPortal>
{
    [Fact]
    public async Task A_shops_people_and_the_staff_of_its_place_are_told_once_in_both_languages_and_nobody_else()
    {
        var (own, near, hers) = (Login(), Login(), Login());
        await portal.People.PutAsync(PersonRole.Business, own, DataScope.Producer(1));
        await portal.People.PutAsync(PersonRole.Staff, near, DataScope.OfUnits(["29398"]));
        await portal.People.PutAsync(PersonRole.Staff, hers, DataScope.OfUnits(["84"]));
        await portal.People.PutAsync(PersonRole.Business, Login(), DataScope.Producer(2));
        await portal.People.PutAsync(PersonRole.Staff, Login(), DataScope.OfUnits(["32001"]));
        await portal.People.PutAsync(PersonRole.Viewer, Login(), DataScope.All);
        await portal.People.PutAsync(PersonRole.Business, "0912000777", DataScope.Producer(1)); // no address
        var gone = await portal.People.PutAsync(PersonRole.Staff, Login(), DataScope.OfUnits(["84"]));
        await portal.ExecuteAsync("UPDATE identity.person SET disabled_at = now() WHERE email = @gone", new { gone });
        var notice = await NoticeAsync(1);

        await portal.Mails.RoundAsync(CancellationToken.None);
        await portal.Mails.RoundAsync(CancellationToken.None);

        var mails = await MailsAsync(notice);
        Assert.Equal(new[] { own, near, hers }.Order(StringComparer.Ordinal), mails.Select(To).Order(StringComparer.Ordinal));
        var mail = mails[0];
        Assert.Equal("text/plain", mail.Body!.ContentType.MimeType);
        var text = mail.TextBody!;
        Assert.Equal("Quyền kết nối gian hàng sắp hết hạn", mail.Subject);
        var (vi, en) = (text.IndexOf("Gian hàng 1 trên Shopee hết hạn ngày", StringComparison.Ordinal), text.IndexOf("in at most 7 days", StringComparison.Ordinal));
        Assert.True(vi > 0 && en > vi, text);
        Assert.Equal(2, text.Split($"http://localhost:{portal.Address.Port}/gian-hang/1").Length - 1);
        Assert.Equal(3, await portal.CountAsync($"identity.consent_mail WHERE notice_id = {notice} AND sent_at IS NOT NULL"));
    }

    [Fact]
    public async Task Where_nobody_of_the_shop_or_its_place_has_an_address_the_admins_are_told()
    {
        var notice = await NoticeAsync(2);
        await portal.ExecuteAsync("UPDATE identity.person SET disabled_at = now() WHERE scope IN ('producer:2', 'units:32001')");

        await portal.Mails.RoundAsync(CancellationToken.None);

        Assert.Equal([TestPeople.LoginOf(PersonRole.Admin)], (await MailsAsync(notice)).Select(To));
    }

    [Fact]
    public async Task What_is_no_news_any_more_is_not_sent()
    {
        await portal.People.PutAsync(PersonRole.Business, Login(), DataScope.Producer(1));
        var (renewed, old) = (await NoticeAsync(1), await NoticeAsync(1));
        await portal.ExecuteAsync(
            "UPDATE consent_notice SET ends_at = ends_at - interval '1 hour' WHERE id = @renewed; UPDATE consent_notice SET told_at = now() - interval '3 days' WHERE id = @old",
            new { renewed, old });

        await portal.Mails.RoundAsync(CancellationToken.None);

        Assert.Empty(await MailsAsync(renewed));
        Assert.Empty(await MailsAsync(old));
        Assert.Equal(0, await portal.CountAsync($"identity.consent_mail WHERE notice_id IN ({renewed}, {old})"));
        Assert.Equal(0, await portal.CountAsync($"consent_notice WHERE spread_at IS NULL AND id IN ({renewed}, {old})"));
    }

    [Fact]
    public async Task Portals_that_send_at_once_send_each_mail_once()
    {
        await portal.People.PutAsync(PersonRole.Business, Login(), DataScope.Producer(1));
        var notices = new List<long>();
        for (var i = 0; i < 12; i++)
        {
            notices.Add(await NoticeAsync(1));
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => portal.Mails.RoundAsync(CancellationToken.None))));

        foreach (var notice in notices)
        {
            var to = (await MailsAsync(notice)).Select(To).ToList();
            Assert.NotEmpty(to);
            Assert.Equal(to.Distinct(), to);
            Assert.Equal(to.Count, await portal.CountAsync($"identity.consent_mail WHERE notice_id = {notice} AND sent_at IS NOT NULL AND tries = 1"));
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_gets_the_mail_later_and_one_that_fell_silent_after_it_does_not()
    {
        var login = Login();
        await portal.People.PutAsync(PersonRole.Business, login, DataScope.Producer(1));
        var notice = await NoticeAsync(1);
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var mails = Over(port);

        await mails.RoundAsync(CancellationToken.None);
        var waiting = await portal.CountAsync($"identity.consent_mail WHERE notice_id = {notice} AND begun_at IS NULL AND due_at > now() AND tries = 1");
        Assert.Equal(waiting, await portal.CountAsync($"identity.consent_mail WHERE notice_id = {notice}"));
        Assert.True(waiting > 0);

        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        await portal.ExecuteAsync(
            "DELETE FROM identity.consent_mail WHERE notice_id <> @notice OR person_id <> (SELECT id FROM identity.person WHERE email = @login); UPDATE identity.consent_mail SET due_at = now()",
            new { notice, login });
        var taken = TakeAndFallSilentAsync(listener);
        await mails.RoundAsync(CancellationToken.None);
        Assert.Contains(login, await taken.WaitAsync(TimeSpan.FromMinutes(1)), StringComparison.Ordinal);
        await mails.RoundAsync(CancellationToken.None);
        Assert.Equal(1, await portal.CountAsync($"identity.consent_mail WHERE notice_id = {notice} AND begun_at IS NOT NULL AND sent_at IS NULL AND tries = 2"));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Mails_for_a_person_who_is_being_erased_are_not_waited_for_and_do_not_hold_up_the_erasure()
    {
        var (gone, stays) = (Login(), Login());
        await portal.People.PutAsync(PersonRole.Business, gone, DataScope.Producer(1));
        await portal.People.PutAsync(PersonRole.Business, stays, DataScope.Producer(1));
        var notice = await NoticeAsync(1);
        await using var connection = await portal.Superuser.OpenConnectionAsync();
        await using (var erasure = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("DELETE FROM identity.person WHERE email = @gone", new { gone }, erasure);

            var round = portal.Mails.RoundAsync(CancellationToken.None);
            while (await portal.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0 && !round.IsCompleted)
            {
                await Task.Delay(5);
            }

            await connection.ExecuteAsync("UPDATE consent_notice SET told_at = told_at WHERE id = @notice", new { notice }, erasure); // comes for the notices next
            await erasure.CommitAsync();
            await round;
        }

        var told = (await MailsAsync(notice)).Select(To).ToList();
        Assert.Contains(stays, told);
        Assert.DoesNotContain(gone, told);
    }

    [Theory]
    [InlineData(true, "mail", true)]
    [InlineData(false, "mail", false)]
    [InlineData(true, null, false)]
    public void Mails_go_out_where_there_is_a_way_and_nobody_switched_them_off(bool isOn, string? folder, bool expected) =>
        Assert.Equal(expected, new ServiceCollection().AddPeople(new() { MailFolder = folder, Mail = new() { Warnings = isOn } })
            .Any(s => s.ServiceType == typeof(WarningMails)));

    private static string Login() => $"{Guid.NewGuid():N}@test.example";

    private static string To(MimeMessage mail) => ((MailboxAddress)mail.To[0]).Address;

    private WarningMails Over(int port)
    {
        var settings = TestPeople.Quick with { Mail = new() { Host = "127.0.0.1", Port = port, Security = "none", From = "ocop@test.example" } };
        return new(
            new(portal.Services.GetRequiredService<PortalDatabase>()), new(new SmtpMailer(settings.Mail, NullLogger<SmtpMailer>.Instance), settings),
            portal.Services.GetRequiredService<PlatformWords>(), portal.Services.GetRequiredService<PortalAddress>(), TimeProvider.System,
            NullLogger<WarningMails>.Instance);
    }

    /// <summary>A consent of the shop that ends in six days, and the notice of it as a worker writes it.</summary>
    private Task<long> NoticeAsync(long account) => portal.ScalarAsync<long>(
        """
        WITH login AS (
            INSERT INTO credential (marketplace, scope, login, key_version, consent_at, consent_until, seal_no)
            SELECT 'shopee', 'shop', 'shop' || @account, 1, now() - interval '300 days', date_trunc('second', now()) + interval '6 days', 1
            ON CONFLICT (marketplace, scope, login) DO UPDATE SET seal_no = credential.seal_no + 1 RETURNING id, consent_until),
        shop AS (UPDATE seller_account a SET credential_id = l.id FROM login l WHERE a.id = @account RETURNING a.id, a.producer_id, l.consent_until)
        INSERT INTO consent_notice (account_id, producer_id, marketplace, code, days, ends_at)
        SELECT id, producer_id, 'shopee', 'consent_ends', 7, consent_until FROM shop RETURNING id
        """,
        new { account });

    private async Task<List<MimeMessage>> MailsAsync(long notice) =>
        [.. (await portal.ReadAsync()).Where(m => m.MessageId!.StartsWith($"consent-{notice}-", StringComparison.Ordinal))];

    /// <summary>A server that reads the whole mail and then neither takes nor refuses it.</summary>
    private static async Task<string> TakeAndFallSilentAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        var said = "";
        while (await reader.ReadLineAsync() is { } line && line != ".")
        {
            said += line + "\n";
            if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
            }
            else if (!said.Contains("DATA\n", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("250 ok");
            }
        }

        return said;
    }
}
