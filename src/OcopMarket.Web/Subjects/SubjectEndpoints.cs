using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Subjects;

internal static class SubjectEndpoints
{
    internal static void MapSubjects(this IEndpointRouteBuilder app) =>
        app.MapPost("/yeu-cau-du-lieu/{id:long}/ban-sao/tep", CopyAsync).RequireAuthorization(Policies.Copying);

    /// <summary>Hands the copy over: the request is over with it. Only to who proved a moment ago who they are, and only from a page of ours.</summary>
    private static async Task<IResult> CopyAsync(
        long id, SubjectPortal portal, SubjectDesk desk, SessionCookie sessions, IAntiforgery antiforgery, HttpContext http)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        if (await portal.FindAsync(id, http.RequestAborted) is not { Request: { Kind: "export" } request })
        {
            return Results.NotFound();
        }

        if (!sessions.IsFresh(http.User))
        {
            return Results.LocalRedirect(Urls.With("/tai-khoan/xac-nhan", ("ve", $"{Urls.Subject(id)}/ban-sao")));
        }

        var file = Scratch();
        try
        {
            var answer = await desk.CopyAsync(request, file, http.RequestAborted);
            if (answer.Done)
            {
                file.Position = 0;
                var ready = file;
                file = null;
                return Results.File(ready, "application/zip", $"du-lieu-{Urls.Text(id)}.zip");
            }

            return Results.LocalRedirect(Urls.With(Urls.Subject(id), ("bao", answer.Key)));
        }
        finally
        {
            if (file is not null)
            {
                await file.DisposeAsync();
            }
        }
    }

    /// <summary>A file without a name, where the system has them: it goes with the last hand that holds it, whatever becomes of this process. The
    /// database does not wait for a slow line this way.</summary>
    private static FileStream Scratch()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ocop-{Guid.NewGuid():N}.zip");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None),
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }
}
