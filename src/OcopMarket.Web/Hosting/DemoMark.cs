using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OcopMarket.Data.Reading;

namespace OcopMarket.Web.Hosting;

/// <summary>Whether this is a demo is known before any page begins: an error page does not wait for a question to the database.</summary>
internal static class DemoMark
{
    private static readonly object Key = new();
    private static readonly PathString[] Unframed = ["/assets", "/anh", "/media", "/health", "/api"];

    internal static void UseDemoMark(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (HasFrame(http.Request.Path))
        {
            http.Items[Key] = await ReadAsync(http);
        }

        await next(http);
    });

    internal static bool IsDemo(this HttpContext http) => http.Items[Key] is true;

    private static bool HasFrame(PathString path) => !Unframed.Any(f => path.StartsWithSegments(f, StringComparison.Ordinal));

    private static async Task<bool> ReadAsync(HttpContext http)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<PortalQueries>().IsDemoAsync(http.RequestAborted);
        }
        catch (NpgsqlException)
        {
            // The page itself says that the database is away; the frame must still stand.
            return false;
        }
    }
}
