using System.Globalization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>All that the shops on this server keep.</summary>
internal sealed class WooCommerceState
{
    private const long FirstPost = 10;
    private const long FirstTerm = 15;
    private readonly TableIndex<WooProduct> _byShop;
    private readonly TableIndex<WooProduct> _bySku;
    private readonly TableIndex<WooCategory> _categories;
    private readonly TableIndex<WooHook> _hooks;
    private readonly TableIndex<WooDelivery> _open;

    public WooCommerceState(MarketStore store)
    {
        Shops = store.Add<WooShop>("shop", s => s.Slug);
        Categories = store.Add<WooCategory>("category", c => IdText(c.Id));
        Images = store.Add<WooImage>("image", i => IdText(i.Id));
        Products = store.Add<WooProduct>("product", p => IdText(p.Id));
        Hooks = store.Add<WooHook>("hook", h => IdText(h.Id));
        Deliveries = store.Add<WooDelivery>("delivery", d => IdText(d.Id), told: false);
        _byShop = Products.IndexBy(p => p.Gone ? null : p.Shop);
        _bySku = Products.IndexBy(p => p.Gone || p.Sku.Length == 0 ? null : $"{p.Shop}/{p.Sku}");
        _categories = Categories.IndexBy(c => c.Shop);
        _hooks = Hooks.IndexBy(h => h.Shop);
        _open = Deliveries.IndexBy(d => d.Done ? null : "open");
    }

    public Table<WooShop> Shops { get; }
    public Table<WooCategory> Categories { get; }
    public Table<WooImage> Images { get; }
    public Table<WooProduct> Products { get; }
    public Table<WooHook> Hooks { get; }
    public Table<WooDelivery> Deliveries { get; }

    /// <summary>Products and pictures are numbered in one row, as WordPress numbers posts.</summary>
    public long NextPost => FirstPost + Products.Count + Images.Count;
    public long NextTerm => FirstTerm + Categories.Count;
    public IEnumerable<WooDelivery> DeliveriesOpen => _open["open"];

    public static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);

    public WooShop? ShopByPhone(string phone) => Shops.All.FirstOrDefault(s => s.Phone == phone);

    /// <summary>In the trash too; not what is gone for good.</summary>
    public WooProduct? Product(string shop, long id) =>
        Products.Find(IdText(id)) is { Gone: false } product && product.Shop == shop ? product : null;

    public IEnumerable<WooProduct> ProductsOf(string shop) => _byShop[shop];

    public IEnumerable<WooProduct> BySku(string shop, string sku) => _bySku[$"{shop}/{sku}"];

    public IEnumerable<WooCategory> CategoriesOf(string shop) => _categories[shop];

    public IEnumerable<WooHook> HooksOf(string shop) => _hooks[shop];
}
