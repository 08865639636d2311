namespace OcopMarket.App.Cli;

internal static class Waiting
{
    /// <summary>Until Ctrl+C or SIGTERM, which the command line turns into a cancellation.</summary>
    public static async Task ForStopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
