using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.Connecting;

internal static partial class ConnectLog
{
    [LoggerMessage(5201, LogLevel.Warning, "Somebody came back from a platform and was refused: {Code}")]
    public static partial void Refused(ILogger log, string code);
}
