using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.Pages;

internal static partial class PageLog
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "A page failed; its reader was given the code {TraceIdentifier}")]
    internal static partial void Failed(ILogger logger, string traceIdentifier);
}
