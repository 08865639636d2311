using AutoMapper;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>Postmart over its provisional API contract. Reading is in <c>PostmartReading</c>, submitting in <c>PostmartSubmitting</c>.</summary>
internal sealed class PostmartAdapter(PostmartClient client, IMapper mapper, MarketplaceProfiles profiles, TimeProvider time)
    : IMarketplaceAdapter, ISellerSignIn, IMediaUploader, IShopRegistrar, IWebhookVerifier
{
    public static readonly MarketplaceKey PostmartKey = new("postmart");

    private readonly PostmartReading _reading = new(client);
    private readonly PostmartSubmitting _submitting = new(client, mapper, profiles.Get(PostmartKey), time);

    public MarketplaceKey Key => PostmartKey;

    public MarketplaceCapabilities Capabilities => new()
    {
        BatchSize = new Dictionary<ChangeKind, int>
        {
            [ChangeKind.Create] = 50,
            [ChangeKind.UpdateContent] = 50,
            [ChangeKind.SetPrice] = 100,
            [ChangeKind.SetStock] = 100,
            [ChangeKind.Hide] = 100,
            [ChangeKind.Show] = 100,
            [ChangeKind.Delete] = 100,
        },
        LookUpBatchSize = PostmartReading.LookUpBatch,
        StatusBatchSize = PostmartReading.PageSize,
        SkuIsUnique = true,
        Idempotent = new HashSet<ChangeKind>(Enum.GetValues<ChangeKind>().Where(k => k != ChangeKind.Create)),
        SettlingTime = client.Options.SettlingTime,
        UploadsMedia = true,
        EditsStayOnSale = true,
        Credential = CredentialScope.PartnerLogin,
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
        var request = new RestRequest("/categories").AddQueryParameter("parentId", parentId ?? "0");
        var rows = await client.ReadAsync<IReadOnlyList<PostmartCategory>>(request, shop.AccessToken, cancellationToken);
        return [.. rows.Where(r => r?.Id is { Length: > 0 }).Select(r => new PlatformCategory(
            r.Id!, r.ParentId is null or "0" ? null : r.ParentId, r.Name ?? "", r.IsLeaf ?? false))];
    }

    public async Task<IReadOnlyList<AttributeRule>> ReadAttributesAsync(
        SellerSession shop, string categoryId, CancellationToken cancellationToken)
    {
        var request = new RestRequest("/categories/{id}/attributes").AddUrlSegment("id", categoryId);
        var rows = await client.ReadAsync<IReadOnlyList<PostmartAttributeRule>>(request, shop.AccessToken, cancellationToken);
        return [.. rows.Where(r => r?.Id is { Length: > 0 }).Select(r => new AttributeRule(
            r.Id!, r.Name ?? "", r.Type ?? "text", r.Required ?? false, r.Unit, r.MaxLength, r.Options ?? []))];
    }

    public Task<SellerTokens> SignInAsync(SellerLogin login, CancellationToken cancellationToken) =>
        PostmartSignIn.SignInAsync(client, login, time, cancellationToken);

    public async Task<UploadedMedia> UploadAsync(SellerSession shop, MediaFile file, CancellationToken cancellationToken)
    {
        var request = new RestRequest("/media", Method.Post) { AlwaysMultipartFormData = true };
        request.AddFile("file", file.Bytes.ToArray(), file.FileName, file.ContentType);
        var media = await client.ReadAsync<PostmartMedia>(request, shop.AccessToken, cancellationToken);
        return media.MediaId is { Length: > 0 } id
            ? new(id, media.Url)
            : throw new MarketplaceException(Key, FailureKind.Transient, "unreadable", "The upload was answered without a mediaId.");
    }

    public async Task<ShopRegistration> RegisterAsync(SellerSession partner, ShopToRegister shop, CancellationToken cancellationToken)
    {
        var body = new PostmartShopToOpen(shop.Name, shop.OwnerName, shop.Phone, shop.ProvinceCode, shop.CommuneCode, shop.Address);
        try
        {
            var envelope = await client.CallAsync(PostmartClient.Json("/shops", Method.Post, body), partner.AccessToken, cancellationToken);
            var answer = PostmartClient.Data<PostmartShop>(envelope);
            return (envelope.Success, envelope.ErrorCode, answer?.ShopCode) switch
            {
                (true, _, { Length: > 0 } code) => new(
                    code, Existed: false, PostmartStatus.ShopToCanonical(answer.Status), PostmartStatus.Raw(answer.Status, answer.StatusName)),
                (_, PostmartErrors.ShopExisted, { Length: > 0 } code) => new(code, Existed: true, AccountState.Unknown, PostmartErrors.ShopExisted),
                (true, _, _) => throw new FateUnknownException("unreadable", "The registration was answered without a shopCode."),
                _ => throw client.Refused(envelope, partner.AccessToken),
            };
        }
        catch (FateUnknownException e)
        {
            // Safe to repeat: the platform answers a phone that has a shop with that shop's code.
            throw new MarketplaceException(Key, FailureKind.Transient, e.Code, e.Detail, inner: e);
        }
    }

    public IReadOnlyList<WebhookHint> Verify(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset now) =>
        PostmartWebhook.Verify(body, client.Options, now);

    public byte[]? SignedPart(ReadOnlyMemory<byte> body) => PostmartWebhook.SignedPart(body);
}
