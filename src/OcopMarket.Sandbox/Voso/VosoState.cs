using System.Globalization;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>All that the platform keeps.</summary>
internal sealed class VosoState
{
    private const long FirstProductId = 9_000_001;
    private readonly TableIndex<VosoMerchant> _byPhone;
    private readonly TableIndex<VosoProduct> _byMerchant;
    private readonly TableIndex<VosoProduct> _inReview;
    private readonly TableIndex<VosoProduct> _unfetched;

    public VosoState(MarketStore store)
    {
        Merchants = store.Add<VosoMerchant>("merchant", m => IdText(m.Id));
        Products = store.Add<VosoProduct>("product", p => IdText(p.ProductId));
        Tokens = store.Add<VosoToken>("token", t => t.Token, told: false);
        _byPhone = Merchants.IndexBy(m => m.Phone);
        _byMerchant = Products.IndexBy(p => IdText(p.MerchantId));
        _inReview = Products.IndexBy(p => p.ReviewDueAt is null ? null : "open");
        _unfetched = Products.IndexBy(p => p.NextFetchAt is null ? null : "open");
    }

    public Table<VosoMerchant> Merchants { get; }
    public Table<VosoProduct> Products { get; }
    public Table<VosoToken> Tokens { get; }

    public long NextProductId => FirstProductId + Products.Count;
    public IEnumerable<VosoProduct> InReview => _inReview["open"];
    public IEnumerable<VosoProduct> Unfetched => _unfetched["open"];

    public static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);

    public VosoMerchant? MerchantByPhone(string phone) => _byPhone[phone].FirstOrDefault();

    public VosoMerchant? Merchant(long id) => Merchants.Find(IdText(id));

    public VosoProduct? Product(long id) => Products.Find(IdText(id));

    public IEnumerable<VosoProduct> ProductsOf(long merchant) => _byMerchant[IdText(merchant)];
}
