using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OcopMarket.Data.People;
using OcopMarket.Web.People;
using OcopMarket.Web.People.Mail;

namespace OcopMarket.Web.Tests.People;

/// <summary>Mails over a real connection to a small server.</summary>
public sealed class SmtpTests
{
    [Fact]
    public async Task An_invitation_reaches_the_server_with_its_link_in_both_languages()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = ServeAsync(listener);
        var settings = Settings(((IPEndPoint)listener.LocalEndpoint).Port, "none");

        var sent = await Mails(settings).SendLinkAsync(
            "an@test.example", "Lâm An", LinkPurpose.Invite, new("http://localhost:5080/dat-mat-khau?ma=abc"), DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.True(sent);
        using var mail = await MimeKit.MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(await server)));
        Assert.Equal(("ocop@test.example", "an@test.example"), (((MimeKit.MailboxAddress)mail.From[0]).Address, ((MimeKit.MailboxAddress)mail.To[0]).Address));
        Assert.Contains("Chào anh/chị Lâm An", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Hello Lâm An", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(2, mail.TextBody!.Split("http://localhost:5080/dat-mat-khau?ma=abc").Length - 1);
    }

    /// <summary>A server that cannot do TLS gets no password and no link.</summary>
    [Fact]
    public async Task A_server_without_TLS_gets_nothing_where_TLS_is_demanded()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = ServeAsync(listener);

        var sent = await Mails(Settings(((IPEndPoint)listener.LocalEndpoint).Port, "starttls")).SendLinkAsync(
            "an@test.example", "An", LinkPurpose.Reset, new("http://localhost/x"), DateTimeOffset.UnixEpoch, CancellationToken.None);

        Assert.False(sent);
        Assert.Equal("", await server);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_no_failure_of_ours()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        Assert.False(await Mails(Settings(port, "none")).SendLinkAsync(
            "an@test.example", "An", LinkPurpose.Reset, new("http://localhost/x"), DateTimeOffset.UnixEpoch, CancellationToken.None));
    }

    private static PersonMails Mails(PortalSettings settings) => new(new SmtpMailer(settings.Mail, NullLogger<SmtpMailer>.Instance), settings);

    private static PortalSettings Settings(int port, string security) => TestPeople.Quick with
    {
        Mail = new() { Host = "127.0.0.1", Port = port, Security = security, From = "ocop@test.example" },
    };

    /// <returns>The data of the one mail; empty when none came.</returns>
    private static async Task<string> ServeAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        var data = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && !line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
        {
            if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("250 ok");
                continue;
            }

            await writer.WriteLineAsync("354 go on");
            while (await reader.ReadLineAsync() is { } text && text != ".")
            {
                data.Append(text).Append("\r\n");
            }

            await writer.WriteLineAsync("250 kept");
        }

        return data.ToString();
    }
}
