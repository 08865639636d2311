using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Section 10 of the platform's sheet: one address for all pushes, <c>Authorization</c> = lower-case hex of HMAC-SHA256 over
/// <c>address|raw body</c>. The time in the signed body bounds replays. A push names an item by the platform's id alone.</summary>
internal static class ShopeeWebhook
{
    private const string Signature = "Authorization";
    private static readonly TimeSpan _ahead = TimeSpan.FromMinutes(5);

    /// <summary>Of an item: violation, price, a publication that failed.</summary>
    private static readonly int[] _ofItem = [16, 22, 27];

    /// <returns>None for what tells of no item: the push is known, and there is nothing to read again.</returns>
    public static IReadOnlyList<WebhookHint> Verify(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, ShopeeOptions options, DateTimeOffset now)
    {
        if (options.PushUrl is not { } address || string.IsNullOrWhiteSpace(options.PushKey))
        {
            throw new MarketplaceException(
                ShopeeAdapter.ShopeeKey, FailureKind.Misconfigured, "push_key_missing",
                $"{ShopeeOptions.Section}:PushUrl and :PushKey must be set, else pushes cannot be checked.");
        }

        if (!headers.TryGetValue(Signature, out var signature) || !IsSigned(address, body.Span, signature, new(options.PushKey)))
        {
            throw Refuse("push_signature", "The push's signature is wrong or missing.");
        }

        var push = PlatformJson.Read<ShopeePush>(body.ToArray(), ShopeeJson.Options);
        if (push?.Timestamp is not (> 0 and <= uint.MaxValue and { } seconds)
            || DateTimeOffset.FromUnixTimeSeconds(seconds) is var at && (at < now - options.PushWindow || at > now + _ahead))
        {
            throw Refuse("push_late", "The push's timestamp is outside the window.");
        }

        var shop = push.ShopId ?? push.Data?.ShopId;
        return _ofItem.Contains(push.Code ?? 0) && push.Data?.ItemId is > 0 and { } item && shop is { Length: > 0 }
            ? [new(shop, "", item.ToString(CultureInfo.InvariantCulture))]
            : [];
    }

    /// <param name="address">As it stands in the platform's console: a trailing slash counts.</param>
    internal static bool IsSigned(Uri address, ReadOnlySpan<byte> body, string signature, Secret key) =>
        Secrets.AreEqual(signature, SignatureOf(address, body, key));

    internal static string SignatureOf(Uri address, ReadOnlySpan<byte> body, Secret key)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes($"{address.OriginalString}|"), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal()), text));
    }

    private static MarketplaceException Refuse(string code, string detail) => new(ShopeeAdapter.ShopeeKey, FailureKind.Unauthorized, code, detail);
}
