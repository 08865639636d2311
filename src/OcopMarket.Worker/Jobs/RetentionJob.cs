using Hangfire;
using Microsoft.Extensions.Logging;
using OcopMarket.Data.Retention;

namespace OcopMarket.Worker.Jobs;

/// <summary>Once a day: removes what has been kept long enough. Harmless when run twice or broken off.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed partial class RetentionJob(RetentionKeeper keeper, ILogger<RetentionJob> log)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (table, emptied, rows) in await keeper.RunAsync(cancellationToken))
        {
            LogDone(log, table, rows, emptied ? "emptied of platforms' words" : "removed");
        }
    }

    [LoggerMessage(1601, LogLevel.Information, "Retention: {Table}, {Rows} rows {Done}")]
    private static partial void LogDone(ILogger log, string table, long rows, string done);
}
