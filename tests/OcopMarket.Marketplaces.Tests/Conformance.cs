using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing.Conformance;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed class PostmartConformance(PostmartSandbox sandbox) : MarketplaceConformance<PostmartSandbox>(sandbox);

[Trait("Category", "Culture")]
public sealed class VosoConformance(VosoSandbox sandbox) : MarketplaceConformance<VosoSandbox>(sandbox);

[Trait("Category", "Culture")]
public sealed class WooCommerceConformance(WooCommerceSandbox sandbox) : MarketplaceConformance<WooCommerceSandbox>(sandbox);

[Trait("Category", "Culture")]
public sealed class ShopeeConformance(ShopeeSandbox sandbox) : MarketplaceConformance<ShopeeSandbox>(sandbox);

[Trait("Category", "Culture")]
public sealed class LazadaConformance(LazadaSandbox sandbox) : MarketplaceConformance<LazadaSandbox>(sandbox);

public sealed class PostmartSandbox() : SandboxFixture("postmart")
{
    private string _mediaId = "";

    public override int ApplicableTests => 27;

    public override ListingDraft Draft(string sku)
    {
        var draft = Drafts.Nectar(sku);
        return draft with { Title = $"Mật hoa dừa cô đặc {sku}", Images = [draft.Images[0] with { MediaId = _mediaId }] };
    }

    public override async Task<SignedCallback> CallbackAsync(string externalId)
    {
        await using var receiver = (await RecordingServer.StartAsync()).Answer("{}");
        await ControlAsync("settings", new JsonObject { ["callbackUrl"] = $"{receiver.BaseUrl}/webhooks/postmart" });
        await ModerateAsync(externalId, "approve");
        for (var i = 0; i < 100 && receiver.Calls.IsEmpty; i++)
        {
            Wait(TimeSpan.FromMilliseconds(200));
            await Task.Delay(20);
        }

        await ControlAsync("settings", new JsonObject { ["callbackUrl"] = null });
        var call = Assert.Single(receiver.Calls);
        return new(Encoding.UTF8.GetBytes(call.Body), call.Headers);
    }

    protected override SellerLogin LoginOf(SandboxPlatformInfo platform) => new(
        platform.Application.Id, new Secret(platform.Application.Secret),
        new Dictionary<string, string> { ["customerCode"] = platform.Application.CustomerCode! });

    protected override async Task PrepareAsync()
    {
        var media = await ((IMediaUploader)Adapter).UploadAsync(Shop, Picture(), CancellationToken.None);
        _mediaId = media.MediaId;
    }

    /// <summary>A true header and no pixels.</summary>
    internal static MediaFile Picture()
    {
        var png = new byte[64];
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52 }.CopyTo(png, 0);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1200);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 900);
        return new("anh.png", "image/png", png, Drafts.Sha);
    }
}

public sealed class VosoSandbox() : SandboxFixture("voso")
{
    public override int ApplicableTests => 25;

    public override ListingDraft Draft(string sku) => Drafts.Nectar(sku) with { Title = $"Mật hoa dừa cô đặc {sku}" };

    public override Task<SignedCallback> CallbackAsync(string externalId) => throw new InvalidOperationException("Voso has no callback.");

    protected override SellerLogin LoginOf(SandboxPlatformInfo platform) => new(
        platform.Shops[0].Username, new Secret(platform.Shops[0].Password), new Dictionary<string, string>());
}

public sealed class WooCommerceSandbox() : SandboxFixture("woocommerce")
{
    private string _phone = "";

    public override int ApplicableTests => 25;

    public override ListingDraft Draft(string sku) => Drafts.Nectar(sku) with { Title = $"Mật hoa dừa & gừng {sku}" };

    public override async Task<SignedCallback> CallbackAsync(string externalId)
    {
        await using var receiver = (await RecordingServer.StartAsync()).Answer("").Answer("");
        await ((IWebhookSubscriber)Adapter).SubscribeAsync(Shop, new Uri($"{receiver.BaseUrl}/webhooks/woocommerce"), CancellationToken.None);
        await ModerateAsync(externalId, "approve");
        for (var i = 0; i < 100 && receiver.Calls.Count < 2; i++)
        {
            Wait(TimeSpan.FromMilliseconds(200));
            await Task.Delay(20);
        }

        Assert.Empty(((IWebhookVerifier)Adapter).Verify(Encoding.UTF8.GetBytes(receiver.Calls.First().Body), receiver.Calls.First().Headers, Now));
        var call = receiver.Calls.Last();
        return new(Encoding.UTF8.GetBytes(call.Body), call.Headers);
    }

    protected override SellerLogin LoginOf(SandboxPlatformInfo platform)
    {
        _phone = platform.Shops[0].Phone;
        return LoginOf(platform.Shops[0].Username, platform.Shops[0].Password, platform.Shops[0].Url!);
    }

    /// <summary>A key that was taken back stays dead: the shop's owner makes another.</summary>
    protected override async Task<SellerLogin> LoginNowAsync()
    {
        var shop = await ControlAsync("shops", new JsonObject { ["name"] = "x", ["phone"] = _phone, ["state"] = "active" });
        return LoginOf((string)shop["username"]!, (string)shop["password"]!, (string)shop["url"]!);
    }

    protected override async Task PrepareAsync()
    {
        var categories = (IShopCategories)Adapter;
        foreach (var name in categories.Missing(Shop, Profile.Categories.Keys.Select(k => (int?)k)))
        {
            Wait(TimeSpan.FromSeconds(1));
            await categories.LearnAsync(Shop, name, CancellationToken.None);
        }
    }

    private static SellerLogin LoginOf(string key, string secret, string url) =>
        new(key, new Secret(secret), new Dictionary<string, string> { ["url"] = url });
}

public sealed class ShopeeSandbox() : SandboxFixture("shopee")
{
    private RecordingServer _receiver = null!;
    private string _imageId = "";

    public override int ApplicableTests => 24;
    public override TimeSpan CallbackIsLate => TimeSpan.FromHours(5);
    protected override bool SignsTheTime => true;

    public override ListingDraft Draft(string sku)
    {
        var draft = Drafts.Nectar(sku);
        return draft with { Title = $"Mật hoa dừa cô đặc {sku}", SalePriceVnd = null, Images = [draft.Images[0] with { MediaId = _imageId }] };
    }

    /// <summary>The platform pushes violations only; the address is part of what is signed.</summary>
    public override async Task<SignedCallback> CallbackAsync(string externalId)
    {
        _receiver.Answer("");
        await ControlAsync("settings", new JsonObject { ["callbackUrl"] = PushUrl });
        await ModerateAsync(externalId, "reject", "Ảnh sản phẩm bị mờ");
        for (var i = 0; i < 100 && _receiver.Calls.IsEmpty; i++)
        {
            Wait(TimeSpan.FromMilliseconds(200));
            await Task.Delay(20);
        }

        await ControlAsync("settings", new JsonObject { ["callbackUrl"] = null });
        var call = Assert.Single(_receiver.Calls);
        return new(Encoding.UTF8.GetBytes(call.Body), call.Headers);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    protected override SellerLogin LoginOf(SandboxPlatformInfo platform) =>
        new(platform.Application.Id, new Secret(platform.Application.Secret), new Dictionary<string, string>());

    /// <summary>As the shop's owner consents on the platform's page.</summary>
    protected override async Task<SellerSession> SessionAsync()
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await browser.GetAsync(new Uri($"{PlatformAddress}/auth/agree?shop_id={Shop.ExternalShopId}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx"));
        var code = HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
        var consent = ServicesOfApplication.GetRequiredService<ConsentPlatforms>().Find("shopee")!;
        var grant = await consent.ExchangeAsync(Login, new(new(code), Shop.ExternalShopId), CancellationToken.None);
        var shop = Shop with { AccessToken = grant.AccessToken, Application = Login };
        foreach (var fact in ((IShopFacts)Adapter).Missing(shop, []))
        {
            await ((IShopFacts)Adapter).LearnAsync(shop, fact, CancellationToken.None); // the clock of these tests runs far
        }

        return shop;
    }

    protected override async Task<IReadOnlyDictionary<string, string?>> SettingsAsync()
    {
        _receiver = await RecordingServer.StartAsync();
        return new Dictionary<string, string?>
        {
            ["Marketplaces:shopee:PushUrl"] = PushUrl,
            ["Marketplaces:shopee:PushKey"] = "ocop-test-partner-key-0001",
        };
    }

    protected override async Task PrepareAsync() =>
        _imageId = (await ((IMediaUploader)Adapter).UploadAsync(Shop, PostmartSandbox.Picture(), CancellationToken.None)).MediaId;

    private string PushUrl => $"{_receiver.BaseUrl}/webhooks/shopee";
}
