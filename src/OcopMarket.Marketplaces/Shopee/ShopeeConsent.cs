using System.Globalization;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Section 3 of the platform's sheet. A code lives 10 minutes and works once; an access token lives 4 hours; a refresh token lives
/// 30 days and works once; the consent itself ends on the day that the owner chose, after a year at the latest.</summary>
internal sealed class ShopeeConsent(ShopeeClient client) : ISellerConsent
{
    public MarketplaceKey Key => ShopeeAdapter.ShopeeKey;
    public string Name => "Shopee";

    /// <summary>The new kind of link, which is not signed: whoever leads a person there needs no key.</summary>
    public Uri Page(string app, Uri callback, string state) => new(
        $"{client.Options.ConsentUrl.AbsoluteUri}?auth_type=seller&partner_id={Uri.EscapeDataString(app)}"
        + $"&redirect_uri={Uri.EscapeDataString(callback.AbsoluteUri)}&response_type=code&state={Uri.EscapeDataString(state)}");

    /// <summary>A main account (cross-border) has many shops and is none: only a shop's own account can be connected.</summary>
    public ConsentReturn? Read(IReadOnlyDictionary<string, string> query) =>
        query.GetValueOrDefault("code") is { Length: > 0 } code && query.GetValueOrDefault("shop_id") is { Length: > 0 } shop && IsNumber(shop)
            ? new(new Secret(code), shop)
            : null;

    public Task<ConsentGrant> ExchangeAsync(SellerLogin app, ConsentReturn given, CancellationToken cancellationToken) => GrantAsync(
        "/api/v2/auth/token/get", app, given.ExternalShopId ?? "", body => body with { Code = given.Code.Reveal() }, cancellationToken);

    public Task<ConsentGrant> RefreshAsync(SellerLogin app, string externalShopId, Secret refreshToken, CancellationToken cancellationToken) => GrantAsync(
        "/api/v2/auth/access_token/get", app, externalShopId, body => body with { RefreshToken = refreshToken.Reveal() }, cancellationToken);

    public Task<ConsentedShop> LookAsync(SellerLogin app, SellerSession shop, CancellationToken cancellationToken) =>
        ShopeeReading.LookAsync(client, app, shop, cancellationToken);

    private async Task<ConsentGrant> GrantAsync(
        string path, SellerLogin app, string shop, Func<ShopeeTokenRequest, ShopeeTokenRequest> fill, CancellationToken cancellationToken)
    {
        if (!IsNumber(app.User) || !IsNumber(shop))
        {
            throw new MarketplaceException(Key, FailureKind.Misconfigured, "partner_id", "The partner id and the shop id must be numbers.");
        }

        var body = fill(new(long.Parse(app.User, CultureInfo.InvariantCulture), long.Parse(shop, CultureInfo.InvariantCulture)));
        var answer = await client.TokensAsync(path, body, app, cancellationToken);
        return answer is { AccessToken.Length: > 0, RefreshToken.Length: > 0, ExpireIn: > 0 and <= 30 * 86400 } && IsFor(answer, body.ShopId)
            ? new(shop, new(answer.AccessToken), TimeSpan.FromSeconds(answer.ExpireIn.Value), new(answer.RefreshToken))
            : throw new MarketplaceException(Key, FailureKind.Ambiguous, "unreadable", "The answer has no tokens of this shop.");
    }

    /// <summary>What names no shop is for the one that was asked for.</summary>
    private static bool IsFor(ShopeeTokens answer, long shop) => answer.ShopId is { } one
        ? one == shop.ToString(CultureInfo.InvariantCulture)
        : answer.ShopIdList is not { } list || list.Contains(shop);

    private static bool IsNumber(string text) => text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit);
}
