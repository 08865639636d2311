using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OcopMarket.Web.People;

/// <summary>What people do outside of a page: sign out, and what a browser needs to ask a passkey.</summary>
internal static class PeopleEndpoints
{
    internal static void MapPeople(this IEndpointRouteBuilder app)
    {
        app.MapPost("/dang-xuat", SignOutAsync).Checked().RequireAuthorization(Policies.Account);
        app.MapPost("/khoa-may/hoi", AskAsync).Checked().AllowAnonymous();
        app.MapPost("/khoa-may/moi", NewAsync).Checked().RequireAuthorization(Policies.Account);
        app.MapOpenId();
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SessionCookie sessions)
    {
        await sessions.EndAsync(http);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\""; // the back button shows nothing private
        return Results.LocalRedirect("/dang-nhap");
    }

    private static async Task<IResult> AskAsync(HttpContext http, SignInDesk desk, TryLimits limits) => limits.Take(http)
        ? Json(await desk.PasskeyOptionsAsync(http))
        : Results.StatusCode(StatusCodes.Status429TooManyRequests);

    private static async Task<IResult> NewAsync(HttpContext http, AccountDesk desk, SessionCookie sessions) => sessions.IsFresh(http.User)
        ? Json(await desk.PasskeyOptionsAsync(http))
        : Results.StatusCode(StatusCodes.Status403Forbidden);

    private static IResult Json(string text) => Results.Text(text, "application/json");

    /// <summary>Takes only what a page of ours sent, and answers without a page.</summary>
    private static RouteHandlerBuilder Checked(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        var antiforgery = (IAntiforgery)http.RequestServices.GetService(typeof(IAntiforgery))!;
        return await antiforgery.IsRequestValidAsync(http) ? await next(context) : Results.StatusCode(StatusCodes.Status400BadRequest);
    });
}
