using Microsoft.Extensions.Logging;

namespace OcopMarket.Data.Embedded;

internal static partial class EmbeddedLog
{
    [LoggerMessage(1100, LogLevel.Information, "PostgreSQL {Version} ({From}) started on 127.0.0.1:{Port}, data in {Folder}")]
    public static partial void Started(this ILogger logger, string version, string from, int port, string folder);

    [LoggerMessage(1101, LogLevel.Information, "The PostgreSQL that already runs for {Folder} is used, on 127.0.0.1:{Port}")]
    public static partial void Adopted(this ILogger logger, string folder, int port);

    [LoggerMessage(1102, LogLevel.Information, "PostgreSQL for {Folder} stopped")]
    public static partial void Stopped(this ILogger logger, string folder);

    [LoggerMessage(1103, LogLevel.Information, "{What}")]
    public static partial void Fetching(this ILogger logger, string what);

    [LoggerMessage(1104, LogLevel.Warning, "PostgreSQL from {From} cannot be used: {Reason}")]
    public static partial void Passed(this ILogger logger, string from, string reason);

    [LoggerMessage(1105, LogLevel.Warning,
        "The server's user {User} cannot reach {Wanted}; the database is kept in {Folder} instead")]
    public static partial void Elsewhere(this ILogger logger, string user, string wanted, string folder);

    [LoggerMessage(1106, LogLevel.Warning, "PostgreSQL for {Folder} did not stop in time and was told to stop at once")]
    public static partial void StoppedHard(this ILogger logger, string folder);

    [LoggerMessage(1107, LogLevel.Information, "A left-over lock file that names process {Pid}, which is no server of {Folder}, was removed")]
    public static partial void StalePid(this ILogger logger, int pid, string folder);

    [LoggerMessage(1108, LogLevel.Warning, "PostgreSQL for {Folder} was left running: {Reason}")]
    public static partial void LeftRunning(this ILogger logger, string folder, string reason);
}
