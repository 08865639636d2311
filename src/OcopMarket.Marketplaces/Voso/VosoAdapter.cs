using AutoMapper;
using OcopMarket.Core.Marketplaces;
using RestSharp;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>Voso over its provisional API contract. Reading is in <c>VosoReading</c>, submitting in <c>VosoSubmitting</c>.</summary>
internal sealed class VosoAdapter(VosoClient client, IMapper mapper, MarketplaceProfiles profiles) : IMarketplaceAdapter, ISellerSignIn
{
    public static readonly MarketplaceKey VosoKey = new("voso");

    private readonly VosoReading _reading = new(client, new ErrorDictionary(profiles.Get(VosoKey)));
    private readonly VosoSubmitting _submitting = new(client, mapper, profiles.Get(VosoKey));

    public MarketplaceKey Key => VosoKey;

    public MarketplaceCapabilities Capabilities => new()
    {
        BatchSize = new Dictionary<ChangeKind, int>
        {
            [ChangeKind.Create] = 1,
            [ChangeKind.UpdateContent] = 1,
            [ChangeKind.SetPrice] = 200,
            [ChangeKind.SetStock] = 200,
            [ChangeKind.Hide] = 1,
            [ChangeKind.Show] = 1,
            [ChangeKind.Delete] = 1,
        },
        LookUpBatchSize = 1,
        StatusBatchSize = 1,
        SkuIsUnique = false,

        // Hiding what is hidden is refused (205), so the second attempt would look like a failure: read the state first.
        Idempotent = new HashSet<ChangeKind> { ChangeKind.UpdateContent, ChangeKind.SetPrice, ChangeKind.SetStock, ChangeKind.Delete },
        SettlingTime = client.Options.SettlingTime,
        UploadsMedia = false,
        Credential = CredentialScope.ShopLogin,
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

    public async Task<IReadOnlyList<PlatformCategory>> ReadCategoriesAsync(
        SellerSession shop, string? parentId, CancellationToken cancellationToken)
    {
        var request = new RestRequest("/v2/categories/listProductCategory").AddQueryParameter("parentId", parentId ?? "-1");
        var rows = await client.ReadAsync<IReadOnlyList<VosoCategory>>(request, shop.AccessToken, cancellationToken);
        return [.. rows.Where(r => r?.CategoryId is { Length: > 0 }).Select(r => new PlatformCategory(
            r.CategoryId!, r.ParentId is null or "-1" ? null : r.ParentId, r.CategoryName ?? "", r.IsLeaf ?? false))];
    }

    public async Task<IReadOnlyList<AttributeRule>> ReadAttributesAsync(
        SellerSession shop, string categoryId, CancellationToken cancellationToken)
    {
        var request = new RestRequest("/v2/categories/listAttribute").AddQueryParameter("categoryId", categoryId);
        var rows = await client.ReadAsync<IReadOnlyList<VosoAttributeRule>>(request, shop.AccessToken, cancellationToken);
        return [.. rows.Where(r => r?.AttributeCode is { Length: > 0 }).Select(r => new AttributeRule(
            r.AttributeCode!, r.AttributeName ?? "", TypeOf(r.DataType), r.Required ?? false, null, null, r.Values ?? []))];
    }

    public Task<SellerTokens> SignInAsync(SellerLogin login, CancellationToken cancellationToken) =>
        VosoSignIn.SignInAsync(client, login, cancellationToken);

    private static string TypeOf(string? type) => type switch
    {
        "NUMBER" => "number",
        "SELECT" => "select",
        "DATE" => "date",
        _ => "text",
    };
}
