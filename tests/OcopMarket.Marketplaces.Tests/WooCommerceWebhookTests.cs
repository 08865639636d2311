using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.WooCommerce;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>What a shop tells by itself counts only when that shop has signed it.</summary>
[Trait("Category", "Culture")]
public sealed class WooCommerceWebhookTests
{
    [Fact]
    public void The_golden_webhook_is_signed_and_a_changed_byte_is_not()
    {
        var body = Encoding.UTF8.GetBytes(Repository.Golden("woocommerce", "callback.request.json"));
        var signature = (string)Repository.GoldenJson("woocommerce", "callback.headers.json")["X-WC-Webhook-Signature"]!;

        Assert.True(WooCommerceWebhook.IsSigned(body, signature, new Secret("bi-mat-thu")));
        body[^2] ^= 1;
        Assert.False(WooCommerceWebhook.IsSigned(body, signature, new Secret("bi-mat-thu")));
    }

    [Fact]
    public void One_shops_secret_signs_for_no_other_shop_and_without_ours_nothing_is_taken()
    {
        var options = new WooCommerceOptions { WebhookSecret = "chung" };
        var body = Encoding.UTF8.GetBytes(Repository.Golden("woocommerce", "callback.request.json"));
        var secret = WooCommerceWebhook.SecretOf("127.0.0.1:5093/lab", options).Reveal();
        var headers = new Dictionary<string, string>
        {
            ["X-WC-Webhook-Source"] = "http://127.0.0.1:5093/lab/",
            ["X-WC-Webhook-Signature"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)),
        };
        var now = new DateTimeOffset(2026, 11, 23, 11, 0, 0, TimeSpan.Zero);

        Assert.Equal([new("127.0.0.1:5093/lab", "LAB-1", "10")], WooCommerceWebhook.Verify(body, headers, options, now));
        headers["X-WC-Webhook-Source"] = "http://127.0.0.1:5093/khac/";
        Assert.Equal(FailureKind.Unauthorized, Refusal(body, headers, options, now));
        Assert.Equal(FailureKind.Misconfigured, Refusal(body, headers, new(), now));
        Assert.Equal(FailureKind.Unauthorized, Refusal(body, new Dictionary<string, string>(), options, now));
        Assert.Equal(FailureKind.Unauthorized, Refusal("webhook_id=1&x=2"u8.ToArray(), new Dictionary<string, string>(), options, now));
        Assert.Empty(WooCommerceWebhook.Verify("webhook_id=1"u8.ToArray(), new Dictionary<string, string>(), options, now));
    }

    private static FailureKind Refusal(byte[] body, Dictionary<string, string> headers, WooCommerceOptions options, DateTimeOffset now) =>
        Assert.Throws<MarketplaceException>(() => WooCommerceWebhook.Verify(body, headers, options, now)).Kind;
}
