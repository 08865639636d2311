using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Mandates;

internal static class MandateEndpoints
{
    internal static void MapMandates(this IEndpointRouteBuilder app) =>
        app.MapGet("/gian-hang/{id:long}/uy-quyen/{mandate:long}/tep", DownloadAsync).RequireAuthorization(Policies.Reader);

    /// <summary>A signed paper is saved, never shown: whatever is in it does not run here. Its name is ours.</summary>
    private static async Task<IResult> DownloadAsync(long id, long mandate, MandatePortal portal, HttpContext http) =>
        await portal.PaperAsync(id, mandate, http.RequestAborted) is { } paper
            ? Results.File(paper.Content, paper.ContentType, $"uy-quyen-{Urls.Text(mandate)}.{Ending(paper.ContentType)}")
            : Results.NotFound();

    private static string Ending(string contentType) => contentType switch { "application/pdf" => "pdf", "image/png" => "png", _ => "jpg" };
}
