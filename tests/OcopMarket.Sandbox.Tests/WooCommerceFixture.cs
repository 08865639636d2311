using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>One WooCommerce shop on a clock that stands still, called as through a proxy that ends TLS.</summary>
internal sealed class WooCommerceFixture : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private WooCommerceFixture(SandboxHost host, ManualTime time)
    {
        Host = host;
        Time = time;
        Control = new SandboxClient(host.Platforms.Single().BaseUrl);
    }

    public SandboxHost Host { get; }
    public ManualTime Time { get; }
    public SandboxClient Control { get; }
    public SandboxShopInfo Shop => Host.Platforms.Single().Shops[0];
    public string Api => $"{Shop.Url}/wp-json/wc/v3";

    public static async Task<WooCommerceFixture> StartAsync(bool fetchImages = false, string? folder = null, ManualTime? time = null)
    {
        time ??= new ManualTime();
        var options = new SandboxOptions
        {
            FirstPort = 0,
            Platforms = ["woocommerce"],
            DataFolder = folder,
            Time = time,
            Settings = new Dictionary<string, SandboxSettings> { ["woocommerce"] = SandboxSettings.For("woocommerce") with { FetchImages = fetchImages } },
            Shops = [new SandboxShopSeed("HTX Mật hoa dừa Trà Vinh", "Thạch Thị Chal Thi", "0912345678", "lab")]
        };
        return new WooCommerceFixture(await SandboxHost.StartAsync(options, CancellationToken.None), time);
    }

    public static JsonObject Product(string sku, Action<JsonObject>? change = null)
    {
        var body = Golden.Json("woocommerce", "batch.request.json")["create"]![0]!.DeepClone().AsObject();
        body["sku"] = sku;
        body["name"] = $"Khăn lụa {sku}";
        change?.Invoke(body);
        return body;
    }

    public Task<Heard> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Heard> Post(string path, JsonNode body) => Send(HttpMethod.Post, path, body.ToJsonString());

    public Task<Heard> Put(string path, JsonNode body) => Send(HttpMethod.Put, path, body.ToJsonString());

    public Task<Heard> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public Task<Heard> Batch(params JsonObject[] create) =>
        Post("/products/batch", new JsonObject { ["create"] = new JsonArray([.. create]) });

    public async Task<long> Create(string sku, Action<JsonObject>? change = null)
    {
        var heard = await Post("/products", Product(sku, change));
        Assert.True(heard.Http == 201, heard.Text);
        return (long)heard.Json["id"]!;
    }

    /// <summary>Sends a second later than the last call.</summary>
    public async Task<Heard> Send(HttpMethod method, string path, string? body, string? user = null, string? password = null, bool tls = true)
    {
        Time.Move(1);
        using var request = new HttpRequestMessage(method, Api + path);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user ?? Shop.Username}:{password ?? Shop.Password}")));
        if (tls)
        {
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        return await Send(request, body);
    }

    public async Task<Heard> Send(HttpRequestMessage request, string? body)
    {
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return new Heard((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Control.Dispose();
        await Host.DisposeAsync();
    }
}
