using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Worker.Loops;

/// <summary>Something that is done again and again. A round that fails is logged and tried again after a pause; the host never stops for it.</summary>
public abstract partial class Loop(TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);

    protected TimeProvider Time => time;

    /// <returns>True: there may be more to do at once.</returns>
    protected abstract Task<bool> RoundAsync(CancellationToken cancellationToken);

    protected virtual Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await RoundAsync(stoppingToken))
                {
                    await PauseAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever went wrong in a round, the next one is the cure
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogRoundFailed(log, e, GetType().Name);
                await DelayQuietlyAsync(stoppingToken);
            }
        }
    }

    private async Task DelayQuietlyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(_afterFailure, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "A round of {Loop} failed; the next one starts in two seconds")]
    private static partial void LogRoundFailed(ILogger log, Exception exception, string loop);
}
