using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OcopMarket.Core.Listings;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sync;
using OcopMarket.Web.Pages;
using OcopMarket.Web.Parts;
using OcopMarket.Web.Text;
using OcopMarket.Web.Webhooks;

namespace OcopMarket.Web.Hosting;

/// <summary>The portal: read-only pages without circuits. Needs <c>PortalDatabase</c>, <c>IReaderScope</c>, <c>MarketplaceProfiles</c> and
/// <c>IssueDictionary</c> among the services.</summary>
public static class OcopWeb
{
    /// <param name="hosts">Names under which the portal may be asked; loopback only unless said otherwise.</param>
    public static IServiceCollection AddOcopWeb(this IServiceCollection services, params string[] hosts)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddResponseCompression(o => o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"]);

        // Vietnamese letters are written as they are, not as numbers: a page is a third smaller. What is dangerous stays encoded.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddHostFiltering(o => o.AllowedHosts = hosts is [] ? ["localhost", "127.0.0.1", "[::1]"] : [.. hosts]);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIssueTexts, IssueTexts>();
        services.AddSingleton<PlatformWords>();
        services.AddScoped<Texts>();
        services.TryAddSingleton<IReaderScope, WholeScope>();
        services.AddSingleton<ReadingDatabase>().AddSingleton<PortalQueries>().AddSingleton<OverviewQueries>();
        services.AddSingleton<ProductQueries>().AddSingleton<ProductDetailQueries>().AddSingleton<ListingQueries>();
        services.AddSingleton<WebhookReceipts>();
        services.AddSingleton<IssueQueries>().AddSingleton<RunQueries>().AddSingleton<AccountQueries>();
        return services;
    }

    public static WebApplication MapOcopWeb(this WebApplication app)
    {
        app.UseRequestScope();
        app.UseHostFiltering();
        app.UseResponseCompression();
        app.UseSecurityHeaders();
        app.UseDemoMark();
        app.UseExceptionHandler("/loi/500", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/loi/{0}", createScopeForStatusCodePages: true);
        app.UseRouting();
        app.UseAntiforgery();
        app.MapAssets();
        app.MapPictures();
        app.MapHealth();
        app.MapWebhooks();
        app.MapGet("/favicon.ico", () => Results.Redirect(SiteAssets.Url("mark.svg"), permanent: true));
        app.MapGet("/language/{language}", SwitchLanguage);
        app.MapGet("/dot-chay/dang-chay", RunningAsync);
        app.MapRazorComponents<App>();
        return app;
    }

    private static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", async (PortalQueries queries, HttpContext http) => await queries.IsReadyAsync(http.RequestAborted)
            ? Results.Text("ready")
            : Results.Text("database or schema not ready", statusCode: StatusCodes.Status503ServiceUnavailable))
            .DisableStatusPages();
    }

    /// <summary>A machine asks: its answer stays what it is.</summary>
    private static void DisableStatusPages(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
    {
        if (context.HttpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        return await next(context);
    });

    private static IResult SwitchLanguage(string language, string? ve, HttpContext http)
    {
        http.Response.Cookies.Append(Texts.Cookie, language == "en" ? "en" : "vi", new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            MaxAge = TimeSpan.FromDays(365),
            Path = "/",
        });

        // Only back to a page of ours.
        return Results.LocalRedirect(ve is ['/', not ('/' or '\\'), ..] ? ve : "/");
    }

    /// <summary>What moves on the overview and the runs page; 204 when nothing runs any more.</summary>
    private static async Task<IResult> RunningAsync(RunQueries queries, HttpContext http)
    {
        var runs = await queries.RunningAsync(http.RequestAborted);
        return runs.Count == 0
            ? Results.NoContent()
            : new RazorComponentResult<RunningRuns>(new Dictionary<string, object?> { [nameof(RunningRuns.Runs)] = runs });
    }
}
