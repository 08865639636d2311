using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OcopMarket.Data.Reading;

namespace OcopMarket.Web.Hosting;

/// <summary>Pictures by the hash of their bytes: for our pages, and for platforms that fetch (<c>/media/</c>). An address never changes its
/// content.</summary>
internal static class Pictures
{
    internal static void MapPictures(this IEndpointRouteBuilder app)
    {
        app.MapGet("/anh/{sha256}.{extension}", (string sha256, HttpContext http, PortalQueries queries) => ServeAsync(sha256, http, queries, "private"));
        app.MapGet("/media/{sha256}.{extension}", (string sha256, HttpContext http, PortalQueries queries) => ServeAsync(sha256, http, queries, "public"))
            .AllowAnonymous();
    }

    private static async Task<IResult> ServeAsync(string sha256, HttpContext http, PortalQueries queries, string whose)
    {
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower))
        {
            return Results.NotFound();
        }

        var tag = new EntityTagHeaderValue($"\"{sha256}\"");
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false)))
        {
            Keep(http, whose);
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        if (await queries.PictureAsync(sha256, http.RequestAborted) is not { } picture)
        {
            return Results.NotFound();
        }

        Keep(http, whose);
        return IsPicture(picture.ContentType)
            ? Results.Bytes(picture.Content, picture.ContentType, entityTag: tag)
            : Results.Bytes(picture.Content, "application/octet-stream", $"{sha256}.bin", entityTag: tag);
    }

    private static void Keep(HttpContext http, string whose) => http.Response.Headers.CacheControl = $"{whose}, max-age=31536000, immutable";

    /// <summary>Only these are shown; anything else is saved, under a name that nothing opens by itself.</summary>
    private static bool IsPicture(string contentType) => contentType is "image/jpeg" or "image/png" or "image/webp" or "image/gif";
}
