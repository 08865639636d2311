using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OcopMarket.Web.Hosting;

namespace OcopMarket.Web.People;

/// <summary>Leads to the operator's directory. Without one neither address is there; the answer is taken by <see cref="OpenIdHandler"/>.</summary>
internal static class OpenIdEndpoints
{
    internal static void MapOpenId(this IEndpointRouteBuilder app)
    {
        app.MapGet(OpenIdOptions.Begin, BeginAsync).AllowAnonymous();
        app.MapGet(OpenIdOptions.Return, () => Results.NotFound()).AllowAnonymous();
    }

    private static async Task<IResult> BeginAsync(string? ve, HttpContext http, PortalSettings settings, ILogger<OpenIdDesk> log)
    {
        if (settings.OpenId is null)
        {
            return Results.NotFound();
        }

        var back = LocalPath.Of(ve);
        try
        {
            await http.ChallengeAsync(OpenIdOptions.Scheme, new() { RedirectUri = back });
            return Results.Empty;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException or OperationCanceledException
            && !http.RequestAborted.IsCancellationRequested)
        {
            PeopleLog.DirectoryAway(log, e.GetType().Name);
            return Results.LocalRedirect(OpenIdOptions.Refusal(http, "directory_away", back));
        }
    }
}
