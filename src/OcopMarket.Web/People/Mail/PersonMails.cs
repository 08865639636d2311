using MimeKit;
using OcopMarket.Core;
using OcopMarket.Data.People;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.People.Mail;

/// <summary>Mails to people: plain text, Vietnamese first, English below.</summary>
internal sealed class PersonMails(IMailer mailer, PortalSettings settings)
{
    public async Task<bool> SendLinkAsync(
        string to, string name, LinkPurpose purpose, Uri link, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var key = $"mail.{Words.Of(purpose)}";
        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(settings.Mail.From is { Length: > 0 } from ? from : "ocopmarket@localhost"));
        message.To.Add(new MailboxAddress(name, to));
        message.Subject = Texts.Get($"{key}.subject", "vi")!;
        message.Body = new TextPart("plain") { Text = $"{Say("vi")}\n\n---\n\n{Say("en")}\n" };
        return await mailer.SendAsync(message, cancellationToken);

        string Say(string language) => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, Texts.Get($"{key}.text", language)!, name, link, VietnamFormat.Moment(until))
            .Replace("\\n", "\n", StringComparison.Ordinal);
    }
}
