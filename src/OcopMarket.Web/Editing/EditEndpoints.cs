using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Editing;

internal static class EditEndpoints
{
    internal static void MapEditing(this IEndpointRouteBuilder app) =>
        app.MapPost("/san-pham/{id:long}/kiem", CheckAsync).RequireAuthorization(Policies.Acting);

    /// <summary>What the page shows beside the form, for what is typed in it now. Writes nothing.</summary>
    private static async Task<IResult> CheckAsync(long id, EditPortal portal, EditCheck check, IAntiforgery antiforgery, HttpContext http)
    {
        if (!http.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(http))
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        if (await portal.FindAsync(id, http.RequestAborted) is not { } product)
        {
            return Results.NotFound();
        }

        var form = ProductForm.Of(product, await http.Request.ReadFormAsync(http.RequestAborted));
        return new RazorComponentResult<CheckList>(new Dictionary<string, object?>
        {
            [nameof(CheckList.Checks)] = await check.OfAsync(product, form, http.RequestAborted),
        });
    }
}
