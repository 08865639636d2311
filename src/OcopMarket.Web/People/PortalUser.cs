using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Api;

namespace OcopMarket.Web.People;

/// <summary>What the claims of a signed-in person say. They are made anew for every request from what stands in the database then.</summary>
public static class PortalUser
{
    internal const string ScopeClaim = "ocop:scope";
    internal const string SessionClaim = "ocop:session";
    internal const string ProvedClaim = "ocop:proved";
    internal const string RememberedClaim = "ocop:remembered";

    /// <summary>Of somebody who must still set up a second factor: neither role nor scope.</summary>
    internal const string UnfinishedClaim = "ocop:unfinished";

    public static long? PersonId(this ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Null: nobody, or somebody who may do nothing yet.</summary>
    public static PersonRole? Role(this ClaimsPrincipal user) =>
        Words.TryParse<PersonRole>(user.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    public static bool IsStaff(this ClaimsPrincipal user) => user.Role() is PersonRole.Viewer or PersonRole.Staff or PersonRole.Admin;

    public static DataScope Scope(this ClaimsPrincipal user) =>
        DataScope.TryParse(user.FindFirstValue(ScopeClaim), out var scope) ? scope : DataScope.None;

    internal static Guid? SessionId(this ClaimsPrincipal user) =>
        Guid.TryParseExact(user.FindFirstValue(SessionClaim), "N", out var id) ? id : null;

    internal static bool IsRemembered(this ClaimsPrincipal user) => user.HasClaim(RememberedClaim, "1");

    internal static DateTimeOffset ProvedAt(this ClaimsPrincipal user) =>
        DateTimeOffset.TryParseExact(
            user.FindFirstValue(ProvedClaim), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : DateTimeOffset.MinValue;

    /// <summary>Whether this role may work with a password alone.</summary>
    internal static bool NeedsSecondFactor(PersonRole role, bool isDemo) => !isDemo && role != PersonRole.Business;

    internal static ClaimsPrincipal Of(LiveSession session, bool isDemo)
    {
        var identity = new ClaimsIdentity(SessionCookie.Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, session.PersonId.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new(ClaimTypes.Name, session.Name));
        identity.AddClaim(new(SessionClaim, session.Id.ToString("N")));
        identity.AddClaim(new(ProvedClaim, session.ProvedAt.ToString("O", CultureInfo.InvariantCulture)));
        identity.AddClaim(new(RememberedClaim, session.Remembered ? "1" : "0"));
        var role = Words.Parse<PersonRole>(session.Role);
        if (NeedsSecondFactor(role, isDemo) && !session.IsStrong)
        {
            identity.AddClaim(new(UnfinishedClaim, "1"));
        }
        else
        {
            identity.AddClaim(new(ClaimTypes.Role, session.Role));
            identity.AddClaim(new(ScopeClaim, session.Scope));
        }

        return new(identity);
    }
}

/// <summary>The scope of whoever asks now: a person, or a program by its key.</summary>
internal sealed class RequestReaderScope(IHttpContextAccessor http, PortalSettings settings) : IReaderScope
{
    public DataScope Current => http.HttpContext?.User.Scope() ?? DataScope.None;

    public long? Person => http.HttpContext?.User.PersonId();

    /// <summary>People wait before a page; a program asks again and again.</summary>
    public TimeSpan? Longest => http.HttpContext?.IsApi() == true ? settings.Api.Longest : null;
}
