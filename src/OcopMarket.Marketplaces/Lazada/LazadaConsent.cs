using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>Section 3 of the platform's sheet. A code lives 30 minutes and works once; an access token lives 30 days and a refresh token 180 (7 and 14 while
/// the application is in test). Which shop consented is told with the tokens only. Whether a renewal makes the refresh token live longer is not
/// documented, so what comes back is what is kept.</summary>
internal sealed class LazadaConsent(LazadaClient client) : ISellerConsent
{
    /// <summary>One owner may have shops in several countries under one consent: ours is the one of Vietnam.</summary>
    private const string Country = "vn";

    public MarketplaceKey Key => LazadaAdapter.LazadaKey;
    public string Name => "Lazada";

    public Uri Page(string app, Uri callback, string state) => new(
        new Uri(client.Options.TokensAt, "/oauth/authorize").AbsoluteUri
        + $"?response_type=code&force_auth=true&redirect_uri={Uri.EscapeDataString(callback.AbsoluteUri)}&client_id={Uri.EscapeDataString(app)}&state={Uri.EscapeDataString(state)}");

    public ConsentReturn? Read(IReadOnlyDictionary<string, string> query) =>
        query.GetValueOrDefault("code") is { Length: > 0 } code ? new(new Secret(code), null) : null;

    public async Task<ConsentGrant> ExchangeAsync(SellerLogin app, ConsentReturn given, CancellationToken cancellationToken)
    {
        var answer = await client.TokensAsync("/auth/token/create", "code", given.Code, app, cancellationToken);
        return Sellers(answer).FirstOrDefault() is { } seller
            ? Grant(answer, seller)
            : throw new MarketplaceException(Key, FailureKind.Rejected, "no_shop_in_vietnam", "Whoever consented has no shop in Vietnam.");
    }

    public async Task<ConsentGrant> RefreshAsync(SellerLogin app, string externalShopId, Secret refreshToken, CancellationToken cancellationToken)
    {
        var answer = await client.TokensAsync("/auth/token/refresh", "refresh_token", refreshToken, app, cancellationToken);
        var named = Sellers(answer);
        return named.Count == 0 || named.Contains(externalShopId) ? Grant(answer, externalShopId) : throw Unreadable(); // what names no shop is for the one that was asked for
    }

    public Task<ConsentedShop> LookAsync(SellerLogin app, SellerSession shop, CancellationToken cancellationToken) =>
        LazadaReading.LookAsync(client, app, shop, cancellationToken);

    private ConsentGrant Grant(LazadaTokens answer, string seller) =>
        answer is { AccessToken.Length: > 0, RefreshToken.Length: > 0, ExpiresIn: > 0 and <= 366 * 86400 }
            ? new(seller, new(answer.AccessToken), TimeSpan.FromSeconds(answer.ExpiresIn.Value), new(answer.RefreshToken))
            : throw Unreadable();

    private static List<string> Sellers(LazadaTokens answer) =>
    [
        .. (answer.CountryUserInfo ?? answer.CountryUserInfoList ?? [])
            .Where(c => string.Equals(c?.Country, Country, StringComparison.OrdinalIgnoreCase)).Select(c => c.SellerId).OfType<string>().Where(IsId),
    ];

    private static bool IsId(string text) => text.Length is > 0 and <= 20 && text.All(char.IsAsciiDigit);

    private MarketplaceException Unreadable() => new(Key, FailureKind.Ambiguous, "unreadable", "The answer has no tokens of this shop.");
}
