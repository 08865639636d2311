using System.Globalization;
using AutoMapper;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>Shopee over its Open Platform v2. Shops are connected by their owners' consent (<c>ShopeeConsent</c>); the operator's key signs every call.
/// Reading is in <c>ShopeeReading</c>, submitting in <c>ShopeeSubmitting</c>.</summary>
internal sealed class ShopeeAdapter : IMarketplaceAdapter, IMediaUploader, IShopFacts, IWebhookVerifier
{
    public static readonly MarketplaceKey ShopeeKey = new("shopee");

    private readonly ShopeeClient _client;
    private readonly ShopeeReading _reading;
    private readonly ShopeeShopChannels _channels;
    private readonly ShopeeSubmitting _submitting;

    public ShopeeAdapter(ShopeeClient client, IMapper mapper, MarketplaceProfiles profiles, TimeProvider time)
    {
        var profile = profiles.Get(ShopeeKey);
        (_client, _channels) = (client, new(client, time));
        _reading = new(client, new ErrorDictionary(profile));
        _submitting = new(client, _channels, mapper, profile);
    }

    public MarketplaceKey Key => ShopeeKey;

    public MarketplaceCapabilities Capabilities => new()
    {
        BatchSize = new Dictionary<ChangeKind, int>
        {
            [ChangeKind.Create] = 1,
            [ChangeKind.UpdateContent] = 1,
            [ChangeKind.SetPrice] = 1,
            [ChangeKind.SetStock] = 1,
            [ChangeKind.Hide] = 50,
            [ChangeKind.Show] = 50,
            [ChangeKind.Delete] = 1,
        },
        LookUpBatchSize = 1,
        StatusBatchSize = ShopeeReading.PageSize,
        SkuIsUnique = false,
        Idempotent = new HashSet<ChangeKind>(Enum.GetValues<ChangeKind>().Where(k => k != ChangeKind.Create)),
        SettlingTime = _client.Options.SettlingTime,
        UploadsMedia = true,
        EditsStayOnSale = true,
        Credential = CredentialScope.ShopLogin,
        Gaps = new Dictionary<string, string>
        {
            ["salePrice"] = "Section 8: update_price takes original_price; discounts are an API of their own, which the sheet does not reach.",
            ["brand"] = "Section 6: a brand is an id of get_brand_list, category by category. Everything is sent as without brand.",
            ["attributes"] = "Section 6: which attributes Vietnam's categories demand is in get_attribute_tree only. None is sent until the file names its id.",
            ["limits"] = "Section 6: Vietnam's limits are in get_item_limit only. The file has those of the sheet's sample.",
            ["variants"] = "Section 8: init_tier_variation and models. Each variant is an item of its own.",
            ["deboost"] = "Section 9: an item ranked lower (deboost) stays NORMAL and is not told of.",
        },
    };

    public async Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken) =>
        (await ShopeeReading.LookAsync(_client, _client.App(shop), shop, cancellationToken)).Check;

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

    /// <summary>The platform gives its whole tree at once.</summary>
    public async Task<IReadOnlyList<PlatformCategory>> ReadCategoriesAsync(
        SellerSession shop, string? parentId, CancellationToken cancellationToken)
    {
        var answer = await _client.ReadAsync<ShopeeCategories>(shop, "/api/v2/product/get_category", [("language", "vi")], cancellationToken);
        var parent = parentId is null ? 0 : ShopeeSource.Number(parentId);
        return [.. (answer.CategoryList ?? []).Where(c => c?.CategoryId is not null && (c.ParentCategoryId ?? 0) == parent).Select(c => new PlatformCategory(
            c.CategoryId!.Value.ToString(CultureInfo.InvariantCulture), parentId, c.DisplayCategoryName ?? c.OriginalCategoryName ?? "", c.HasChildren == false))];
    }

    /// <summary>For this one call the platform spells Vietnamese <c>vn</c>.</summary>
    public async Task<IReadOnlyList<AttributeRule>> ReadAttributesAsync(
        SellerSession shop, string categoryId, CancellationToken cancellationToken)
    {
        var answer = await _client.ReadAsync<ShopeeTrees>(
            shop, "/api/v2/product/get_attribute_tree", [("category_id_list", categoryId), ("language", "vn")], cancellationToken);
        var own = (answer.List ?? []).FirstOrDefault(t => t?.CategoryId == ShopeeSource.Number(categoryId));
        return [.. (own?.AttributeTree ?? []).Where(a => a?.AttributeId is not null).Select(a => new AttributeRule(
            a.AttributeId!.Value.ToString(CultureInfo.InvariantCulture), a.Name ?? "", TypeOf(a), a.Mandatory ?? false,
            a.AttributeInfo?.AttributeUnitList is [{ } unit, ..] ? unit : null, null, [.. (a.AttributeValueList ?? []).Select(v => v?.Name).OfType<string>()]))];
    }

    public async Task<UploadedMedia> UploadAsync(SellerSession shop, MediaFile file, CancellationToken cancellationToken)
    {
        var answer = await _client.UploadAsync(shop, file, cancellationToken);
        var refused = answer.ImageInfoList?.FirstOrDefault(i => i?.Error is { Length: > 0 });
        return (answer.ImageInfo?.ImageId, refused) switch
        {
            ({ Length: > 0 } id, _) => new(id, answer.ImageInfo.ImageUrlList is [{ } shown, ..] ? shown.ImageUrl : null),
            (_, { } row) => throw new MarketplaceException(Key, FailureKind.Rejected, row.Error!, row.Message ?? ""),
            _ => throw new MarketplaceException(Key, FailureKind.Transient, "unreadable", "The upload was answered without an image_id."),
        };
    }

    public IReadOnlyList<string> Missing(SellerSession shop, IEnumerable<int?> criteriaSets) => _channels.Missing(shop);

    public Task LearnAsync(SellerSession shop, string fact, CancellationToken cancellationToken) => _channels.LearnAsync(shop, cancellationToken);

    public IReadOnlyList<WebhookHint> Verify(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset now) =>
        ShopeeWebhook.Verify(body, headers, _client.Options, now);

    /// <summary>Validation 1 and 3 are numbers, 4 is a date; input 1 and 4 are choices.</summary>
    private static string TypeOf(ShopeeAttributeRule rule) => (rule.AttributeInfo?.InputValidationType, rule.AttributeInfo?.InputType) switch
    {
        (4, _) => "date",
        (1 or 3, _) => "number",
        (_, 1 or 4) => "select",
        _ => "text",
    };
}
