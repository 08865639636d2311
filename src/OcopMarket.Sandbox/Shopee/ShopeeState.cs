using System.Globalization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <param name="Status">NORMAL, BANNED or FROZEN.</param>
/// <param name="ConsentUntil">Null: its owner has not consented, or took it back.</param>
internal sealed record ShopeeShopRow(
    long Id, string Name, string OwnerName, string Phone, string Status, DateTimeOffset? ConsentAt = null, DateTimeOffset? ConsentUntil = null);

internal sealed record ShopeeCodeRow(string Code, long ShopId, DateTimeOffset ExpiresAt, bool Used = false);

/// <param name="Kind">access or refresh.</param>
internal sealed record ShopeeTokenRow(string Token, string Kind, long ShopId, DateTimeOffset ExpiresAt, bool Ended = false);

/// <summary>All that the platform keeps.</summary>
internal sealed class ShopeeState
{
    private readonly TableIndex<ShopeeTokenRow> _byShop;

    public ShopeeState(MarketStore store)
    {
        Shops = store.Add<ShopeeShopRow>("shop", s => IdText(s.Id));
        Codes = store.Add<ShopeeCodeRow>("code", c => c.Code, told: false);
        Tokens = store.Add<ShopeeTokenRow>("token", t => t.Token, told: false);
        _byShop = Tokens.IndexBy(t => t.Ended ? null : IdText(t.ShopId));
    }

    public Table<ShopeeShopRow> Shops { get; }
    public Table<ShopeeCodeRow> Codes { get; }
    public Table<ShopeeTokenRow> Tokens { get; }

    public static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);

    public ShopeeShopRow? Shop(long id) => Shops.Find(IdText(id));

    public List<ShopeeTokenRow> TokensOf(long shop) => [.. _byShop[IdText(shop)]];
}
