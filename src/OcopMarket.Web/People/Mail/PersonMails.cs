using System.Globalization;
using MimeKit;
using OcopMarket.Core;
using OcopMarket.Data.People;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.People.Mail;

/// <summary>Mails to people: plain text, Vietnamese first, English below.</summary>
internal sealed class PersonMails(IMailer mailer, PortalSettings settings)
{
    public async Task<bool> SendLinkAsync(
        string to, string name, LinkPurpose purpose, Uri link, DateTimeOffset until, CancellationToken cancellationToken) =>
        await SendAsync(new(name, to), $"mail.{Words.Of(purpose)}", null, [name, link, VietnamFormat.Moment(until)], cancellationToken) == MailFate.Sent;

    /// <param name="marketplace">As people call it.</param>
    /// <param name="page">The shop's own page.</param>
    public Task<MailFate> SendWarningAsync(ConsentMail mail, string marketplace, Uri page, CancellationToken cancellationToken) => SendAsync(
        new(mail.Name, mail.Email), $"mail.{mail.Code}", mail.Key,
        [mail.Name, mail.ShopName, marketplace, mail.EndsAt is { } end ? VietnamFormat.Day(end) : "", mail.Days, page], cancellationToken);

    /// <param name="key">The same each time that this mail should leave, so that a reader's program knows it again; null: no other is like it.</param>
    private async Task<MailFate> SendAsync(MailboxAddress to, string text, string? key, object?[] args, CancellationToken cancellationToken)
    {
        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(settings.Mail.From is { Length: > 0 } from ? from : "ocopmarket@localhost"));
        message.To.Add(to);
        message.Subject = Texts.Get($"{text}.subject", "vi")!;
        message.Body = new TextPart("plain") { Text = $"{Say("vi")}\n\n---\n\n{Say("en")}\n" };
        if (key is not null)
        {
            message.MessageId = $"{key}@{((MailboxAddress)message.From[0]).Domain}";
        }

        return await mailer.SendAsync(message, cancellationToken);

        string Say(string language) => string.Format(CultureInfo.InvariantCulture, Texts.Get($"{text}.text", language)!, args)
            .Replace("\\n", "\n", StringComparison.Ordinal);
    }
}
