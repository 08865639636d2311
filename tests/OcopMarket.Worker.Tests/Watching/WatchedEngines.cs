using Microsoft.Extensions.Logging;
using OcopMarket.Worker.Tests.Engine;

namespace OcopMarket.Worker.Tests.Watching;

/// <summary>An engine whose every message is kept, down to the least.</summary>
public interface IWatchedEngine
{
    JsonLog Log { get; }
}

public sealed class WatchedPostmart : PostmartEngine, IWatchedEngine
{
    public JsonLog Log { get; } = new();

    protected override void ConfigureLogging(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
}

public sealed class WatchedVoso : VosoEngine, IWatchedEngine
{
    public JsonLog Log { get; } = new();

    protected override void ConfigureLogging(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
}
