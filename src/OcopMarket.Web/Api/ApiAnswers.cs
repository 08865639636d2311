using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OcopMarket.Data.People;

namespace OcopMarket.Web.Api;

/// <summary>Every answer under <c>/api</c> is one for a program: whatever goes wrong is said as a problem, never as a page. Reading is all that
/// there is, and a key in an address is refused before anything looks at it: addresses stand in the logs of every machine on the way.</summary>
internal static partial class ApiAnswers
{
    public static readonly PathString Root = "/api";

    private static readonly HashSet<string> _keyNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "access_token", "api_key", "api-key", "apikey", "authorization", "bearer", "key", "token",
    };

    public static bool IsApi(this HttpContext http) => http.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase);

    public static void UseApiAnswers(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("OcopMarket.Web.Api");
        app.Use((http, next) => http.IsApi() ? AnswerAsync(http, next, log) : next(http));
    }

    /// <summary>To be used after the routes are known: where there is none, no cookie is asked for.</summary>
    public static void UseApiAddresses(this IApplicationBuilder app) => app.Use((http, next) =>
        http.IsApi() && http.GetEndpoint() is null
            ? ApiProblem.WriteAsync(http, ApiProblem.Of(StatusCodes.Status404NotFound))
            : next(http));

    private static async Task AnswerAsync(HttpContext http, RequestDelegate next, ILogger log)
    {
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        try
        {
            if (Refusal(http) is { } refusal)
            {
                await ApiProblem.WriteAsync(http, refusal);
                return;
            }

            await next(http);
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Clear();
            await ApiProblem.WriteAsync(http, Told(e, log));
            return;
        }

        if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null })
        {
            await ApiProblem.WriteAsync(http, ApiProblem.Of(http.Response.StatusCode));
        }
    }

    private static ApiProblem? Refusal(HttpContext http)
    {
        if (HoldsKey(http.Request))
        {
            return new(StatusCodes.Status400BadRequest, "key_in_url");
        }

        if (!HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.Headers.Allow = HttpMethods.Get;
            return new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed");
        }

        return null;
    }

    private static bool HoldsKey(HttpRequest request) =>
        request.Query.Any(q => _keyNames.Contains(q.Key) || Key().IsMatch(q.Key) || q.Value.Any(v => v is not null && Key().IsMatch(v)))
        || Key().IsMatch(request.Path.Value ?? "");

    private static ApiProblem Told(Exception exception, ILogger log)
    {
        if (exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or NpgsqlException { InnerException: TimeoutException })
        {
            ApiLog.TooSlow(log);
            return new(StatusCodes.Status503ServiceUnavailable, "too_slow");
        }

        ApiLog.Failed(log, exception);
        return exception switch
        {
            BadHttpRequestException bad => ApiProblem.Of(bad.StatusCode),
            NpgsqlException { IsTransient: true } => new(StatusCodes.Status503ServiceUnavailable, "unavailable"),
            _ => new(StatusCodes.Status500InternalServerError, "failed"),
        };
    }

    [GeneratedRegex(ApiKeyStore.Prefix + "[0-9a-fA-F]{16}", RegexOptions.None, 1000)]
    private static partial Regex Key();
}
