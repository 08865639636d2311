using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.Api;

/// <summary>What programs were refused. Numbers of keys only.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(5201, LogLevel.Information, "Key {Key} of the API was refused: {Code}")]
    internal static partial void Refused(ILogger logger, long? key, string code);

    [LoggerMessage(5202, LogLevel.Warning, "A request to the API was broken off after its longest time")]
    internal static partial void TooSlow(ILogger logger);

    [LoggerMessage(5203, LogLevel.Error, "A request to the API failed")]
    internal static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(5204, LogLevel.Information, "Person {Actor} made a key of the API for person {Owner}")]
    internal static partial void Made(ILogger logger, long actor, long owner);

    [LoggerMessage(5205, LogLevel.Information, "Person {Actor} ended key {Key} of the API")]
    internal static partial void Ended(ILogger logger, long actor, long key);
}
