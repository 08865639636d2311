using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>One call, read as far as the envelope. Leaves the <c>data</c>, a <see cref="MarketplaceException"/> when the whole call was
/// refused, or <see cref="FateUnknownException"/> when a write may hide behind the answer.</summary>
internal sealed class PostmartClient(PlatformHttp<PostmartOptions> http)
{
    public PostmartOptions Options => http.Options;

    /// <summary>A call that changes nothing, or that may be repeated without harm: an unknown fate is only a reason to try again.</summary>
    public async Task<TData> ReadAsync<TData>(RestRequest request, Secret token, CancellationToken cancellationToken)
        where TData : class
    {
        try
        {
            return await WriteAsync<TData>(request, token, cancellationToken);
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    public async Task<TData> WriteAsync<TData>(RestRequest request, Secret token, CancellationToken cancellationToken)
        where TData : class
    {
        var envelope = await CallAsync(request, token, cancellationToken);
        return envelope.Success != true
            ? throw Refused(envelope, token)
            : Data<TData>(envelope) ?? throw new FateUnknownException("unreadable", "The answer has no data of the expected shape.");
    }

    /// <summary>The envelope of a business refusal too, for calls where the refusal is the answer.</summary>
    public async Task<PostmartEnvelope> CallAsync(RestRequest request, Secret token, CancellationToken cancellationToken)
    {
        SetToken(request, token);
        var answer = await http.SendAsync(request, cancellationToken);
        var envelope = PlatformJson.Read<PostmartEnvelope>(answer.Body, PostmartJson.Options);
        CheckStatus(answer, envelope?.ErrorCode, envelope?.Message, token);
        if (envelope?.Success is null)
        {
            throw new FateUnknownException("unreadable", $"HTTP {answer.Status} without a readable body.");
        }

        return PostmartErrors.KindOf(envelope.ErrorCode) switch
        {
            _ when envelope.Success == true => envelope,
            FailureKind.Ambiguous => throw new FateUnknownException(envelope.ErrorCode!, Details.Of(envelope.Message, token)),
            FailureKind.Unauthorized => throw Refused(envelope, token),
            _ => envelope,
        };
    }

    /// <summary>The login, which carries no token and has no <c>data</c>.</summary>
    public async Task<PostmartToken> LogInAsync(PostmartLogin login, CancellationToken cancellationToken)
    {
        var password = new Secret(login.Password);
        try
        {
            var answer = await http.SendAsync(Json("/GetAccessToken", Method.Post, login), cancellationToken);
            var token = PlatformJson.Read<PostmartToken>(answer.Body, PostmartJson.Options);
            CheckStatus(answer, token?.ErrorCode, token?.Message, password);
            return token switch
            {
                { Success: false } => throw Exception(PostmartErrors.KindOf(token.ErrorCode), token.ErrorCode, token.Message, password),
                { Success: true, Token.Length: > 0, ExpiresIn: > 0 } => token,
                _ => throw new FateUnknownException("unreadable", $"HTTP {answer.Status} without a token."),
            };
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    public static RestRequest Json<TBody>(string path, Method method, TBody body) =>
        new RestRequest(path, method).AddStringBody(JsonSerializer.Serialize(body, PostmartJson.Options), ContentType.Json);

    public MarketplaceException Refused(PostmartEnvelope envelope, Secret token) =>
        Exception(PostmartErrors.KindOf(envelope.ErrorCode), envelope.ErrorCode, envelope.Message, token);

    public static TData? Data<TData>(PostmartEnvelope envelope)
        where TData : class
    {
        try
        {
            return envelope.Data?.Deserialize<TData>(PostmartJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void CheckStatus(HttpAnswer answer, string? code, string? message, Secret secret)
    {
        var raw = code ?? $"HTTP {answer.Status}";
        switch (answer.Status)
        {
            case 200:
                return;
            case 429:
                throw new MarketplaceException(http.Key, FailureKind.RateLimited, code ?? "429", Details.Of(message, secret), answer.RetryAfter);
            case 401 or 403:
                throw Exception(FailureKind.Unauthorized, raw, message, secret);
            case >= 400 and < 500 and not 408:
                throw Exception(code is null ? FailureKind.Misconfigured : RefusedKind(code), raw, message, secret);
            default:
                throw new FateUnknownException(raw, Details.Of(message ?? "No usable answer.", secret));
        }
    }

    // A 4xx says that nothing was applied, whatever the code beside it means elsewhere.
    private static FailureKind RefusedKind(string code) =>
        PostmartErrors.KindOf(code) is var kind && kind == FailureKind.Ambiguous ? FailureKind.Transient : kind;

    private MarketplaceException Exception(FailureKind kind, string? code, string? message, Secret secret) =>
        new(http.Key, kind == FailureKind.Ambiguous ? FailureKind.Transient : kind, code ?? "unknown", Details.Of(message, secret));

    private void SetToken(RestRequest request, Secret token)
    {
        var text = token.Reveal();
        if (text.Length == 0 || text.Any(c => c is <= ' ' or > '~'))
        {
            throw new MarketplaceException(http.Key, FailureKind.Unauthorized, "token_missing", "There is no usable token for this call.");
        }

        request.AddHeader("token", text);
    }
}
