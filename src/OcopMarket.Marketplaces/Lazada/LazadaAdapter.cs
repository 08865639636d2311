using System.Text.Json;
using AutoMapper;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>Lazada in Vietnam over its Open Platform. Shops are connected by their owners' consent (<c>LazadaConsent</c>); the operator's application signs
/// every call. Reading is in <c>LazadaReading</c>, submitting in <c>LazadaSubmitting</c>.</summary>
internal sealed class LazadaAdapter : IMarketplaceAdapter, IMediaUploader, IWebhookVerifier
{
    public static readonly MarketplaceKey LazadaKey = new("lazada");

    /// <summary>Code of a refused review whose text the dictionary does not know.</summary>
    public const string ReviewRefused = "rejectReason";

    private readonly LazadaClient _client;
    private readonly LazadaReading _reading;
    private readonly LazadaSubmitting _submitting;

    public LazadaAdapter(LazadaClient client, IMapper mapper, MarketplaceProfiles profiles)
    {
        var profile = profiles.Get(LazadaKey);
        _client = client;
        _reading = new(client, new ErrorDictionary(profile));
        _submitting = new(client, mapper, profile);
    }

    public MarketplaceKey Key => LazadaKey;

    public MarketplaceCapabilities Capabilities => new()
    {
        BatchSize = Enum.GetValues<ChangeKind>().ToDictionary(k => k, _ => 1),
        LookUpBatchSize = LazadaReading.MostCodes,
        StatusBatchSize = 1,
        SkuIsUnique = false,
        Idempotent = new HashSet<ChangeKind> { ChangeKind.UpdateContent, ChangeKind.SetPrice, ChangeKind.SetStock, ChangeKind.Show },
        SettlingTime = _client.Options.SettlingTime,
        UploadsMedia = true,
        EditsStayOnSale = true,
        Credential = CredentialScope.ShopLogin,
        Gaps = new Dictionary<string, string>
        {
            ["salePrice"] = "Section 8: price_quantity/update takes SalePrice; how a sale is ended is not documented.",
            ["brand"] = "Section 8: a brand is an id of brands/query. Everything is sent as without brand, by name until NoBrandId is set.",
            ["attributes"] = "Section 6: which attributes a category demands is in attributes/get only. None is sent until the file names it.",
            ["categories"] = "The sheet names no category of Vietnam's: nothing can be listed until Categories are set.",
            ["pictures"] = "Section 8: an edit changes the SKU's pictures; of the product's own it is not documented.",
            ["variants"] = "Section 8: several SKUs and variation. Each variant is an item of its own.",
            ["batches"] = "Section 8: price and stock take 50 SKUs; what a refusal of one does to the others is not documented.",
            ["show"] = "Section 8: no call activates; the SKU's Status is recalled by the sheet and not documented.",
            ["filledIn"] = "Section 8: the platform fills attributes in by itself unless disableAutoFillAttribute; where that stands is not told.",
        },
    };

    public async Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken) =>
        (await LazadaReading.LookAsync(_client, null, shop, cancellationToken)).Check;

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

    /// <summary>The platform gives its whole tree at once, each child within its parent.</summary>
    public async Task<IReadOnlyList<PlatformCategory>> ReadCategoriesAsync(SellerSession shop, string? parentId, CancellationToken cancellationToken)
    {
        var tree = await _client.ReadAsync(shop, "/category/tree/get", [("language_code", "vi_VN")], cancellationToken);
        IReadOnlyList<JsonElement> level = tree.ValueKind == JsonValueKind.Array ? [.. tree.EnumerateArray()] : [];
        return [.. (parentId is null ? level : Below(level, parentId)).Where(c => LazadaJson.Text(c, "category_id") is not null).Select(c => new PlatformCategory(
            LazadaJson.Text(c, "category_id")!, parentId, LazadaJson.Text(c, "name") ?? "", LazadaJson.Field(c, "leaf") is { ValueKind: JsonValueKind.True }))];
    }

    /// <summary>An attribute is written by its name, which is therefore its id for us.</summary>
    public async Task<IReadOnlyList<AttributeRule>> ReadAttributesAsync(SellerSession shop, string categoryId, CancellationToken cancellationToken)
    {
        var answer = await _client.ReadAsync(
            shop, "/category/attributes/get", [("primary_category_id", categoryId), ("language_code", "vi_VN")], cancellationToken);
        IReadOnlyList<JsonElement> rules = answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray()] : [];
        return [.. rules.Where(r => LazadaJson.Text(r, "name") is not null).Select(r => new AttributeRule(
            LazadaJson.Text(r, "name")!, LazadaJson.Text(r, "label") ?? "", TypeOf(LazadaJson.Text(r, "input_type")), LazadaJson.Number(r, "is_mandatory") == 1,
            Unit(r), null, [.. (LazadaJson.List(r, "options") ?? []).Select(o => LazadaJson.Text(o, "name")).OfType<string>()]))];
    }

    public async Task<UploadedMedia> UploadAsync(SellerSession shop, MediaFile file, CancellationToken cancellationToken)
    {
        var image = LazadaJson.Field(await _client.UploadAsync(shop, file, cancellationToken), "image");
        return LazadaJson.Text(image, "url") is { Length: > 0 } url
            ? new(url, url) // a product names a picture by its address there
            : throw new MarketplaceException(Key, FailureKind.Transient, "unreadable", "The upload was answered without an address.");
    }

    public IReadOnlyList<WebhookHint> Verify(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset now) =>
        LazadaWebhook.Verify(body, headers, _client.Options, now);

    private static IReadOnlyList<JsonElement> Below(IReadOnlyList<JsonElement> level, string parent)
    {
        foreach (var category in level)
        {
            var children = LazadaJson.List(category, "children") ?? [];
            var found = LazadaJson.Text(category, "category_id") == parent ? children : Below(children, parent);
            if (found.Count > 0)
            {
                return found;
            }
        }

        return [];
    }

    private static string? Unit(JsonElement rule) =>
        LazadaJson.List(LazadaJson.Field(rule, "unit"), "type") is [{ ValueKind: JsonValueKind.String } unit, ..] ? unit.GetString() : null;

    private static string TypeOf(string? input) => input switch
    {
        "numeric" => "number",
        "date" => "date",
        "singleSelect" or "multiSelect" or "enumInput" or "multiEnumInput" => "select",
        _ => "text",
    };
}
