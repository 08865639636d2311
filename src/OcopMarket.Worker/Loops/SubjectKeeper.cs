using Microsoft.Extensions.Logging;
using Npgsql;
using OcopMarket.Data.Subjects;

namespace OcopMarket.Worker.Loops;

/// <summary>Carries out what two people decided about the data of a producer or household, and keeps what a restore has to know of it.</summary>
public sealed partial class SubjectKeeper(
    SubjectErasure erasure, SubjectFile file, NpgsqlDataSource dataSource, WorkSignal signal, ILogger<SubjectKeeper> log, TimeProvider time)
    : Loop(signal, time, log)
{
    private readonly ILogger _log = log;
    private bool _cannotWrite;

    protected override TimeSpan Shortest => TimeSpan.FromSeconds(2);

    protected override TimeSpan Longest => TimeSpan.FromSeconds(20);

    protected override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var done = await erasure.RunAsync(cancellationToken);
        try
        {
            await file.WriteAsync(dataSource, cancellationToken);
            _cannotWrite = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_cannotWrite)
            {
                LogNotKept(_log, e, file.Path);
            }

            _cannotWrite = true; // another worker may; it is tried again with each round
        }

        return done > 0;
    }

    [LoggerMessage(1951, LogLevel.Warning,
        "The marks of erased people cannot be written to {File}. Give this user the right to write there: without them a restored backup brings these people back")]
    private static partial void LogNotKept(ILogger log, Exception e, string file);
}
