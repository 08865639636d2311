using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Web.Api;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Hosting;

/// <summary>What stands before every page: under which names we answer, whose word about a visitor counts, that nobody comes without TLS who
/// must not, how often anybody may ask, and how forms prove that they are ours.</summary>
internal static class Gate
{
    /// <summary>Machines of our own ask these inside, without TLS; they say nothing private.</summary>
    private static readonly PathString[] _inside = ["/health", "/metrics"];

    /// <summary>Files, machines and platforms have no person whose requests could be counted.</summary>
    private static readonly PathString[] _uncounted = ["/assets", "/anh", "/media", "/health", "/metrics", "/webhooks"];

    public static IServiceCollection AddGate(this IServiceCollection services, PortalSettings settings)
    {
        string[] own = ["localhost", "127.0.0.1", "[::1]"];
        services.AddHostFiltering(o => o.AllowedHosts = settings.PublicUrl is { } url ? [.. own, url.Host] : own);
        services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var proxy in settings.KnownProxies)
            {
                o.KnownIPNetworks.Add(proxy);
            }
        });
        services.AddOptions<AntiforgeryOptions>().Configure<CookieNames>((o, names) =>
        {
            o.Cookie.Name = names.Form;
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = names.Secure;
            o.Cookie.Path = "/";
            o.SuppressXFrameOptionsHeader = true; // ours is stricter
        });
        services.AddRateLimiter(o =>
        {
            o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            o.OnRejected = (rejected, _) =>
            {
                ApiLimits.Wait(rejected.HttpContext, rejected.Lease);
                return ValueTask.CompletedTask;
            };
            o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Limit(http, settings));
        });
        return services;
    }

    public static void UseGate(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<PortalSettings>();
        if (settings.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseHostFiltering();
        if (settings is { IsSecure: true, PublicUrl: { } url })
        {
            app.Use((http, next) => http.Request.IsHttps || IsOne(_inside, http) ? next(http) : TurnAwayAsync(http, url));
        }
    }

    /// <summary>A page is found again under its right address; anything else may have carried a secret in clear and is refused.</summary>
    private static Task TurnAwayAsync(HttpContext http, Uri url)
    {
        if (http.IsApi())
        {
            return ApiProblem.WriteAsync(http, new(StatusCodes.Status400BadRequest, "tls_required")); // the key has been told already
        }

        if (HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.Redirect($"{url.GetLeftPart(UriPartial.Authority)}{http.Request.Path}{http.Request.QueryString}", permanent: false, preserveMethod: true);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
        }

        return Task.CompletedTask;
    }

    private static RateLimitPartition<string> Limit(HttpContext http, PortalSettings settings) =>
        IsOne(_uncounted, http) ? RateLimitPartition.GetNoLimiter("")
        : http.IsApi() ? TryLimits.Window($"api from {TryLimits.Address(http)}", settings.Api.RequestsPerAddress)
        : http.User.PersonId() is { } person ? TryLimits.Window(person.ToString(CultureInfo.InvariantCulture), settings.RequestsPerMinute)
        : TryLimits.Window($"from {TryLimits.Address(http)}", settings.RequestsPerMinute);

    private static bool IsOne(PathString[] paths, HttpContext http) =>
        Array.Exists(paths, p => http.Request.Path.StartsWithSegments(p, StringComparison.Ordinal));
}
