using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>All that the platform keeps.</summary>
internal sealed class PostmartState
{
    private const int FirstProductId = 700001;
    private readonly TableIndex<PostmartItem> _itemsBySku;
    private readonly TableIndex<PostmartItem> _itemsByShop;
    private readonly TableIndex<PostmartItem> _inReview;
    private readonly TableIndex<PostmartShop> _shopsByPhone;
    private readonly TableIndex<PostmartShop> _unverified;
    private readonly TableIndex<PostmartCallback> _callbacksOpen;
    private readonly TableIndex<PostmartItem> _itemsByShopAndDay;

    public PostmartState(MarketStore store)
    {
        Shops = store.Add<PostmartShop>("shop", s => s.Code);
        Items = store.Add<PostmartItem>("item", i => i.ProductId);
        Media = store.Add<PostmartMedia>("media", m => m.MediaId);
        Tokens = store.Add<PostmartToken>("token", t => t.Token, told: false);
        Callbacks = store.Add<PostmartCallback>("callback", c => c.Id, told: false);
        _itemsBySku = Items.IndexBy(i => SkuKey(i.ShopCode, i.Content.ItemCode));
        _itemsByShop = Items.IndexBy(i => i.ShopCode);
        _itemsByShopAndDay = Items.IndexBy(i => DayKey(i.ShopCode, i.CreatedAt));
        _inReview = Items.IndexBy(i => i.ReviewDueAt is null ? null : "open");
        _shopsByPhone = Shops.IndexBy(s => s.Phone);
        _unverified = Shops.IndexBy(s => s.VerifyDueAt is null ? null : "open");
        _callbacksOpen = Callbacks.IndexBy(c => c.NextAt is null ? null : "open");
    }

    public Table<PostmartShop> Shops { get; }
    public Table<PostmartItem> Items { get; }
    public Table<PostmartMedia> Media { get; }
    public Table<PostmartToken> Tokens { get; }
    public Table<PostmartCallback> Callbacks { get; }

    public string NextProductId => $"{FirstProductId + Items.Count}";
    public IEnumerable<PostmartItem> InReview => _inReview["open"];
    public IEnumerable<PostmartShop> Unverified => _unverified["open"];
    public IEnumerable<PostmartCallback> CallbacksOpen => _callbacksOpen["open"];

    public PostmartShop? ShopByPhone(string phone) => _shopsByPhone[phone].FirstOrDefault();

    public IEnumerable<PostmartItem> ItemsOf(string shop) => _itemsByShop[shop];

    public int CreatedOnDay(string shop, DateTimeOffset day) => _itemsByShopAndDay.CountOf(DayKey(shop, day));

    /// <summary>The undeleted item with this code, else the one deleted last.</summary>
    public PostmartItem? ItemBySku(string shop, string itemCode) =>
        _itemsBySku[SkuKey(shop, itemCode)]
            .OrderBy(i => i.Status == PostmartStatus.Deleted).ThenByDescending(i => i.UpdatedAt).FirstOrDefault();

    private static string SkuKey(string shop, string itemCode) => $"{shop}/{itemCode}";

    private static string DayKey(string shop, DateTimeOffset time) => $"{shop}/{Hanoi.DayOf(time):yyyyMMdd}";
}
