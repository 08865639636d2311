using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace OcopMarket.Web.People.Mail;

/// <summary>What became of a mail. Unknown: it may have been taken.</summary>
internal enum MailFate { Sent, NotSent, Unknown }

/// <summary>Sends a mail, or says that it could not.</summary>
internal interface IMailer
{
    Task<MailFate> SendAsync(MimeMessage message, CancellationToken cancellationToken);
}

/// <summary>Through the operator's own server.</summary>
internal sealed class SmtpMailer(MailSettings settings, ILogger<SmtpMailer> log) : IMailer
{
    private const int TimeoutMilliseconds = 15_000;

    public async Task<MailFate> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var fate = MailFate.NotSent;
        try
        {
            using var client = new SmtpClient { Timeout = TimeoutMilliseconds };
            await client.ConnectAsync(settings.Host, settings.Port, Security(settings.Security), cancellationToken);
            if (settings.User.Length > 0)
            {
                await client.AuthenticateAsync(settings.User, settings.Password, cancellationToken);
            }

            fate = MailFate.Unknown;
            await client.SendAsync(message, cancellationToken);
            fate = MailFate.Sent;
            await client.DisconnectAsync(quit: true, cancellationToken);
            return fate;
        }
        catch (Exception e) when (e is MailKit.ProtocolException or MailKit.CommandException or IOException
            or AuthenticationException or SslHandshakeException or System.Net.Sockets.SocketException or TimeoutException or NotSupportedException)
        {
            PeopleLog.NotSent(log, e.GetType().Name);
            return fate == MailFate.Unknown && e is MailKit.CommandException ? MailFate.NotSent : fate; // a server that answers has not taken it
        }
    }

    private static SecureSocketOptions Security(string word) => word switch
    {
        "none" => SecureSocketOptions.None,
        "tls" => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };
}

/// <summary>A demo's mails stay in its folder; the admin reads them there.</summary>
internal sealed class FolderMailer(string folder, TimeProvider time) : IMailer
{
    public async Task<MailFate> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FormattableString.Invariant($"{time.GetUtcNow():yyyyMMdd'T'HHmmssfff}-{Guid.NewGuid():N}.eml"));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // it holds a link that sets a password
        }

        await using (var file = new FileStream($"{path}.part", options))
        {
            await message.WriteToAsync(file, cancellationToken);
        }

        File.Move($"{path}.part", path);
        return MailFate.Sent;
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<MimeMessage>> ReadAsync(int most, CancellationToken cancellationToken)
    {
        var mails = new List<MimeMessage>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml").OrderDescending(StringComparer.Ordinal).Take(most) : [])
        {
            mails.Add(await MimeMessage.LoadAsync(file, cancellationToken));
        }

        return mails;
    }
}

/// <summary>No server is named: links are handed over by hand.</summary>
internal sealed class NoMailer : IMailer
{
    public Task<MailFate> SendAsync(MimeMessage message, CancellationToken cancellationToken) => Task.FromResult(MailFate.NotSent);
}
