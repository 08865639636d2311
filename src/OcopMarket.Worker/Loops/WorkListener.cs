using Microsoft.Extensions.Hosting;

namespace OcopMarket.Worker.Loops;

/// <summary>Keeps the connection open on which <see cref="WorkSignal"/> hears of new work.</summary>
public sealed class WorkListener(WorkSignal signal) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await signal.ListenAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}
