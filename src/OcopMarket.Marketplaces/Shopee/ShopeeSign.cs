using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Section 2 of the platform's sheet: HMAC-SHA256 with the partner key over the parts one after another, in lower-case hex.</summary>
internal static class ShopeeSign
{
    /// <param name="path">Without host and query: <c>/api/v2/auth/token/get</c>.</param>
    /// <param name="timestamp">Unix seconds; the platform takes it for 5 minutes.</param>
    /// <param name="shop">Calls in a shop's name carry its token and id; null: a call of the operator alone.</param>
    public static string Of(SellerLogin app, string path, long timestamp, SellerSession? shop = null)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{app.User}{path}{timestamp}{shop?.AccessToken.Reveal()}{shop?.ExternalShopId}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(app.Password.Reveal()), Encoding.UTF8.GetBytes(text)));
    }
}
