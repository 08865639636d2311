using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Worker.Loops;

/// <summary>Something that is done again and again. A round that fails is logged and tried again after a pause; the host never stops for it.
/// The longer there is nothing to do, the longer the pauses, from <see cref="Shortest"/> up to <see cref="Longest"/>; a signal ends one.</summary>
public abstract partial class Loop(WorkSignal signal, TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _atLeast = TimeSpan.FromMilliseconds(50);

    protected TimeProvider Time => time;
    protected WorkSignal Signal => signal;

    /// <summary>No round begins sooner after one that found nothing, whoever signals.</summary>
    protected virtual TimeSpan Shortest => TimeSpan.FromSeconds(0.5);

    /// <summary>What became due by itself waits no longer.</summary>
    protected virtual TimeSpan Longest => TimeSpan.FromSeconds(4);

    /// <returns>True: there may be more to do at once.</returns>
    protected abstract Task<bool> RoundAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var idle = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var heard = signal.Next;
                idle = await RoundAsync(stoppingToken) ? TimeSpan.Zero : await PauseAsync(heard, idle, stoppingToken);
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

    /// <returns>How long nothing has happened by now; zero after a signal.</returns>
    private async Task<TimeSpan> PauseAsync(Task heard, TimeSpan idle, CancellationToken cancellationToken)
    {
        await Task.Delay(Shortest, time, cancellationToken);
        var rest = TimeSpan.FromTicks(Math.Clamp(idle.Ticks, _atLeast.Ticks, (Longest - Shortest).Ticks)); // as long again
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var over = Task.Delay(rest, time, woken.Token);
        if (await Task.WhenAny(over, heard) == heard)
        {
            await woken.CancelAsync();
            return TimeSpan.Zero;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return idle + Shortest + rest;
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
