using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing.Conformance;

namespace OcopMarket.Marketplaces.Tests;

public sealed class LazadaSandbox() : SandboxFixture("lazada")
{
    private RecordingServer _receiver = null!;
    private string _image = "";

    public override int ApplicableTests => 24;
    public override TimeSpan CallbackIsLate => TimeSpan.FromHours(8);
    protected override bool SignsTheTime => true;

    public override ListingDraft Draft(string sku)
    {
        var draft = Drafts.Nectar(sku);
        return draft with { Title = $"Mật hoa dừa cô đặc {sku}", SalePriceVnd = null, Images = [draft.Images[0] with { MediaId = _image }] };
    }

    /// <summary>Of an edit the platform tells item, SKU and the seller's code; of a verdict the item alone (<c>LazadaWebhookTests</c>).</summary>
    public override async Task<SignedCallback> CallbackAsync(string externalId)
    {
        _receiver.Answer("");
        var body = await ControlAsync("settings", new JsonObject { ["callbackUrl"] = $"{_receiver.BaseUrl}/webhooks/lazada" });
        Assert.NotNull(body);
        Wait(TimeSpan.FromSeconds(2));
        var seen = Assert.Single(await Adapter.ReadStatusesAsync(Shop, [new(externalId, "")], CancellationToken.None));
        var outcome = Assert.Single(await Adapter.SubmitAsync(
            Shop, [new(ChangeKind.UpdateContent, Draft(seen.SellerSku).ToCanonical(), externalId, "x")], CancellationToken.None));
        Assert.Null(outcome.Failure);
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
        using var answer = await browser.GetAsync(new Uri($"{PlatformAddress}/oauth/agree?seller_id={Shop.ExternalShopId}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fx"));
        var code = HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
        var consent = ServicesOfApplication.GetRequiredService<ConsentPlatforms>().Find("lazada")!;
        var grant = await consent.ExchangeAsync(Login, new(new(code), null), CancellationToken.None);
        Assert.Equal(Shop.ExternalShopId, grant.ExternalShopId);
        return Shop with { AccessToken = grant.AccessToken, Application = Login };
    }

    /// <summary>The simulated platform's categories stand for those that an operator looks up.</summary>
    protected override async Task<IReadOnlyDictionary<string, string?>> SettingsAsync()
    {
        _receiver = await RecordingServer.StartAsync();
        return new Dictionary<string, string?>
        {
            ["Marketplaces:lazada:PushApp"] = "100123",
            ["Marketplaces:lazada:PushKey"] = "ocop-test-app-secret",
            ["Marketplaces:lazada:Categories:1"] = "90000101",
            ["Marketplaces:lazada:Categories:8"] = "90000104",
            ["Marketplaces:lazada:Categories:21"] = "90000201",
        };
    }

    protected override async Task PrepareAsync() =>
        _image = (await ((IMediaUploader)Adapter).UploadAsync(Shop, PostmartSandbox.Picture(), CancellationToken.None)).MediaId;
}
