using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OcopMarket.Data.People;

namespace OcopMarket.Web.People;

/// <summary>Who asked for a new password waits for nothing here: looking the name up and sending the mail happen afterwards, so the answer
/// takes as long for everybody. Also clears away what is over.</summary>
internal sealed class ForgottenPasswords(
    IServiceScopeFactory scopes, TryStore tries, PortalSettings settings, TimeProvider time, ILogger<ForgottenPasswords> log) : BackgroundService
{
    private static readonly TimeSpan _sweep = TimeSpan.FromMinutes(10);
    private readonly Channel<string> _asked = Channel.CreateBounded<string>(new BoundedChannelOptions(200) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ask(string? login) => _asked.Writer.TryWrite(LoginName.Normalise(login));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SendAsync(stoppingToken), SweepAsync(stoppingToken));

    private async Task SendAsync(CancellationToken stoppingToken)
    {
        await foreach (var login in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            await GuardAsync(async () =>
            {
                if (await tries.TakeAsync($"reset:{login}", settings.SignIn.MostTries, settings.SignIn.LockFor, time.GetUtcNow(), stoppingToken) is not null)
                {
                    await using var scope = scopes.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<PeopleDesk>().ForgotAsync(login, stoppingToken);
                }
            }, stoppingToken);
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_sweep, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await GuardAsync(async () =>
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<SessionCookie>().SweepAsync(stoppingToken);
            }, stoppingToken);
        }
    }

    private async Task GuardAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException && !stoppingToken.IsCancellationRequested)
        {
            PeopleLog.NotKept(log, e.GetType().Name);
        }
    }
}
