using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>Who may call: key and secret of the shop by HTTP Basic over TLS, by a signature in the query (OAuth 1.0a, one leg, HMAC-SHA256)
/// without it. Basic without TLS is not looked at.</summary>
internal static class WooCommerceKeys
{
    /// <summary>How far a signature's clock may be off; chosen by us.</summary>
    private const int ClockSeconds = 900;

    /// <returns>Null: the key is the shop's and may do this.</returns>
    public static Answer? Refusal(WooShop shop, CallRequest request, bool writes, string baseUrl, DateTimeOffset now)
    {
        var refusal = Basic(request) is { } basic && request.IsTls ? OfBasic(shop, basic.Key, basic.Secret)
            : request.Parameters.ContainsKey("oauth_consumer_key") ? OfSignature(shop, request, baseUrl, now)
            : WooCommerceAnswers.CannotView();
        return refusal ?? (writes && shop.Status == "read-only"
            ? WooCommerceAnswers.BadKey("The API key provided does not have write permissions.")
            : null);
    }

    private static Answer? OfBasic(WooShop shop, string key, string secret) => Unknown(shop, key)
        ?? (secret == shop.Secret ? null : WooCommerceAnswers.BadKey("Consumer secret is invalid."));

    private static Answer? OfSignature(WooShop shop, CallRequest request, string baseUrl, DateTimeOffset now)
    {
        var given = request.Parameters;
        var isNow = long.TryParse(given.GetValueOrDefault("oauth_timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var sent)
            && (request.Late || Math.Abs(now.ToUnixTimeSeconds() - sent) <= ClockSeconds);
        return Unknown(shop, given["oauth_consumer_key"])
            ?? (given.GetValueOrDefault("oauth_signature_method") != "HMAC-SHA256" ? WooCommerceAnswers.BadKey("Invalid signature - signature method is invalid.")
                : !isNow ? WooCommerceAnswers.BadKey("Invalid timestamp.")
                : given.GetValueOrDefault("oauth_signature") != Sign(request, baseUrl, shop.Secret)
                    ? WooCommerceAnswers.BadKey("Invalid signature - provided signature does not match.")
                    : null);
    }

    private static Answer? Unknown(WooShop shop, string key) =>
        key == shop.Key && !shop.KeyEnded ? null : WooCommerceAnswers.BadKey("Consumer key is invalid.");

    private static string Sign(CallRequest request, string baseUrl, string secret)
    {
        var parameters = request.Parameters.Where(p => p.Key != "oauth_signature")
            .Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}").Order(StringComparer.Ordinal);
        var text = string.Join('&', request.Method, Uri.EscapeDataString(baseUrl + request.Path), Uri.EscapeDataString(string.Join('&', parameters)));
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret + "&"), Encoding.UTF8.GetBytes(text)));
    }

    private static (string Key, string Secret)? Basic(CallRequest request)
    {
        const string Scheme = "Basic ";
        if (request.Token?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        var bytes = new byte[request.Token.Length];
        var text = Convert.TryFromBase64String(request.Token[Scheme.Length..], bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : ":";
        return text.Split(':', 2) is [var key, var secret] ? (key, secret) : (text, "");
    }

    /// <summary>The key that a call came with, whatever carried it.</summary>
    public static string? KeyOf(string token) =>
        Basic(new CallRequest("GET", "/", "", token, [], null)) is { } basic ? basic.Key : token;
}
