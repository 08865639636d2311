using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Connecting;

internal static class ConnectEndpoints
{
    internal static void MapConnecting(this IEndpointRouteBuilder app) =>
        app.MapGet("/gian-hang/{Id:long}/tien-do", RunningAsync).RequireAuthorization(Policies.Reader);

    /// <summary>What moves on a shop's page; 204 when it has ended.</summary>
    private static async Task<IResult> RunningAsync(long id, ConnectPortal portal, HttpContext http) =>
        await portal.FindAsync(id, http.RequestAborted) is { IsRunning: true } shop
            ? new RazorComponentResult<ConnectRunning>(new Dictionary<string, object?> { [nameof(ConnectRunning.Kind)] = shop.AttemptKind })
            : Results.NoContent();
}
