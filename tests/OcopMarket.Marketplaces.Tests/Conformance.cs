using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Sandbox;
using OcopMarket.Testing.Conformance;

namespace OcopMarket.Marketplaces.Tests;

[Trait("Category", "Culture")]
public sealed class PostmartConformance(PostmartSandbox sandbox) : MarketplaceConformance<PostmartSandbox>(sandbox);

[Trait("Category", "Culture")]
public sealed class VosoConformance(VosoSandbox sandbox) : MarketplaceConformance<VosoSandbox>(sandbox);

public sealed class PostmartSandbox() : SandboxFixture("postmart")
{
    private string _mediaId = "";

    public override int ApplicableTests => 27;

    public override ListingDraft Draft(string sku)
    {
        var draft = Drafts.Nectar(sku);
        return draft with { Title = $"Mật hoa dừa cô đặc {sku}", Images = [draft.Images[0] with { MediaId = _mediaId }] };
    }

    public override async Task<byte[]> CallbackAsync(string externalId)
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
        return Encoding.UTF8.GetBytes(Assert.Single(receiver.Calls).Body);
    }

    protected override SellerLogin LoginOf(SandboxPlatformInfo platform) => new(
        platform.Application.Id, new Secret(platform.Application.Secret),
        new Dictionary<string, string> { ["customerCode"] = platform.Application.CustomerCode! });

    protected override async Task PrepareAsync()
    {
        // A true header and no pixels.
        var png = new byte[64];
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52 }.CopyTo(png, 0);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 1200);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 900);
        var media = await ((IMediaUploader)Adapter).UploadAsync(Shop, new("anh.png", "image/png", png, Drafts.Sha), CancellationToken.None);
        _mediaId = media.MediaId;
    }
}

public sealed class VosoSandbox() : SandboxFixture("voso")
{
    public override int ApplicableTests => 25;

    public override ListingDraft Draft(string sku) => Drafts.Nectar(sku) with { Title = $"Mật hoa dừa cô đặc {sku}" };

    public override Task<byte[]> CallbackAsync(string externalId) => throw new InvalidOperationException("Voso has no callback.");

    protected override SellerLogin LoginOf(SandboxPlatformInfo platform) => new(
        platform.Shops[0].Username, new Secret(platform.Shops[0].Password), new Dictionary<string, string>());
}
