using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.Sync;

/// <summary>One callback, verified.</summary>
/// <param name="Hash">Of its body and its shop, by which it is known.</param>
public sealed record WebhookReceipt(string Marketplace, string Hash, IReadOnlyList<WebhookHint> Items)
{
    /// <summary>The one shop that it tells of; null: it tells of several, which only a platform can sign.</summary>
    public string? Shop { get; } = ShopOf(Items);

    /// <summary>A body is known by what it says and whose it is: a shop that says word for word what another will say takes nothing from it. Where the
    /// signature covers a part alone, the platform signs for all shops, and the part is what it is known by.</summary>
    public static WebhookReceipt Of(string marketplace, byte[] body, byte[]? covered, IReadOnlyList<WebhookHint> items) => new(
        marketplace, Convert.ToHexStringLower(SHA256.HashData(covered ?? [.. Encoding.UTF8.GetBytes($"{ShopOf(items)}\n"), .. body])), items);

    private static string? ShopOf(IReadOnlyList<WebhookHint> items) =>
        items.Select(i => i.ExternalShopId).Distinct(StringComparer.Ordinal).ToList() is [var shop] ? shop : null;
}

/// <param name="OfShop">Bytes that may be stored a day of what one shop tells.</param>
/// <param name="OfMarketplace">The same of one marketplace.</param>
public sealed record WebhookRoom(long OfShop, long OfMarketplace);

public enum WebhookKept { Kept, Repeated, ShopIsFull, MarketplaceIsFull }

/// <summary>What platforms told us, kept once by the hash of the body, while there is room. The portal's own login may do no more.</summary>
public sealed class WebhookReceipts(PortalDatabase portal)
{
    /// <summary>A marketplace's day is counted in so many parts, so that its callbacks do not wait for one another's count.</summary>
    private const int Parts = 16;

    /// <summary>Of a row and its index entries, beside what it says.</summary>
    private const int RowBytes = 300;

    /// <summary>The shop's count first: what has no room there takes none of the marketplace's, which the other shops share. It is not touched where the
    /// marketplace is seen to be full; one that fills up in the same moment costs the shop a row.</summary>
    private const string Keep = """
        WITH repeated AS MATERIALIZED (SELECT true AS yes FROM webhook_receipt WHERE (marketplace, body_hash) = (@marketplace, @hash)),
        full_up AS MATERIALIZED (
            SELECT true AS yes FROM identity.day_use WHERE (keeper, what, day) = (@part, 'webhook', @today) AND bytes > @ofPart - @bytes
            UNION ALL SELECT true WHERE @bytes > @ofPart),
        shop AS (
            INSERT INTO identity.day_use AS d (keeper, what, day, uses, bytes)
            SELECT @shop, 'webhook', @today, 1, @bytes
            WHERE @shop <> '' AND @bytes <= @ofShop AND NOT EXISTS (SELECT FROM repeated) AND NOT EXISTS (SELECT FROM full_up)
            ON CONFLICT (keeper, what, day) DO UPDATE SET uses = d.uses + 1, bytes = d.bytes + excluded.bytes
            WHERE d.bytes <= @ofShop - excluded.bytes
            RETURNING true AS yes),
        part AS (
            INSERT INTO identity.day_use AS d (keeper, what, day, uses, bytes)
            SELECT @part, 'webhook', @today, 1, @bytes
            WHERE @bytes <= @ofPart AND (@shop = '' OR EXISTS (SELECT FROM shop)) AND NOT EXISTS (SELECT FROM repeated)
            ON CONFLICT (keeper, what, day) DO UPDATE SET uses = d.uses + 1, bytes = d.bytes + excluded.bytes
            WHERE d.bytes <= @ofPart - excluded.bytes
            RETURNING true AS yes),
        kept AS (
            INSERT INTO webhook_receipt (marketplace, body_hash, hints, pending, match_at)
            SELECT @marketplace, @hash, @count, @pending::jsonb, CASE WHEN @count > 0 THEN now() END FROM part
            ON CONFLICT (marketplace, body_hash) DO NOTHING RETURNING true AS yes)
        SELECT CASE WHEN EXISTS (SELECT FROM kept) THEN 0 WHEN EXISTS (SELECT FROM repeated) OR EXISTS (SELECT FROM part) THEN 1
            WHEN @shop = '' OR EXISTS (SELECT FROM shop) OR EXISTS (SELECT FROM full_up) THEN 3 ELSE 2 END
        """;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <param name="today">The day whose room is used.</param>
    /// <returns>Of what is repeated or has no room, nothing is done.</returns>
    public async Task<WebhookKept> KeepAsync(WebhookReceipt receipt, WebhookRoom room, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        var pending = JsonSerializer.Serialize(receipt.Items, _json);
        var parameters = new
        {
            marketplace = receipt.Marketplace,
            hash = receipt.Hash,
            count = receipt.Items.Count,
            pending,
            shop = receipt.Shop is { } shop ? Keeper(receipt.Marketplace, shop) : "",
            part = string.Create(CultureInfo.InvariantCulture, $"{receipt.Marketplace}:{Random.Shared.Next(Parts)}"),
            bytes = (long)RowBytes + Encoding.UTF8.GetByteCount(pending),
            ofShop = room.OfShop,
            ofPart = room.OfMarketplace / Parts,
            today,
        };
        await using var rows = await new StatementBatch(connection)
            .Add(Keep, parameters).Add("SELECT pg_notify('ocop_work', '')").ReadAsync(cancellationToken);
        return (WebhookKept)(await rows.NextAsync<int>(cancellationToken)).Single();
    }

    private static string Keeper(string marketplace, string shop) =>
        $"{marketplace}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shop)).AsSpan(0, 16))}";
}
