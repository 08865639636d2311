using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.People;

/// <summary>How the framework's handler asks the operator's directory and what it does with the answer: code flow with PKCE, state and nonce bound
/// to this browser. Nothing of the answer is kept but who it names.</summary>
internal sealed class OpenIdOptions(OpenIdSettings directory, CookieNames names, PortalAddress address, TryLimits limits)
    : IConfigureNamedOptions<OpenIdConnectOptions>
{
    public const string Scheme = "openid";
    public const string Begin = "/dang-nhap/co-quan";
    public const string Return = "/dang-nhap/co-quan/ve";

    /// <summary>For so long somebody may take over there.</summary>
    private static readonly TimeSpan _holds = TimeSpan.FromMinutes(10);

    /// <summary>A key of the directory's that everybody may read signs; never our shared secret, never nothing.</summary>
    private static readonly string[] _algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public void Configure(OpenIdConnectOptions options) => Configure(Scheme, options);

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        options.Authority = directory.Authority.ToString();
        options.ClientId = directory.ClientId;
        options.ClientSecret = directory.ClientSecret.Reveal();
        options.RequireHttpsMetadata = !directory.Authority.IsLoopback;
        options.BackchannelHttpHandler = new SealedWay();
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.DisableTelemetry = true;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.Scope.Clear();
        options.Scope.Add("openid");
        if (directory.MatchBy == DirectoryMatch.Email)
        {
            options.Scope.Add("email");
        }

        options.MapInboundClaims = false;
        options.ClaimActions.Clear(); // issuer and acr are read
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        options.TokenValidationParameters.ValidAlgorithms = _algorithms;
        options.ProtocolValidator.NonceLifetime = _holds;
        options.RemoteAuthenticationTimeout = _holds;
        options.SignInScheme = SessionCookie.Scheme;
        options.CallbackPath = Return;
        options.RemoteSignOutPath = PathString.Empty; // a link from elsewhere would end sessions
        options.SignedOutCallbackPath = PathString.Empty;
        Keep(options.CorrelationCookie, names.OpenIdState);
        Keep(options.NonceCookie, names.OpenIdNonce);
        options.Events.OnMessageReceived = Count;
        options.Events.OnRedirectToIdentityProvider = LeadBackHere;
        options.Events.OnTokenValidated = RequireSignature;
        options.Events.OnTicketReceived = TakeAsync;
        options.Events.OnAccessDenied = c => Refuse(c, "directory_denied", c.Properties);
        options.Events.OnRemoteFailure = c => Refuse(c, "directory_failed", c.Properties);
    }

    internal static string Refusal(HttpContext http, string code, string? back) =>
        Urls.With("/dang-nhap", ("loi", code), ("so", http.TraceIdentifier), ("ve", LocalPath.Of(back)));

    private void Keep(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = names.Secure;
        cookie.Path = "/";
    }

    /// <summary>Before the directory is asked anything.</summary>
    private Task Count(MessageReceivedContext context)
    {
        if (!limits.Take(context.HttpContext))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.HandleResponse();
        }

        return Task.CompletedTask;
    }

    private Task LeadBackHere(RedirectContext context)
    {
        if (!Uri.TryCreate(context.ProtocolMessage.IssuerAddress, UriKind.Absolute, out var page) || !SealedWay.Allows(page))
        {
            throw new InvalidOperationException("The directory's page of sign-in has no TLS.");
        }

        context.ProtocolMessage.RedirectUri = address.Link(Return).ToString();
        return Task.CompletedTask;
    }

    /// <summary>The framework checks a signature that is there; in this flow it asks for none.</summary>
    private static Task RequireSignature(TokenValidatedContext context)
    {
        if (string.IsNullOrEmpty(context.SecurityToken.RawSignature))
        {
            context.Fail("The directory's token is not signed.");
        }

        return Task.CompletedTask;
    }

    private async Task TakeAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        var back = LocalPath.Of(context.ReturnUri);
        var outcome = await http.RequestServices.GetRequiredService<OpenIdDesk>().SignInAsync(http, directory, context.Principal!);
        context.HandleResponse();
        http.Response.Redirect(outcome switch
        {
            SignInOutcome.Done => back,
            SignInOutcome.SecondFactor => Urls.With("/dang-nhap/ma", ("ve", back)),
            _ => Refusal(http, "directory_refused", back),
        });
    }

    private static Task Refuse(HandleRequestContext<RemoteAuthenticationOptions> context, string code, AuthenticationProperties? properties)
    {
        context.HandleResponse();
        context.Response.Redirect(Refusal(context.HttpContext, code, properties?.RedirectUri));
        return Task.CompletedTask;
    }
}
