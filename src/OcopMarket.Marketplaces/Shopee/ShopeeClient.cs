using System.Globalization;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>One signed call, read as far as the envelope: <c>error</c> decides, whatever the HTTP status is.</summary>
internal sealed class ShopeeClient(PlatformHttp<ShopeeOptions> http, TimeProvider time)
{
    public ShopeeOptions Options => http.Options;

    /// <summary>A call that gives something away once: an answer that cannot be read may hide it.</summary>
    /// <exception cref="MarketplaceException">Every failure; <see cref="FailureKind.Ambiguous"/> where something may have been given.</exception>
    public async Task<ShopeeTokens> TokensAsync(string path, ShopeeTokenRequest body, SellerLogin app, CancellationToken cancellationToken)
    {
        Secret[] secrets = [app.Password, new(body.Code ?? ""), new(body.RefreshToken ?? "")];
        try
        {
            return Accepted(await SendAsync<ShopeeTokens>(Body(Signed(path, Method.Post, app, null), body), secrets, cancellationToken), secrets);
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Ambiguous, e.Code, Details.Of(e.Detail, secrets), inner: e);
        }
    }

    public Task<ShopeeShop> ShopAsync(SellerLogin app, SellerSession shop, CancellationToken cancellationToken) => SafeAsync<ShopeeShop>(
        Signed("/api/v2/shop/get_shop_info", Method.Get, app, shop), [app.Password, shop.AccessToken], cancellationToken);

    /// <summary>A call that changes nothing: an unknown fate is only a reason to try again.</summary>
    public async Task<TResponse> ReadAsync<TResponse>(
        SellerSession shop, string path, IEnumerable<(string Name, string Value)> query, CancellationToken cancellationToken)
        where TResponse : class
    {
        var request = Signed(path, Method.Get, App(shop), shop);
        foreach (var (name, value) in query)
        {
            request.AddQueryParameter(name, value);
        }

        var answer = await SafeAsync<ShopeeReply<TResponse>>(request, SecretsOf(shop), cancellationToken);
        return answer.Response ?? throw new MarketplaceException(http.Key, FailureKind.Transient, "unreadable", "The answer has no response of the expected shape.");
    }

    /// <summary>A picture. In the documents this call is the operator's and not a shop's; sent twice it is only there twice.</summary>
    public async Task<ShopeeUploaded> UploadAsync(SellerSession shop, MediaFile file, CancellationToken cancellationToken)
    {
        var request = Signed("/api/v2/media_space/upload_image", Method.Post, App(shop), null);
        request.AlwaysMultipartFormData = true;
        request.AddFile("image", file.Bytes.ToArray(), file.FileName, file.ContentType);
        var answer = await SafeAsync<ShopeeReply<ShopeeUploaded>>(request, SecretsOf(shop), cancellationToken);
        return answer.Response ?? throw new MarketplaceException(http.Key, FailureKind.Transient, "unreadable", "The upload was answered without a picture.");
    }

    /// <summary>A call that may change an item. The envelope also of a refusal of the item; leaves <see cref="MarketplaceException"/> where the whole
    /// call was refused, and <see cref="FateUnknownException"/> when a write may hide behind the answer.</summary>
    public async Task<ShopeeReply<TResponse>> WriteAsync<TBody, TResponse>(
        SellerSession shop, string path, TBody body, CancellationToken cancellationToken)
        where TResponse : class
    {
        var secrets = SecretsOf(shop);
        var (read, answer) = await SendAsync<ShopeeReply<TResponse>>(Body(Signed(path, Method.Post, App(shop), shop), body), secrets, cancellationToken);
        return read.Error is { Length: > 0 } error && (ShopeeErrors.KindOf(error, read.Message) != FailureKind.Rejected || ShopeeErrors.IsOfShop(error))
            ? throw Refused(read, answer, secrets)
            : read;
    }

    public static Secret[] SecretsOf(SellerSession shop) => [shop.AccessToken, shop.Application?.Password ?? default];

    private static RestRequest Body<TBody>(RestRequest request, TBody body) =>
        request.AddStringBody(JsonSerializer.Serialize(body, ShopeeJson.Options), ContentType.Json);

    /// <summary>Whose key signs.</summary>
    public SellerLogin App(SellerSession shop) => shop.Application is { Password.IsEmpty: false } app ? app : throw new MarketplaceException(
        http.Key, FailureKind.Misconfigured, "partner_missing", "The operator's own login with this platform is not in the vault.");

    private RestRequest Signed(string path, Method method, SellerLogin app, SellerSession? shop)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new RestRequest(path, method).AddQueryParameter("partner_id", app.User)
            .AddQueryParameter("timestamp", now.ToString(CultureInfo.InvariantCulture))
            .AddQueryParameter("sign", ShopeeSign.Of(app, path, now, shop));
        return shop is null ? request
            : request.AddQueryParameter("access_token", shop.AccessToken.Reveal()).AddQueryParameter("shop_id", shop.ExternalShopId);
    }

    private async Task<TAnswer> SafeAsync<TAnswer>(RestRequest request, Secret[] secrets, CancellationToken cancellationToken)
        where TAnswer : ShopeeAnswer
    {
        try
        {
            return Accepted(await SendAsync<TAnswer>(request, secrets, cancellationToken), secrets);
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, Details.Of(e.Detail, secrets), inner: e);
        }
    }

    private TAnswer Accepted<TAnswer>((TAnswer Read, HttpAnswer Answer) answer, Secret[] secrets)
        where TAnswer : ShopeeAnswer =>
        answer.Read.Error is { Length: > 0 } ? throw Refused(answer.Read, answer.Answer, secrets) : answer.Read;

    /// <exception cref="FateUnknownException">Nothing can be told from the answer, or it says itself that the platform is in trouble.</exception>
    private async Task<(TAnswer Read, HttpAnswer Answer)> SendAsync<TAnswer>(RestRequest request, Secret[] secrets, CancellationToken cancellationToken)
        where TAnswer : ShopeeAnswer
    {
        var answer = await http.SendAsync(request, cancellationToken);
        var read = PlatformJson.Read<TAnswer>(answer.Body, ShopeeJson.Options);
        return read switch
        {
            { Error: "" } when answer.Status == 200 => (read, answer),
            { Error: { Length: > 0 } error } when ShopeeErrors.KindOf(error, read.Message) == FailureKind.Ambiguous =>
                throw new FateUnknownException(Details.Of(error, secrets), Details.Of(read.Message, secrets)),
            { Error.Length: > 0 } => (read, answer),
            _ when answer.Status == 429 => throw new MarketplaceException(http.Key, FailureKind.RateLimited, "HTTP 429", "Too many calls.", answer.RetryAfter),
            _ => throw new FateUnknownException($"HTTP {answer.Status}", "An answer without a readable envelope."),
        };
    }

    private MarketplaceException Refused(ShopeeAnswer read, HttpAnswer answer, Secret[] secrets) => new(
        http.Key, ShopeeErrors.KindOf(read.Error!, read.Message), Details.Of(read.Error, secrets), Details.Of(read.Message, secrets),
        answer.RetryAfter ?? (read.Error == "error_limit" ? UntilQuota(time.GetUtcNow()) : null));

    /// <summary>The day's quota begins anew at 00:00 of UTC+8.</summary>
    internal static TimeSpan UntilQuota(DateTimeOffset now)
    {
        var there = now.ToOffset(TimeSpan.FromHours(8));
        return TimeSpan.FromDays(1) - there.TimeOfDay;
    }
}
