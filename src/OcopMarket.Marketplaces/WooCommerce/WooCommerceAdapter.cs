using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Marketplaces;
using RestSharp;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>Shops on WooCommerce over its REST API <c>wc/v3</c>; every shop has a host of its own, which its token names. Reading is in
/// <c>WooCommerceReading</c>, submitting in <c>WooCommerceSubmitting</c>.</summary>
internal sealed class WooCommerceAdapter : IMarketplaceAdapter, ISellerSignIn, IShopCategories, IWebhookVerifier, IWebhookSubscriber
{
    public static readonly MarketplaceKey WooCommerceKey = new("woocommerce");

    /// <summary>The API takes 100. Within a create or an edit the shop downloads its pictures, so that 100 would run into any time limit.</summary>
    private const int WithPictures = 20;

    private const int Most = 100;
    private readonly WooCommerceClient _client;
    private readonly TimeProvider _time;
    private readonly WooCommerceReading _reading;
    private readonly WooCommerceCategories _categories;
    private readonly WooCommerceSubmitting _submitting;

    public WooCommerceAdapter(WooCommerceClient client, IMapper mapper, MarketplaceProfiles profiles, TimeProvider time)
    {
        (_client, _time, _reading) = (client, time, new(client));
        _categories = new(client, profiles.Get(WooCommerceKey), time);
        _submitting = new(client, _categories, mapper, profiles.Get(WooCommerceKey));
    }

    public MarketplaceKey Key => WooCommerceKey;

    public MarketplaceCapabilities Capabilities => new()
    {
        BatchSize = new Dictionary<ChangeKind, int>
        {
            [ChangeKind.Create] = WithPictures,
            [ChangeKind.UpdateContent] = WithPictures,
            [ChangeKind.SetPrice] = Most,
            [ChangeKind.SetStock] = Most,
            [ChangeKind.Hide] = Most,
            [ChangeKind.Show] = Most,
            [ChangeKind.Delete] = Most,
        },
        LookUpBatchSize = WooCommerceReading.LookUpBatch,
        StatusBatchSize = WooCommerceReading.PageSize,
        SkuIsUnique = true,
        Idempotent = new HashSet<ChangeKind>(Enum.GetValues<ChangeKind>().Where(k => k != ChangeKind.Create)),
        SettlingTime = _client.Options.SettlingTime,
        UploadsMedia = false,
        NumbersPictures = true,
        EditsStayOnSale = true,
        ReviewsItems = false,
        Credential = CredentialScope.ShopLogin,
        Gaps = new Dictionary<string, string>
        {
            ["review"] = "Status: default publish. An owner's own shop has nobody who reviews.",
            ["variants"] = "Variants: parent type variable and /variations/batch are described, not called. Each variant is a simple product.",
            ["weight"] = "Create: no field for weight or sides is named, and each shop has units of its own.",
            ["attributes"] = "Variants: attributes are described for variations only.",
        },
    };

    public Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken) =>
        _reading.CheckAccountAsync(shop, cancellationToken);

    public Task<IReadOnlyList<ChangeOutcome>> SubmitAsync(
        SellerSession shop, IReadOnlyList<ListingChange> changes, CancellationToken cancellationToken) =>
        _submitting.SubmitAsync(shop, changes, Capabilities, cancellationToken);

    public Task<IReadOnlyList<SeenItem>> LookUpAsync(
        SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken) =>
        _reading.LookUpAsync(shop, sellerSkus, cancellationToken);

    public Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(
        SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken) =>
        _reading.ReadStatusesAsync(shop, items, cancellationToken);

    public Task<SeenPage> ReadChangedAsync(SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken) =>
        _reading.ReadChangedAsync(shop, since, page, cancellationToken);

    /// <summary>The first hundred; in a shop any category takes products, so that each counts as a leaf.</summary>
    public async Task<IReadOnlyList<PlatformCategory>> ReadCategoriesAsync(
        SellerSession shop, string? parentId, CancellationToken cancellationToken)
    {
        var request = WooCommerceClient.Get("/products/categories").AddQueryParameter("parent", parentId ?? "0").AddQueryParameter("per_page", "100");
        var rows = await _client.ReadAsync<IReadOnlyList<WooCommerceCategory>>(request, shop, cancellationToken);
        return [.. rows.Where(r => r?.Id is not null).Select(r => new PlatformCategory(
            r.Id!.Value.ToString(CultureInfo.InvariantCulture), r.Parent is null or 0 ? null : r.Parent.Value.ToString(CultureInfo.InvariantCulture),
            WooCommerceText.Name(r.Name), true))];
    }

    /// <summary>A shop demands none.</summary>
    public Task<IReadOnlyList<AttributeRule>> ReadAttributesAsync(
        SellerSession shop, string categoryId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AttributeRule>>([]);

    public Task<SellerTokens> SignInAsync(SellerLogin login, CancellationToken cancellationToken) =>
        WooCommerceSignIn.SignInAsync(_client, login, _time, cancellationToken);

    public IReadOnlyList<string> Missing(SellerSession shop, IEnumerable<int?> criteriaSets) => _categories.Missing(shop, criteriaSets);

    public Task LearnAsync(SellerSession shop, string category, CancellationToken cancellationToken) =>
        _categories.LearnAsync(shop, category, cancellationToken);

    public IReadOnlyList<WebhookHint> Verify(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset now) =>
        WooCommerceWebhook.Verify(body, headers, _client.Options, now);

    public async Task SubscribeAsync(SellerSession shop, Uri deliveryUrl, CancellationToken cancellationToken)
    {
        var secret = WooCommerceWebhook.SecretOf(shop.ExternalShopId, _client.Options);
        var hook = new WooCommerceHook("OcopMarket", WooCommerceWebhook.Topic, deliveryUrl.ToString(), secret.Reveal());
        await _client.ReadAsync<WooCommerceHookAnswer>(WooCommerceClient.Json("/webhooks", hook), shop, cancellationToken);
    }
}
