using Microsoft.Extensions.Logging;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Audit;

namespace OcopMarket.Worker.Loops;

/// <summary>Seals the audit, and tells the head of each day, so that it can be written down elsewhere.</summary>
public sealed partial class AuditKeeper(AuditSealer sealer, WorkSignal signal, ILogger<AuditKeeper> log, TimeProvider time) : Loop(signal, time, log)
{
    private const int Batch = 500;
    private DateOnly _day;

    protected override TimeSpan Shortest => TimeSpan.FromSeconds(2);

    protected override TimeSpan Longest => TimeSpan.FromSeconds(10);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var done = await sealer.SealAsync(Batch, cancellationToken);
        var today = VietnamDay.Of(Time.GetUtcNow());
        if (today != _day)
        {
            if (await sealer.KeepHeadAsync(today, cancellationToken) is { } head)
            {
                LogHead(log, today, head);
            }

            _day = today;
        }

        return done == Batch;
    }

    [LoggerMessage(1901, LogLevel.Information, "Audit head of {Day}: {Head}. Write it down elsewhere; ./run audit verify --head compares")]
    private static partial void LogHead(ILogger log, DateOnly day, AuditHead head);
}
