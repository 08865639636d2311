using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Publishing;

/// <summary>What forms of plans are sent to. Each answers with where to look: a page that is loaded again does nothing a second time.</summary>
internal static class PublishEndpoints
{
    internal static void MapPublishing(this IEndpointRouteBuilder app)
    {
        app.MapPost("/ke-hoach", PlanAsync).RequireAuthorization(Policies.Acting);
        app.MapPost("/ke-hoach/{id:long}/lam", ConfirmAsync).RequireAuthorization(Policies.Acting);
        app.MapPost("/ke-hoach/{id:long}/dong-y", ApproveAsync).RequireAuthorization(Policies.Acting);
        app.MapPost("/ke-hoach/{id:long}/bo", DropAsync).RequireAuthorization(Policies.Acting);
        app.MapGet("/ke-hoach/{id:long}/tien-do", RunningAsync).RequireAuthorization(Policies.Acting);
    }

    private static async Task<IResult> PlanAsync(PublishDesk desk, IAntiforgery antiforgery, HttpContext http)
    {
        if (!http.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(http))
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        var answer = await desk.PlanAsync(await http.Request.ReadFormAsync(http.RequestAborted), http.RequestAborted);
        return Results.LocalRedirect(answer.Plan is { } plan ? Urls.Plan(plan) : Urls.With("/ke-hoach", ("bao", answer.Key)));
    }

    private static async Task<IResult> ConfirmAsync(long id, PublishDesk desk, IAntiforgery antiforgery, HttpContext http) =>
        await antiforgery.IsRequestValidAsync(http)
            ? Answer(id, await desk.ConfirmAsync(id, (await http.Request.ReadFormAsync(http.RequestAborted))["ly-do"].FirstOrDefault(), http.RequestAborted))
            : Results.StatusCode(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ApproveAsync(long id, PublishDesk desk, IAntiforgery antiforgery, HttpContext http) =>
        await antiforgery.IsRequestValidAsync(http)
            ? Answer(id, await desk.ApproveAsync(id, http.RequestAborted))
            : Results.StatusCode(StatusCodes.Status400BadRequest);

    private static async Task<IResult> DropAsync(long id, PublishDesk desk, IAntiforgery antiforgery, HttpContext http) =>
        await antiforgery.IsRequestValidAsync(http)
            ? Answer(id, await desk.DropAsync(id, http.RequestAborted))
            : Results.StatusCode(StatusCodes.Status400BadRequest);

    private static IResult Answer(long id, WishDecision decision) => Results.LocalRedirect(decision.Outcome switch
    {
        WishOutcome.ProofFirst => Urls.With("/tai-khoan/xac-nhan", ("ve", Urls.Plan(id))),
        WishOutcome.OutOfSight => Urls.Plan(id), // the page counts anew and says what to do
        WishOutcome.Closed => Urls.With(Urls.Plan(id), ("bao", "closed")),
        WishOutcome.SamePerson => Urls.With(Urls.Plan(id), ("bao", "same")),
        WishOutcome.ReasonMissing => Urls.With(Urls.Plan(id), ("bao", "why")),
        _ => Urls.Plan(id),
    });

    /// <summary>What moves on the page of a plan; 204 when nothing of it changes within minutes any more.</summary>
    private static async Task<IResult> RunningAsync(long id, WishPortal portal, HttpContext http) =>
        await portal.FindAsync(id, http.RequestAborted) is { IsRunning: true } plan
            ? new RazorComponentResult<PlanProgress>(new Dictionary<string, object?> { [nameof(PlanProgress.Plan)] = plan })
            : Results.NoContent();
}
