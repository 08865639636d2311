using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>Webhook: base64(HMAC-SHA256(secret, raw body)) in a header. Every shop has a secret of its own, made from ours and the shop's address, so
/// that one shop cannot speak for another. The time of the product's last change is in the signed body and bounds replays.</summary>
internal static partial class WooCommerceWebhook
{
    public const string Topic = "product.updated";
    private const string Signature = "X-WC-Webhook-Signature";
    private const string Source = "X-WC-Webhook-Source";
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <returns>None for the first ping, which is not signed and says nothing.</returns>
    public static IReadOnlyList<WebhookHint> Verify(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, WooCommerceOptions options, DateTimeOffset now)
    {
        if (!headers.TryGetValue(Signature, out var signature))
        {
            return body.Length < 40 && Ping().IsMatch(Encoding.ASCII.GetString(body.Span))
                ? []
                : throw Refuse("webhook_signature", "The webhook is not signed.");
        }

        if (!Uri.TryCreate(headers.GetValueOrDefault(Source), UriKind.Absolute, out var source))
        {
            throw Refuse("webhook_source", "The webhook does not say which shop it is from.");
        }

        var shop = WooCommerceShop.IdOf(source);
        if (!IsSigned(body.Span, signature, SecretOf(shop, options)))
        {
            throw Refuse("webhook_signature", "The webhook's signature is wrong.");
        }

        var product = PlatformJson.Read<WooCommerceProduct>(body.ToArray(), WooCommerceJson.Options);
        if (WooCommerceText.Time(product?.DateModifiedGmt) is not { } at || at < now - options.WebhookWindow || at > now + Ahead)
        {
            throw Refuse("webhook_late", "The change that the webhook tells of is outside the window.");
        }

        return product is { Id: { } id, Sku.Length: > 0 } ? [new(shop, product.Sku, id.ToString(CultureInfo.InvariantCulture))] : [];
    }

    public static Secret SecretOf(string shop, WooCommerceOptions options) => string.IsNullOrWhiteSpace(options.WebhookSecret)
        ? throw new MarketplaceException(
            WooCommerceAdapter.WooCommerceKey, FailureKind.Misconfigured, "webhook_secret_missing",
            $"{WooCommerceOptions.Section}:WebhookSecret is empty, so webhooks can neither be asked for nor checked.")
        : new(Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(new Secret(options.WebhookSecret).Reveal()), Encoding.UTF8.GetBytes($"woocommerce webhook {shop}"))));

    internal static bool IsSigned(ReadOnlySpan<byte> body, string signature, Secret secret) =>
        Secrets.AreEqual(signature, Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), body)));

    private static MarketplaceException Refuse(string code, string detail) =>
        new(WooCommerceAdapter.WooCommerceKey, FailureKind.Unauthorized, code, detail);

    [GeneratedRegex(@"\Awebhook_id=[0-9]{1,18}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ping();
}
