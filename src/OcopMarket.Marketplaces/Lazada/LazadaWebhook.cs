using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>Section 10 of the platform's sheet: one address for all pushes, <c>Authorization</c> = lower-case hex of HMAC-SHA256 over the application's key
/// and the raw body. The time in the signed body bounds replays. A verdict names the item alone, an edit its SKUs too.</summary>
internal static class LazadaWebhook
{
    private const string Signature = "Authorization";

    /// <summary>Above it a time is in milliseconds: the documents show both.</summary>
    private const long MostSeconds = 100_000_000_000;

    private static readonly TimeSpan _ahead = TimeSpan.FromMinutes(5);

    /// <summary>Of items: verdict, added, edited, deleted, low stock.</summary>
    private static readonly int[] _ofItem = [1, 3, 4, 5, 6];

    /// <returns>None for what tells of no item: the push is known, and there is nothing to read again.</returns>
    public static IReadOnlyList<WebhookHint> Verify(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, LazadaOptions options, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(options.PushApp) || string.IsNullOrWhiteSpace(options.PushKey))
        {
            throw new MarketplaceException(
                LazadaAdapter.LazadaKey, FailureKind.Misconfigured, "push_key_missing",
                $"{LazadaOptions.Section}:PushApp and :PushKey must be set, else pushes cannot be checked.");
        }

        if (!headers.TryGetValue(Signature, out var signature) || !Secrets.AreEqual(signature, SignatureOf(options.PushApp, body.Span, new(options.PushKey))))
        {
            throw Refuse("push_signature", "The push's signature is wrong or missing.");
        }

        var push = PlatformJson.Read<LazadaPush>(body.ToArray(), LazadaJson.Options);
        if (TimeOf(push?.Timestamp) is not { } at || at < now - options.PushWindow || at > now + _ahead)
        {
            throw Refuse("push_late", "The push's timestamp is outside the window.");
        }

        var shop = push!.SellerId is "null" or "" or null ? LazadaJson.Text(push.Data, "seller_id") : push.SellerId;
        return _ofItem.Contains(push.MessageType ?? -1) && shop is { Length: > 0 } ? Hints(shop, push) : [];
    }

    internal static string SignatureOf(string app, ReadOnlySpan<byte> body, Secret key)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(app), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal()), text));
    }

    private static IReadOnlyList<WebhookHint> Hints(string shop, LazadaPush push)
    {
        var item = LazadaId.Of(LazadaJson.Text(push.Data, "item_id"));
        if (LazadaJson.List(push.Data, "sku_list") is { Count: > 0 } skus)
        {
            return [.. skus.Select(s => new WebhookHint(
                shop, LazadaJson.Text(s, "seller_sku") ?? "", item is null ? null : LazadaId.Of($"{item.Item}-{LazadaJson.Text(s, "sku_id")}")?.ToString() ?? item.Item))];
        }

        return LazadaJson.Text(push.Data, "seller_sku") is { Length: > 0 } sku ? [new(shop, sku, null)]
            : item is not null ? [new(shop, "", item.Item)]
            : [];
    }

    private static DateTimeOffset? TimeOf(long? timestamp) => timestamp switch
    {
        > 0 and <= uint.MaxValue => DateTimeOffset.FromUnixTimeSeconds(timestamp.Value),
        > MostSeconds and <= uint.MaxValue * 1000L => DateTimeOffset.FromUnixTimeMilliseconds(timestamp.Value),
        _ => null,
    };

    private static MarketplaceException Refuse(string code, string detail) => new(LazadaAdapter.LazadaKey, FailureKind.Unauthorized, code, detail);
}
