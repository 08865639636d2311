using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.Tests.People;

public enum IssuerFault { None, Nonce, NoNonce, Audience, Expired, Signature, Issuer, AlgNone, NoSignature, SharedSecret, Denied }

/// <summary>A province's directory on this machine, with OpenID Connect's own words and none of our code: discovery, keys, sign-in page, tokens.
/// Whoever comes is <see cref="Subject"/>. Checks the client's secret, PKCE and that a code is used once.</summary>
public sealed class LocalIssuer : IAsyncDisposable
{
    public const string ClientId = "ocop-portal";
    public const string ClientSecret = "mat-khau-thu-openid-5b1e"; // marked: the suite looks for it everywhere

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _other = RSA.Create(2048);
    private readonly Dictionary<string, (string Nonce, string Challenge, string Back)> _codes = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    public Uri Address { get; private set; } = null!;
    public string Subject { get; set; } = "";
    public string? Mail { get; set; }
    public object? MailVerified { get; set; } = true;
    public string[]? Amr { get; set; }
    public string? Acr { get; set; }
    public IssuerFault Fault { get; set; }

    /// <summary>Another host in the addresses for programs; null: the right one.</summary>
    public string? TokenHost { get; set; }

    /// <summary>What the last browser brought to the sign-in page.</summary>
    public Dictionary<string, string> Asked { get; private set; } = [];

    /// <summary>How often a code was brought, rightly or wrongly.</summary>
    public int Redeemed { get; private set; }

    public string LastToken { get; private set; } = "";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", Discovery);
        _app.MapGet("/keys", Keys);
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", (Delegate)TokenAsync);
        await _app.StartAsync();
        Address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Somebody new, without fault.</summary>
    public void Is(string subject, string? mail, object? verified = null, string[]? amr = null, string? acr = null) =>
        (Subject, Mail, MailVerified, Amr, Acr, Fault) = (subject, mail, verified ?? true, amr, acr, IssuerFault.None);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _other.Dispose();
    }

    private string Root => Address.GetLeftPart(UriPartial.Authority);

    private IResult Discovery() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Root,
        ["authorization_endpoint"] = $"{Root}/authorize",
        ["token_endpoint"] = $"{(TokenHost is null ? Root : $"http://{TokenHost}:{Address.Port}")}/token",
        ["jwks_uri"] = $"{Root}/keys",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
    });

    private IResult Keys()
    {
        var key = _key.ExportParameters(false);
        return Results.Json(new
        {
            keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "k1", n = Text(key.Modulus!), e = Text(key.Exponent!) } },
        });
    }

    private IResult Authorize(HttpContext http)
    {
        Asked = http.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        var back = Asked["redirect_uri"];
        if (Fault == IssuerFault.Denied)
        {
            return Results.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?>
            {
                ["error"] = "access_denied",
                ["error_description"] = "no",
                ["state"] = Asked["state"],
            }));
        }

        if (Asked["client_id"] != ClientId || Asked["response_type"] != "code" || Asked["code_challenge_method"] != "S256")
        {
            return Results.BadRequest();
        }

        var code = Guid.NewGuid().ToString("N");
        lock (_codes)
        {
            _codes[code] = (Asked["nonce"], Asked["code_challenge"], back);
        }

        return Results.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["code"] = code, ["state"] = Asked["state"] }));
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        (string Nonce, string Challenge, string Back) asked;
        lock (_codes)
        {
            Redeemed++;
            if (!_codes.Remove(form["code"].ToString(), out asked))
            {
                return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
            }
        }

        var verified = Text(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret || form["redirect_uri"] != asked.Back || verified != asked.Challenge)
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        LastToken = IdToken(asked.Nonce);
        return Results.Json(new { access_token = Guid.NewGuid().ToString("N"), token_type = "Bearer", expires_in = 300, id_token = LastToken });
    }

    private string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var isOld = Fault == IssuerFault.Expired;
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Fault == IssuerFault.Issuer ? "https://other.example" : Root,
            ["sub"] = Subject,
            ["aud"] = Fault == IssuerFault.Audience ? "another-program" : ClientId,
            ["nonce"] = Fault switch { IssuerFault.Nonce => $"{nonce[..^4]}AAAA", IssuerFault.NoNonce => null, _ => nonce },
            ["iat"] = isOld ? now - 600 : now,
            ["nbf"] = isOld ? now - 600 : now,
            ["exp"] = isOld ? now - 120 : now + 300,
            ["email"] = Mail,
            ["email_verified"] = MailVerified,
            ["amr"] = Amr,
            ["acr"] = Acr,
        };
        var algorithm = Fault switch { IssuerFault.AlgNone => "none", IssuerFault.SharedSecret => "HS256", _ => "RS256" };
        var head = JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT", kid = "k1" });
        var body = JsonSerializer.SerializeToUtf8Bytes(claims.Where(c => c.Value is not null).ToDictionary(c => c.Key, c => c.Value));
        var text = $"{Text(head)}.{Text(body)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        return $"{text}.{Fault switch
        {
            IssuerFault.AlgNone or IssuerFault.NoSignature => "",
            IssuerFault.SharedSecret => Text(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ClientSecret), bytes)),
            IssuerFault.Signature => Text(_other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            _ => Text(_key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        }}";
    }

    private static string Text(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);
}
