using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Hosting;

/// <summary>Somebody who signed in and asks for what their role may not is written down. Their number of requests has a limit, and so have the
/// rows.</summary>
internal sealed class RefusalAudit(PeopleAudit audit) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden && context.User.Role() is { } role && context.User.PersonId() is { } person)
        {
            var route = (context.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText;
            await audit.WriteAsync(person, "access.refused", null, new { role, method = context.Request.Method, address = route }, context.RequestAborted);
        }

        await _default.HandleAsync(next, context, policy, authorizeResult);
    }
}
