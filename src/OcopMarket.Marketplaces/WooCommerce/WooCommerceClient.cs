using System.Globalization;
using System.Text;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>One call to one shop. Leaves what the answer holds, a <see cref="MarketplaceException"/> when the whole call was refused, or
/// <see cref="FateUnknownException"/> when a write may hide behind the answer.</summary>
internal sealed class WooCommerceClient(PlatformHttp<WooCommerceOptions> http)
{
    private const string Api = "wp-json/wc/v3";

    public WooCommerceOptions Options => http.Options;

    /// <summary>A call that changes nothing, or that may be repeated without harm: an unknown fate is only a reason to try again.</summary>
    public async Task<TBody> ReadAsync<TBody>(RestRequest request, SellerSession shop, CancellationToken cancellationToken)
        where TBody : class => (await ReadPageAsync<TBody>(request, shop, cancellationToken)).Body;

    /// <summary>The same with the totals beside it; null where the shop, or what stands before it, has taken the header away.</summary>
    public async Task<(TBody Body, int? Total, int? Pages)> ReadPageAsync<TBody>(
        RestRequest request, SellerSession shop, CancellationToken cancellationToken)
        where TBody : class
    {
        try
        {
            var answer = await SendAsync(request, shop, cancellationToken);
            var body = Body<TBody>(answer);
            return (body, Number(answer, "X-WP-Total"), Number(answer, "X-WP-TotalPages"));
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    public async Task<TBody> WriteAsync<TBody>(RestRequest request, SellerSession shop, CancellationToken cancellationToken)
        where TBody : class => Body<TBody>(await SendAsync(request, shop, cancellationToken));

    /// <summary>The answer also of a refusal, for calls where the refusal is the answer.</summary>
    public async Task<(TBody? Body, WooCommerceError? Error)> TryAsync<TBody>(
        RestRequest request, SellerSession shop, string refusal, CancellationToken cancellationToken)
        where TBody : class
    {
        try
        {
            var answer = await SendAsync(request, shop, cancellationToken, refusal);
            return answer.Status is 200 or 201
                ? (Body<TBody>(answer), null)
                : (null, PlatformJson.Read<WooCommerceError>(answer.Body, WooCommerceJson.Options));
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    public static RestRequest Json<TBody>(string path, TBody body) =>
        new RestRequest($"{Api}{path}", Method.Post).AddStringBody(JsonSerializer.Serialize(body, WooCommerceJson.Options), ContentType.Json);

    public static RestRequest Get(string path) => new($"{Api}{path}");

    public static string Clean(string? text, SellerSession shop) =>
        WooCommerceShop.Of(shop.AccessToken) is { } given ? Details.Of(text, given.Secret, new Secret(given.Key)) : Details.Of(text, shop.AccessToken);

    /// <param name="taken">A code that the caller takes for an answer.</param>
    private async Task<HttpAnswer> SendAsync(RestRequest request, SellerSession shop, CancellationToken cancellationToken, string? taken = null)
    {
        var given = Usable(shop);
        request.AddHeader("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{given.Key}:{given.Secret.Reveal()}"))}");
        if (given.Address.Scheme == Uri.UriSchemeHttp)
        {
            // Only the simulated shops on this machine: Basic counts over TLS alone, and a site behind a proxy learns of TLS by this header.
            request.AddHeader("X-Forwarded-Proto", "https");
        }

        var answer = await http.SendAsync(request, cancellationToken, given.Address);
        var error = answer.Status is 200 or 201 ? null : PlatformJson.Read<WooCommerceError>(answer.Body, WooCommerceJson.Options);
        return error?.Code is { } code && code == taken ? answer : Checked(answer, error, shop);
    }

    private WooCommerceShop Usable(SellerSession session)
    {
        if (WooCommerceShop.Of(session.AccessToken) is not { } shop || !shop.Key.All(char.IsAscii) || !shop.Secret.Reveal().All(char.IsAscii))
        {
            throw new MarketplaceException(http.Key, FailureKind.Unauthorized, "token_missing", "There is no usable key for this call.");
        }

        return !WooCommerceShop.IsCallable(shop.Address, Options.BaseUrl)
            ? throw new MarketplaceException(http.Key, FailureKind.Misconfigured, WooCommerceErrors.ShopAddress, $"{shop.Id} may not be called.")
            : session.ExternalShopId.Length > 0 && session.ExternalShopId != shop.Id
                ? throw new MarketplaceException(
                    http.Key, FailureKind.Misconfigured, "shop_differs", $"The key was given for {shop.Id}, the account is {session.ExternalShopId}.")
                : shop;
    }

    private HttpAnswer Checked(HttpAnswer answer, WooCommerceError? error, SellerSession shop)
    {
        var code = error?.Code ?? $"HTTP {answer.Status}";
        var text = Clean(error?.Message ?? (error is null ? "No answer of WooCommerce." : null), shop);
        return answer.Status switch
        {
            200 or 201 => answer,
            429 => throw new MarketplaceException(http.Key, FailureKind.RateLimited, error?.Code ?? "429", text, answer.RetryAfter),
            401 => throw new MarketplaceException(http.Key, FailureKind.Unauthorized, code, text),
            403 when error?.Code is not null => throw new MarketplaceException(http.Key, FailureKind.Unauthorized, code, text),
            >= 400 and < 500 and not 408 => throw new MarketplaceException(
                http.Key, error?.Code is null ? FailureKind.Misconfigured : WooCommerceErrors.KindOf(code), code, text),
            _ => throw new FateUnknownException(code, text),
        };
    }

    private static TBody Body<TBody>(HttpAnswer answer)
        where TBody : class => PlatformJson.Read<TBody>(answer.Body, WooCommerceJson.Options)
            ?? throw new FateUnknownException("unreadable", $"HTTP {answer.Status} without a readable body.");

    private static int? Number(HttpAnswer answer, string header) =>
        int.TryParse(answer.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
