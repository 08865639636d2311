using Hangfire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Worker;

/// <summary>Writes the timetable once it can. A worker starts without it: the clock's own lock may be held for a minute by a process that
/// was killed, and the listings do not wait for that.</summary>
internal sealed partial class ScheduleWriter(
    JobStorage storage, IRecurringJobManager jobs, IConfiguration configuration, ILogger<ScheduleWriter> log, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the storage is asked without holding up the start
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Schedule.Plan(storage, jobs, configuration);
                return;
            }
#pragma warning disable CA1031 // whatever is in the way of the clock, the loops go on and it is tried again
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogLater(log, e);
            }

            await Task.Delay(_again, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "The timetable could not be written yet; it is tried again")]
    private static partial void LogLater(ILogger log, Exception exception);
}
