using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Data.People;
using OcopMarket.Web.Parts;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.People.Mail;

/// <summary>Sends what workers warned of: that a shop's consent ends, or was refused. See <see cref="ConsentMails"/> for what is promised.</summary>
internal sealed class WarningMails(
    ConsentMails mails, PersonMails sender, PlatformWords platforms, PortalAddress address, TimeProvider time, ILogger<WarningMails> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException && !stoppingToken.IsCancellationRequested)
            {
                PeopleLog.NotKept(log, e.GetType().Name);
            }
        }
    }

    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        while (await mails.SpreadAsync(time.GetUtcNow(), cancellationToken) > 0)
        {
        }

        while (await mails.BeginAsync(time.GetUtcNow(), cancellationToken) is { } mail)
        {
            // From here on nobody may cancel: it counts as gone.
            var fate = await sender.SendWarningAsync(
                mail, platforms.Name(mail.Marketplace), address.Link(Urls.Account(mail.AccountId)), CancellationToken.None);
            KillPoint.Reach(KillPoint.AfterMail);
            if (fate == MailFate.Sent)
            {
                await mails.SentAsync(mail, time.GetUtcNow(), CancellationToken.None);
            }
            else if (fate == MailFate.NotSent)
            {
                await mails.NotSentAsync(mail, time.GetUtcNow(), CancellationToken.None);
            }
        }
    }
}
