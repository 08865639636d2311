using Microsoft.AspNetCore.Http;

namespace OcopMarket.Web.People;

/// <summary>Names and properties of every cookie. Over TLS they carry <c>__Host-</c>, which browsers take only with Secure, from this host and
/// for all of it; on <c>http://localhost</c> that cannot be.</summary>
public sealed class CookieNames(PortalSettings settings)
{
    public string Session => Of("session");
    public string HalfWay => Of("halfway");
    public string Form => Of("form");
    public string Language => Of("language");

    /// <summary>How the names begin of the two that bind a directory's answer to this browser.</summary>
    public string OpenIdState => Of("openid_state.");
    public string OpenIdNonce => Of("openid_nonce.");

    public CookieSecurePolicy Secure => settings.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;

    /// <param name="holds">Null: until the browser closes.</param>
    public CookieOptions Options(TimeSpan? holds = null) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = settings.IsSecure,
        MaxAge = holds,
        Path = "/",
    };

    private string Of(string what) => settings.IsSecure ? $"__Host-ocop_{what}" : $"ocop_{what}";
}
