using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>Voso alone with the shop of the golden bodies, logged in, on a clock that stands still; pictures count as
/// fetched.</summary>
internal sealed class VosoFixture : IAsyncDisposable
{
    private VosoFixture(SandboxHost host, ManualTime time)
    {
        Host = host;
        Time = time;
        Client = new SandboxClient(host.Platforms.Single().BaseUrl);
    }

    public SandboxHost Host { get; }
    public ManualTime Time { get; }
    public SandboxClient Client { get; }
    public SandboxShopInfo Shop => Host.Platforms.Single().Shops[0];

    public static async Task<VosoFixture> StartAsync(
        string? folder = null, ManualTime? time = null, bool fetchImages = false, IReadOnlyList<double>? tries = null)
    {
        time ??= new ManualTime();
        var settings = SandboxSettings.For("voso") with { FetchImages = fetchImages, ImageTrySeconds = tries ?? [0, 120, 580] };
        var options = new SandboxOptions
        {
            FirstPort = 0,
            Platforms = ["voso"],
            DataFolder = folder,
            Time = time,
            Settings = new Dictionary<string, SandboxSettings> { ["voso"] = settings },
            Shops = [new SandboxShopSeed("HTX Mật hoa dừa Trà Vinh", "Thạch Thị Chal Thi", "0912345678", "812345")]
        };
        var fixture = new VosoFixture(await SandboxHost.StartAsync(options, CancellationToken.None), time);
        await fixture.LogIn();
        return fixture;
    }

    public string LoginBody => $$"""{"USERNAME":"{{Shop.Username}}","PASSWORD":"{{Shop.Password}}"}""";

    public async Task LogIn()
    {
        Client.Token = null;
        Client.Token = TokenOf(await Client.Post("/v2/user/Login", LoginBody));
        Client.Token = TokenOf(await Client.Post("/v2/user/ownerconnect", LoginBody));
        Time.Move(1);
    }

    public static string? TokenOf(Heard heard) => (string?)heard.Json["data"]!["token"];

    /// <summary>The golden product with another SKU and what the caller changes.</summary>
    public static JsonObject Product(string sku, Action<JsonObject>? change = null)
    {
        var body = Golden.Json("voso", "create.request.json").AsObject();
        body["MERCHANT_SKU"] = sku;
        body["PRODUCT_NAME"] = $"Mật hoa dừa cô đặc {sku}";
        body.Remove("PRODUCT_DISCOUNT_PRICE");
        change?.Invoke(body);
        return body;
    }

    /// <summary>Sends a second later than the last call.</summary>
    public Task<Heard> Post(string path, JsonNode body)
    {
        Time.Move(1);
        return Client.Post($"/v2/product/{path}", body);
    }

    public async Task<long> Create(string sku, Action<JsonObject>? change = null) =>
        (long)(await Post("create", Product(sku, change))).Json["data"]!["PRODUCT_ID"]!;

    public async Task<JsonNode> Detail(long id)
    {
        Time.Move(1);
        return (await Client.Get($"/v2/product/detail?PRODUCT_ID={id}")).Json["data"]!;
    }

    public async Task<string?> StateOf(long id) => (string?)(await Detail(id))["STATE"];

    public async Task<int> Change(long id, string state) =>
        (int)(await Post("changeState", new JsonObject { ["PRODUCT_ID"] = id, ["STATE"] = state })).Json["status"]!;

    public async Task<JsonArray> List(string json = """{"PAGE":0,"PAGE_SIZE":50}""") =>
        (await Post("list", JsonNode.Parse(json)!)).Json["data"]!["ITEMS"]!.AsArray();

    public void WaitForReview() => Time.Move(11);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
