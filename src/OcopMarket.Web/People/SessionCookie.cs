using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.People;

/// <summary>Begins, renews and ends sessions. Every sign-in and every proof gets a new id; the old one opens nothing from then on.</summary>
internal sealed class SessionCookie(SessionStore store, PortalSettings settings, TimeProvider time)
{
    public const string Scheme = "ocop";

    private SessionTimes Times { get; } = new(settings.SignIn.Idle, settings.SignIn.Absolute, settings.SignIn.Remembered);

    public async Task BeginAsync(HttpContext http, Person person, bool isStrong, bool remember)
    {
        await EndAsync(http);
        var id = new Guid(RandomNumberGenerator.GetBytes(16));
        var remembered = remember && person.Role == PersonRole.Business;
        await store.AddAsync(new(id, person.Id, person.SecurityStamp ?? "", isStrong, remembered, time.GetUtcNow()), http.RequestAborted);
        var identity = new ClaimsIdentity([new(PortalUser.SessionClaim, id.ToString("N"))], Scheme);
        await http.SignInAsync(Scheme, new(identity), new AuthenticationProperties { IsPersistent = remembered });
    }

    public async Task EndAsync(HttpContext http)
    {
        if (http.User.SessionId() is { } id)
        {
            await store.RemoveAsync(id, http.RequestAborted);
        }

        await http.SignOutAsync(Scheme);
    }

    public Task EndAllAsync(long personId, CancellationToken cancellationToken) => store.RemoveAllAsync(personId, cancellationToken);

    public Task SweepAsync(CancellationToken cancellationToken) => store.SweepAsync(Times, time.GetUtcNow(), cancellationToken);

    /// <summary>Whether the person proved a moment ago who they are.</summary>
    public bool IsFresh(ClaimsPrincipal user) => time.GetUtcNow() - user.ProvedAt() < settings.SignIn.ProofHolds;

    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        // An error page is shown to nobody in particular: what failed may be the reading of sessions itself.
        if (context.HttpContext.Features.Get<IExceptionHandlerFeature>() is not null
            || context.Principal?.SessionId() is not { } id
            || await store.FindAsync(id, Times, time.GetUtcNow(), context.HttpContext.RequestAborted) is not { } session)
        {
            context.RejectPrincipal();
            return;
        }

        context.ReplacePrincipal(PortalUser.Of(session, settings.IsDemo));
    }
}

/// <summary>How the framework's cookie handler keeps our sessions.</summary>
internal sealed class SessionCookieOptions(CookieNames names, PortalSettings settings) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public void Configure(CookieAuthenticationOptions options) => Configure(SessionCookie.Scheme, options);

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        options.Cookie.Name = names.Session;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = names.Secure;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = settings.SignIn.Remembered > settings.SignIn.Absolute ? settings.SignIn.Remembered : settings.SignIn.Absolute;
        options.SlidingExpiration = false;
        options.Events.OnValidatePrincipal = context =>
            ((SessionCookie)context.HttpContext.RequestServices.GetService(typeof(SessionCookie))!).ValidateAsync(context);
        options.Events.OnRedirectToLogin = context => Refuse(context.HttpContext, StatusCodes.Status401Unauthorized, SignIn(context.HttpContext));
        options.Events.OnRedirectToAccessDenied = context => Refuse(
            context.HttpContext, StatusCodes.Status403Forbidden,
            context.HttpContext.User.HasClaim(c => c.Type == PortalUser.UnfinishedClaim) ? "/tai-khoan/buoc-hai" : null);
    }

    /// <summary>A person who opens a page is led on; a script, a form and a machine are told.</summary>
    private static Task Refuse(HttpContext http, int status, string? page)
    {
        if (page is not null && HttpMethods.IsGet(http.Request.Method) && http.Request.Headers["Sec-Fetch-Dest"] != "empty")
        {
            http.Response.Redirect(page);
        }
        else
        {
            http.Response.StatusCode = status;
        }

        return Task.CompletedTask;
    }

    private static string SignIn(HttpContext http) =>
        Urls.With("/dang-nhap", ("ve", http.Request.Path == "/" ? null : LocalPath.Of(http.Request.Path + http.Request.QueryString)));
}
