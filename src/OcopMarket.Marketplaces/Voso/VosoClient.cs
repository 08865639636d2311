using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>One call, read as far as the envelope: HTTP 200 says nothing here, <c>error</c> and <c>status</c> do.</summary>
internal sealed class VosoClient(PlatformHttp<VosoOptions> http)
{
    public VosoOptions Options => http.Options;

    /// <summary>A call that changes nothing: an unknown fate is only a reason to try again.</summary>
    public async Task<TData> ReadAsync<TData>(RestRequest request, Secret token, CancellationToken cancellationToken)
        where TData : class
    {
        try
        {
            var envelope = await CallAsync(request, token, cancellationToken);
            return envelope.Error == true
                ? throw Refused(envelope, token)
                : Data<TData>(envelope) ?? throw new FateUnknownException("unreadable", "The answer has no data of the expected shape.");
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    /// <summary>The envelope, also of a business refusal. Leaves <see cref="MarketplaceException"/> for token and pace, and
    /// <see cref="FateUnknownException"/> when a write may hide behind the answer.</summary>
    public Task<VosoEnvelope> CallAsync(RestRequest request, Secret token, CancellationToken cancellationToken)
    {
        var text = token.Reveal();
        return text.Length == 0 || text.Any(c => c is <= ' ' or > '~')
            ? throw new MarketplaceException(http.Key, FailureKind.Unauthorized, "token_missing", "There is no usable token for this call.")
            : SendAsync(request.AddHeader("Token", text), token, cancellationToken);
    }

    /// <summary>One step of the login; the first has no token yet.</summary>
    public async Task<VosoToken> LogInAsync(string path, VosoLogin login, Secret? token, CancellationToken cancellationToken)
    {
        var request = Json(path, login);
        if (token is { } shortToken)
        {
            request.AddHeader("Token", shortToken.Reveal());
        }

        var password = new Secret(login.Password);
        try
        {
            var envelope = await SendAsync(request, password, cancellationToken);
            return envelope.Error == true
                ? throw Refused(envelope, password)
                : Data<VosoToken>(envelope) is { Token.Length: > 0, Expired: > 0 } answer
                    ? answer
                    : throw new FateUnknownException("unreadable", "The login was answered without a token.");
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    public static RestRequest Json<TBody>(string path, TBody body) =>
        new RestRequest(path, Method.Post).AddStringBody(JsonSerializer.Serialize(body, VosoJson.Options), ContentType.Json);

    /// <summary>Null when there is no data of this shape.</summary>
    public static TData? Data<TData>(VosoEnvelope envelope)
        where TData : class
    {
        try
        {
            return envelope.Data?.Deserialize<TData>(VosoJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public MarketplaceException Refused(VosoEnvelope envelope, Secret token) => new(
        http.Key, VosoErrors.KindOf(envelope.Status ?? 0), VosoErrors.Code(envelope.Status), Details.Of(envelope.Message, token));

    private async Task<VosoEnvelope> SendAsync(RestRequest request, Secret secret, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(request, cancellationToken);
        var envelope = PlatformJson.Read<VosoEnvelope>(answer.Body, VosoJson.Options);
        CheckHttp(answer);
        if (envelope?.Error is null || envelope.Status is not { } status || (envelope.Error == false && status != VosoErrors.Ok))
        {
            throw new FateUnknownException("unreadable", $"HTTP {answer.Status} without a readable envelope.");
        }

        return VosoErrors.KindOf(status) switch
        {
            _ when envelope.Error == false => envelope,
            FailureKind.Ambiguous => throw new FateUnknownException(VosoErrors.Code(status), Details.Of(envelope.Message, secret)),
            FailureKind.Unauthorized => throw Refused(envelope, secret),
            FailureKind.RateLimited => throw Slower(answer),
            _ => envelope,
        };
    }

    private MarketplaceException Slower(HttpAnswer answer) => new(
        http.Key, FailureKind.RateLimited, "429", "Too many calls.",
        answer.RetryAfter > Options.SlowDown ? answer.RetryAfter : Options.SlowDown);

    private void CheckHttp(HttpAnswer answer)
    {
        switch (answer.Status)
        {
            case 200:
                return;
            case 429:
                throw Slower(answer);
            case 401 or 403:
                throw new MarketplaceException(http.Key, FailureKind.Unauthorized, $"HTTP {answer.Status}", "The call was not let in.");
            case >= 400 and < 500 and not 408:
                throw new MarketplaceException(
                    http.Key, FailureKind.Misconfigured, $"HTTP {answer.Status}", "The address does not take this call.");
            default:
                throw new FateUnknownException($"HTTP {answer.Status}", "No usable answer.");
        }
    }
}
