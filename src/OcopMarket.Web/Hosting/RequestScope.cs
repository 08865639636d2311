using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.Hosting;

/// <summary>Every request gets an id of ours that stands beside its messages and in its answer, so that somebody who reports a fault can
/// name it. An id that comes from outside is not believed.</summary>
internal static class RequestScope
{
    public const string Header = "X-Correlation-Id";
    private static readonly Func<ILogger, string, IDisposable?> _scope = LoggerMessage.DefineScope<string>("request {Correlation}");

    internal static void UseRequestScope(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("OcopMarket.Web.Request");
        app.Use(async (http, next) =>
        {
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            http.TraceIdentifier = id;
            http.Response.OnStarting(() =>
            {
                http.Response.Headers[Header] = id;
                return Task.CompletedTask;
            });
            using (_scope(log, id))
            {
                await next(http);
            }
        });
    }
}
