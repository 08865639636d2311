using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Api;

/// <summary>Who asks the API: the key in <c>Authorization: Bearer</c>, and nothing else, no cookie either. What the key may is read anew for every
/// request: an ended key, or one of a person who was disabled, opens nothing from then on.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, ApiKeyStore store, PortalSettings settings,
    TimeProvider time) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string KeyScheme = "ocop-key";
    internal const string KeyClaim = "ocop:key";
    internal const string ReadsClaim = "ocop:reads";
    private const string Bearer = "Bearer ";

    private string _refusal = "key_missing";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var given = header[Bearer.Length..].Trim();
        var key = given.StartsWith(ApiKeyStore.Prefix, StringComparison.Ordinal) && given.Length < 200
            ? await store.FindAsync(given, Context.RequestAborted)
            : null;
        if (Fault(key) is { } fault)
        {
            _refusal = fault;
            ApiLog.Refused(Logger, key?.Id, fault);
            return AuthenticateResult.Fail(fault);
        }

        await store.TouchAsync(key!, time.GetUtcNow(), Context.RequestAborted);
        return AuthenticateResult.Success(new(Of(key!), KeyScheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblem.WriteAsync(Context, new(StatusCodes.Status401Unauthorized, _refusal));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ApiProblem.WriteAsync(Context, new(StatusCodes.Status403Forbidden, "not_allowed"));

    /// <returns>The code of what is wrong with it; null: it opens.</returns>
    private string? Fault(ApiKeyRow? key) => key is null ? "key_unknown"
        : key.EndedAt is not null ? "key_ended"
        : key.ExpiresAt <= time.GetUtcNow() ? "key_expired"
        : key.OwnerDisabled || key.Scope is null && LacksFactor(key) ? "key_suspended"
        : null;

    /// <summary>Somebody who would get no further than the set-up of a second factor gets no further with a key.</summary>
    private bool LacksFactor(ApiKeyRow key) =>
        PortalUser.NeedsSecondFactor(Words.Parse<PersonRole>(key.OwnerRole), settings.IsDemo) && !key.OwnerStrong;

    private static ClaimsPrincipal Of(ApiKeyRow key)
    {
        var identity = new ClaimsIdentity(KeyScheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(KeyClaim, key.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new(PortalUser.ScopeClaim, key.Scope ?? key.OwnerScope));
        var reads = key.Resources ?? ApiResources.Of(Words.Parse<PersonRole>(key.OwnerRole));
        identity.AddClaims(reads.Select(r => new Claim(ReadsClaim, r)));
        return new(identity);
    }
}
