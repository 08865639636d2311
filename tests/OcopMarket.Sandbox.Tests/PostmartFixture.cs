using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>Postmart alone with the shop and the picture of the golden bodies, logged in, on a clock that stands still.</summary>
internal sealed class PostmartFixture : IAsyncDisposable
{
    public const string Shop = "PM004211";

    private PostmartFixture(SandboxHost host, ManualTime time)
    {
        Host = host;
        Time = time;
        Client = new SandboxClient(host.Platforms.Single().BaseUrl);
    }

    public SandboxHost Host { get; }
    public ManualTime Time { get; }
    public SandboxClient Client { get; }

    public static async Task<PostmartFixture> StartAsync(
        string? folder = null, ManualTime? time = null, long seed = 1, DemoScript? demo = null)
    {
        time ??= new ManualTime();
        var options = new SandboxOptions
        {
            FirstPort = 0,
            Platforms = ["postmart"],
            DataFolder = folder,
            Time = time,
            Seed = seed,
            Demo = demo,
            Shops = [new SandboxShopSeed("HTX Mật hoa dừa Trà Vinh", "Thạch Thị Chal Thi", "0912345678", Shop)]
        };
        var fixture = new PostmartFixture(await SandboxHost.StartAsync(options, CancellationToken.None), time);
        await fixture.LogIn();
        return fixture;
    }

    public async Task LogIn() =>
        Client.Token = (string?)(await Client.Post("/GetAccessToken", Golden.Json("postmart", "login.request.json"))).Json["token"];

    public async Task<string> Upload(byte mark = 0) =>
        (string)(await Client.Upload(Pictures.Png(1200, 900, mark))).Json["data"]!["mediaId"]!;

    /// <summary>The golden item with another code and what the caller changes.</summary>
    public static JsonObject Item(string code, Action<JsonObject>? change = null)
    {
        var item = Golden.Json("postmart", "create.request.json")["items"]![0]!.DeepClone().AsObject();
        item["itemCode"] = code;
        item["name"] = $"Mật hoa dừa {code}";
        item.Remove("salePrice");
        change?.Invoke(item);
        return item;
    }

    public static JsonObject Batch(params JsonObject[] items) =>
        new() { ["shopCode"] = Shop, ["items"] = new JsonArray([.. items]) };

    /// <summary>Sends a batch a second later than the last call and gives its item lines.</summary>
    public async Task<JsonArray> Create(params JsonObject[] items)
    {
        Time.Move(1);
        return (await Client.Post("/products", Batch(items))).Json["data"]!["items"]!.AsArray();
    }

    public async Task<JsonArray> Update(params JsonObject[] items)
    {
        Time.Move(1);
        return (await Client.SendText(HttpMethod.Put, "/products", Batch(items).ToJsonString())).Json["data"]!["items"]!.AsArray();
    }

    public async Task<string?> Act(string code, string action)
    {
        Time.Move(1);
        var body = $$"""{"shopCode":"{{Shop}}","items":[{"itemCode":"{{code}}","action":"{{action}}"}]}""";
        var line = (await Client.Post("/products/status", body)).Json["data"]!["items"]![0]!;
        return (bool)line["success"]! ? $"{line["status"]}" : (string?)line["errorCode"];
    }

    public async Task<string?> PriceStock(string item)
    {
        Time.Move(1);
        var line = (await Client.Post("/products/price-stock", $$"""{"shopCode":"{{Shop}}","items":[{{item}}]}""")).Json["data"]!["items"]![0]!;
        return (bool)line["success"]! ? $"{line["status"]}" : (string?)line["errorCode"];
    }

    public async Task<JsonNode> Listed(string code)
    {
        Time.Move(1);
        return (await Client.Get($"/products?shopCode={Shop}&itemCodes={code}&page=1&size=100")).Json["data"]!["items"]!.AsArray().Last()!;
    }

    /// <summary>Long enough for any review.</summary>
    public void WaitForReview() => Time.Move(11);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
