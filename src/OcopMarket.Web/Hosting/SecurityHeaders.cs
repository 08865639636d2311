using Microsoft.AspNetCore.Builder;

namespace OcopMarket.Web.Hosting;

/// <summary>Nothing from elsewhere, nothing inline, no framing; and what is no page of ours is data, which runs and loads nothing where somebody opens it
/// by itself. Endpoints that need another cache rule set their own.</summary>
internal static class SecurityHeaders
{
    internal const string Policy =
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'";

    /// <summary>Of pictures, papers, copies and JSON: an origin of its own, without scripts, forms and windows, whatever is in it.</summary>
    internal const string DataPolicy = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        // At the start of the answer: the error handler clears what was set before it.
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = IsPage(headers.ContentType) ? Policy : DataPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (http.Request.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-cache, no-store";
            }

            return Task.CompletedTask;
        });
        return next(http);
    });

    /// <summary>What has no type has nothing to show, and the browser goes by the page before it.</summary>
    private static bool IsPage(Microsoft.Extensions.Primitives.StringValues type) =>
        type.Count == 0 || type.ToString().StartsWith("text/html", StringComparison.OrdinalIgnoreCase);
}
