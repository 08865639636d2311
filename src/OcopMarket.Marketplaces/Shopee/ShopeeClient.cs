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
    public Task<ShopeeTokens> TokensAsync(string path, ShopeeTokenRequest body, SellerLogin app, CancellationToken cancellationToken) =>
        SendAsync<ShopeeTokens>(
            Signed(path, Method.Post, app, null).AddStringBody(JsonSerializer.Serialize(body, ShopeeJson.Options), ContentType.Json),
            FailureKind.Ambiguous, [app.Password, new(body.Code ?? ""), new(body.RefreshToken ?? "")], cancellationToken);

    public Task<ShopeeShop> ShopAsync(SellerLogin app, SellerSession shop, CancellationToken cancellationToken) => SendAsync<ShopeeShop>(
        Signed("/api/v2/shop/get_shop_info", Method.Get, app, shop), FailureKind.Transient, [app.Password, shop.AccessToken], cancellationToken);

    private RestRequest Signed(string path, Method method, SellerLogin app, SellerSession? shop)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new RestRequest(path, method).AddQueryParameter("partner_id", app.User)
            .AddQueryParameter("timestamp", now.ToString(CultureInfo.InvariantCulture))
            .AddQueryParameter("sign", ShopeeSign.Of(app, path, now, shop));
        return shop is null ? request
            : request.AddQueryParameter("access_token", shop.AccessToken.Reveal()).AddQueryParameter("shop_id", shop.ExternalShopId);
    }

    /// <param name="doubtful">What an answer is from which nothing can be told.</param>
    private async Task<TAnswer> SendAsync<TAnswer>(
        RestRequest request, FailureKind doubtful, Secret[] secrets, CancellationToken cancellationToken)
        where TAnswer : ShopeeAnswer
    {
        try
        {
            var answer = await http.SendAsync(request, cancellationToken);
            var read = PlatformJson.Read<TAnswer>(answer.Body, ShopeeJson.Options);
            return read switch
            {
                { Error: "" } when answer.Status == 200 => read,
                { Error.Length: > 0 } => throw Refused(read, answer, doubtful, secrets),
                _ when answer.Status == 429 => throw new MarketplaceException(http.Key, FailureKind.RateLimited, "HTTP 429", "Too many calls.", answer.RetryAfter),
                _ => throw new FateUnknownException($"HTTP {answer.Status}", "An answer without a readable envelope."),
            };
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, doubtful, e.Code, Details.Of(e.Detail, secrets), inner: e);
        }
    }

    private MarketplaceException Refused(ShopeeAnswer read, HttpAnswer answer, FailureKind doubtful, Secret[] secrets)
    {
        var kind = ShopeeErrors.KindOf(read.Error!);
        return new(
            http.Key, kind == FailureKind.Ambiguous ? doubtful : kind, Details.Of(read.Error, secrets), Details.Of(read.Message, secrets), answer.RetryAfter);
    }
}
