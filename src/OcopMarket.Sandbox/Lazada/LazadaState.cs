using System.Globalization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>All that the platform keeps.</summary>
internal sealed class LazadaState
{
    private const long FirstItemId = 2_202_832_065;
    private const long FirstSkuId = 13_449_296_008;
    private readonly TableIndex<LazadaTokenRow> _tokensBySeller;
    private readonly TableIndex<LazadaProductRow> _productsBySeller;
    private readonly TableIndex<LazadaProductRow> _inReview;
    private readonly TableIndex<LazadaPushRow> _pushesOpen;

    public LazadaState(MarketStore store)
    {
        Sellers = store.Add<LazadaSellerRow>("seller", s => IdText(s.Id));
        Codes = store.Add<LazadaCodeRow>("code", c => c.Code, told: false);
        Tokens = store.Add<LazadaTokenRow>("token", t => t.Token, told: false);
        Products = store.Add<LazadaProductRow>("product", p => IdText(p.ItemId));
        Images = store.Add<LazadaImageRow>("image", i => i.Name);
        Pushes = store.Add<LazadaPushRow>("push", p => p.Id, told: false);
        _tokensBySeller = Tokens.IndexBy(t => t.Ended ? null : IdText(t.SellerId));
        _productsBySeller = Products.IndexBy(p => IdText(p.SellerId));
        _inReview = Products.IndexBy(p => p.ReviewDueAt is null ? null : "open");
        _pushesOpen = Pushes.IndexBy(p => p.NextAt is null ? null : "open");
    }

    public Table<LazadaSellerRow> Sellers { get; }
    public Table<LazadaCodeRow> Codes { get; }
    public Table<LazadaTokenRow> Tokens { get; }
    public Table<LazadaProductRow> Products { get; }
    public Table<LazadaImageRow> Images { get; }
    public Table<LazadaPushRow> Pushes { get; }

    public long NextItemId => FirstItemId + Products.Count;
    public long NextSkuId => FirstSkuId + Products.Count;
    public IEnumerable<LazadaProductRow> InReview => _inReview["open"];
    public IEnumerable<LazadaPushRow> PushesOpen => _pushesOpen["open"];

    public static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);

    public LazadaSellerRow? Seller(long id) => Sellers.Find(IdText(id));

    public List<LazadaTokenRow> TokensOf(long seller) => [.. _tokensBySeller[IdText(seller)]];

    public IEnumerable<LazadaProductRow> ProductsOf(long seller) => _productsBySeller[IdText(seller)];

    /// <summary>Of this seller, in whatever state.</summary>
    public LazadaProductRow? Product(long seller, string? id) =>
        id is not null && Products.Find(id) is { } product && product.SellerId == seller ? product : null;
}
