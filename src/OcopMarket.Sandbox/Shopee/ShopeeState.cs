using System.Globalization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>All that the platform keeps.</summary>
internal sealed class ShopeeState
{
    private const long FirstItemId = 3_900_000_001;
    private readonly TableIndex<ShopeeTokenRow> _tokensByShop;
    private readonly TableIndex<ShopeeItemRow> _itemsByShop;
    private readonly TableIndex<ShopeeItemRow> _inReview;
    private readonly TableIndex<ShopeePushRow> _pushesOpen;

    public ShopeeState(MarketStore store)
    {
        Shops = store.Add<ShopeeShopRow>("shop", s => IdText(s.Id));
        Codes = store.Add<ShopeeCodeRow>("code", c => c.Code, told: false);
        Tokens = store.Add<ShopeeTokenRow>("token", t => t.Token, told: false);
        Items = store.Add<ShopeeItemRow>("item", i => IdText(i.ItemId));
        Images = store.Add<ShopeeImageRow>("image", i => i.ImageId);
        Pushes = store.Add<ShopeePushRow>("push", p => p.Id, told: false);
        _tokensByShop = Tokens.IndexBy(t => t.Ended ? null : IdText(t.ShopId));
        _itemsByShop = Items.IndexBy(i => IdText(i.ShopId));
        _inReview = Items.IndexBy(i => i.ReviewDueAt is null ? null : "open");
        _pushesOpen = Pushes.IndexBy(p => p.NextAt is null ? null : "open");
    }

    public Table<ShopeeShopRow> Shops { get; }
    public Table<ShopeeCodeRow> Codes { get; }
    public Table<ShopeeTokenRow> Tokens { get; }
    public Table<ShopeeItemRow> Items { get; }
    public Table<ShopeeImageRow> Images { get; }
    public Table<ShopeePushRow> Pushes { get; }

    public long NextItemId => FirstItemId + Items.Count;
    public IEnumerable<ShopeeItemRow> InReview => _inReview["open"];
    public IEnumerable<ShopeePushRow> PushesOpen => _pushesOpen["open"];

    public static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);

    public ShopeeShopRow? Shop(long id) => Shops.Find(IdText(id));

    public List<ShopeeTokenRow> TokensOf(long shop) => [.. _tokensByShop[IdText(shop)]];

    public IEnumerable<ShopeeItemRow> ItemsOf(long shop) => _itemsByShop[IdText(shop)];

    /// <summary>Of this shop, in whatever state.</summary>
    public ShopeeItemRow? Item(long shop, long id) => Items.Find(IdText(id)) is { } item && item.ShopId == shop ? item : null;
}
