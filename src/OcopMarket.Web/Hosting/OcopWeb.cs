using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Listings;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sync;
using OcopMarket.Data.Wishes;
using OcopMarket.Marketplaces;
using OcopMarket.Web.Api;
using OcopMarket.Web.Connecting;
using OcopMarket.Web.Editing;
using OcopMarket.Web.Mandates;
using OcopMarket.Web.Pages;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;
using OcopMarket.Web.Publishing;
using OcopMarket.Web.Subjects;
using OcopMarket.Web.Text;
using OcopMarket.Web.Webhooks;

namespace OcopMarket.Web.Hosting;

/// <summary>The portal: pages without circuits, for people who signed in. Needs <c>PortalDatabase</c>, <c>CertificateRules</c>, the marketplaces, <c>RingKey</c>,
/// <c>MarketplaceProfiles</c>, <c>IssueDictionary</c>, <c>ConsentTexts</c>, <c>SubjectClocks</c> and <c>RetentionPeriods</c> among the services.</summary>
public static class OcopWeb
{
    public static IServiceCollection AddOcopWeb(this IServiceCollection services, PortalSettings settings)
    {
        services.AddPeople(settings);
        services.AddApi();
        services.AddGate(settings);
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddResponseCompression(o => o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"]);

        // Vietnamese letters are written as they are, not as numbers: a page is a third smaller. What is dangerous stays encoded.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIssueTexts, IssueTexts>();
        services.AddSingleton<PlatformWords>();
        services.AddScoped<Texts>();
        services.AddSingleton<ReadingDatabase>().AddSingleton<WritingDatabase>().AddSingleton<PortalQueries>().AddSingleton<OverviewQueries>().AddSingleton<HomeQueries>();
        services.AddSingleton<ProductQueries>().AddSingleton<ProductDetailQueries>().AddSingleton<ListingQueries>();
        services.TryAddSingleton<ConsentPlatforms>();
        services.AddSingleton<ConnectPortal>().AddSingleton<ConnectDesk>();
        services.AddSingleton<MandatePortal>().AddSingleton<MandateDesk>().AddSingleton<DayLimits>();
        services.TryAddSingleton<CertificateRules>();
        services.AddSingleton<EditPortal>().AddSingleton<EditDesk>().AddSingleton<EditCheck>();
        services.AddSingleton<SubjectPortal>().AddSingleton<SubjectDesk>();
        services.AddSingleton<WebhookReceipts>().AddSingleton<WebhookLimits>();
        services.TryAddSingleton<CatalogueComposer>();
        services.TryAddSingleton<WishPlanner>();
        services.TryAddSingleton(new GuardRules());
        services.AddSingleton<WishPortal>().AddSingleton<WishDecisions>().AddSingleton<PublishDesk>();
        services.AddSingleton<IssueQueries>().AddSingleton<RunQueries>().AddSingleton<AccountQueries>().AddSingleton<HoldQueries>();
        return services;
    }

    public static WebApplication MapOcopWeb(this WebApplication app)
    {
        app.UseRequestScope();
        app.UseGate();
        app.UseResponseCompression();
        app.UseSecurityHeaders();
        app.UseDemoMark();
        app.UseExceptionHandler("/loi/500", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/loi/{0}", createScopeForStatusCodePages: true);
        app.Use(ShowFaults);
        app.UseApiAnswers();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseApiAddresses();
        app.UseAuthorization();
        app.Use(RefuseLargeForms);
        app.UseAntiforgery();
        app.MapAssets();
        app.MapPictures();
        app.MapHealth();
        app.MapWebhooks();
        app.MapPeople();
        app.MapApi();
        app.MapConnecting();
        app.MapMandates();
        app.MapEditing();
        app.MapSubjects();
        app.MapPublishing();
        app.MapGet("/favicon.ico", () => Results.Redirect(SiteAssets.Url("mark.svg"), permanent: true)).AllowAnonymous();
        app.MapGet("/language/{language}", SwitchLanguage).AllowAnonymous();
        app.MapGet("/dot-chay/dang-chay", RunningAsync).RequireAuthorization(Policies.Staff);
        app.MapRazorComponents<App>().Add(TakesForms.Only);
        return app;
    }

    /// <summary>A page that tells of a fault is shown, never sent to: what the failed request posted is no form of it. And a form that the page
    /// has no more leaves an answer with a type and nothing in it, for which no such page would be shown.</summary>
    private static async Task ShowFaults(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsPost(http.Request.Method)
            && (http.Features.Get<IExceptionHandlerFeature>() is not null || http.Features.Get<IStatusCodeReExecuteFeature>() is not null))
        {
            http.Request.Method = HttpMethods.Get;
        }

        await next(http);
        if (http.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false, ContentLength: null })
        {
            http.Response.ContentType = null;
        }
    }

    /// <summary>A form that is larger than its page takes is refused in a sentence before it is read; reading it would end in a fault without one.</summary>
    private static Task RefuseLargeForms(HttpContext http, RequestDelegate next)
    {
        var most = http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.HasFormContentType || !(http.Request.ContentLength > most))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    }

    private static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).AllowAnonymous();
        app.MapGet("/health/ready", async (PortalQueries queries, HttpContext http) => await queries.IsReadyAsync(http.RequestAborted)
            ? Results.Text("ready")
            : Results.Text("database or schema not ready", statusCode: StatusCodes.Status503ServiceUnavailable))
            .AllowAnonymous().DisableStatusPages();
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

    /// <summary>A link that writes: only which of two languages this browser is shown, which harms nobody, and works without a form's token.</summary>
    private static IResult SwitchLanguage(string language, string? ve, HttpContext http, CookieNames cookies)
    {
        http.Response.Cookies.Append(cookies.Language, language == "en" ? "en" : "vi", cookies.Options(TimeSpan.FromDays(365)));
        return Results.LocalRedirect(LocalPath.Of(ve));
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
