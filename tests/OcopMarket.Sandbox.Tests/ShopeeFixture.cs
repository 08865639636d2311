using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace OcopMarket.Sandbox.Tests;

/// <summary>One connected Shopee shop on a clock that stands still, called as the sheet says and not as our adapter does.</summary>
internal sealed class ShopeeFixture : IAsyncDisposable
{
    public const string Shop = "14701711";
    public const string Key = "ocop-test-partner-key-0001";
    public const string Product = "/api/v2/product/";
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private ShopeeFixture(SandboxHost host, ManualTime time)
    {
        Host = host;
        Time = time;
        Control = new SandboxClient(host.Platforms.Single().BaseUrl);
    }

    public SandboxHost Host { get; }
    public ManualTime Time { get; }
    public SandboxClient Control { get; }
    public string Token { get; private set; } = "";
    public string Image { get; private set; } = "";

    public static async Task<ShopeeFixture> StartAsync(string? folder = null, ManualTime? time = null, bool connect = true)
    {
        time ??= new ManualTime();
        var options = new SandboxOptions
        {
            FirstPort = 0,
            Platforms = ["shopee"],
            DataFolder = folder,
            Time = time,
            Settings = new Dictionary<string, SandboxSettings> { ["shopee"] = SandboxSettings.For("shopee") with { ReviewMinSeconds = 60, ReviewMaxSeconds = 60 } },
            Shops = [new SandboxShopSeed("HTX Mật hoa dừa Trà Vinh", "Thạch Thị Chal Thi", "0912345678", Shop)]
        };
        var shopee = new ShopeeFixture(await SandboxHost.StartAsync(options, CancellationToken.None), time);
        if (connect)
        {
            await shopee.ConnectAsync();
            shopee.Image = (string)(await shopee.Upload(Pictures.Png(1200, 900))).Json["response"]!["image_info"]!["image_id"]!;
        }

        return shopee;
    }

    /// <summary>The golden item with another code, changed as asked.</summary>
    public JsonObject Item(string sku, Action<JsonObject>? change = null)
    {
        var body = JsonNode.Parse(Text("create.request.json"))!.AsObject();
        body["item_sku"] = sku;
        change?.Invoke(body);
        return body;
    }

    /// <summary>A golden file with the picture that is there.</summary>
    public string Text(string file) => Golden.Text("shopee", file).Replace("sg-11134201-abc", Image, StringComparison.Ordinal);

    public Task<Heard> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Heard> Post(string call, JsonNode body) => Send(HttpMethod.Post, Product + call, body.ToJsonString());

    public async Task<long> Create(string sku, bool approve = true)
    {
        var heard = await Post("add_item", Item(sku));
        Assert.True((string?)heard.Json["error"] == "", heard.Text);
        var id = (long)heard.Json["response"]!["item_id"]!;
        if (approve)
        {
            await Moderate(id, "approve");
        }

        return id;
    }

    public Task<Heard> Moderate(long item, string verdict, string? reason = null) =>
        Control.Post("/_sandbox/moderate", new JsonObject { ["item"] = $"{item}", ["verdict"] = verdict, ["reason"] = reason });

    public async Task<string?> Error(string call, JsonNode body) => (string?)(await Post(call, body)).Json["error"];

    public async Task<JsonNode> Detail(long item) =>
        (await Get($"{Product}get_item_base_info?item_id_list=[{item}]")).Json["response"]!["item_list"]![0]!;

    /// <summary>Signed a second later than the last call.</summary>
    public Task<Heard> Send(HttpMethod method, string path, string? body, string? token = null, string? key = null)
    {
        Time.Move(1);
        return SendRaw(method, Signed(path, token ?? Token, key), body);
    }

    public async Task<Heard> SendRaw(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, Control.BaseUrl + path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return new Heard((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>Documented as the operator's call; with a token it is signed as a shop's.</summary>
    public async Task<Heard> Upload(byte[] file, bool asShop = false)
    {
        Time.Move(1);
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent { { part, "image", "anh.png" }, { new StringContent("normal"), "scene" } };
        using var response = await _http.PostAsync(new Uri(Control.BaseUrl + Signed("/api/v2/media_space/upload_image", asShop ? Token : null, null)), form);
        return new Heard((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public string Signed(string pathAndQuery, string? token, string? key)
    {
        var path = pathAndQuery.Split('?')[0];
        var timestamp = Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var text = $"2001887{path}{timestamp}{(token is null ? "" : token + Shop)}";
        var sign = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key ?? Key), Encoding.UTF8.GetBytes(text)));
        return $"{pathAndQuery}{(pathAndQuery.Contains('?', StringComparison.Ordinal) ? '&' : '?')}partner_id=2001887&timestamp={timestamp}&sign={sign}"
            + (token is null ? "" : $"&access_token={token}&shop_id={Shop}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Control.Dispose();
        await Host.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        using var answer = await _http.GetAsync(new Uri($"{Control.BaseUrl}/auth/agree?shop_id={Shop}&redirect_uri=http%3A%2F%2Flocalhost%2F"));
        var code = HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"];
        var heard = await SendRaw(HttpMethod.Post, Signed("/api/v2/auth/token/get", null, null), $$"""{"code":"{{code}}","partner_id":2001887,"shop_id":{{Shop}}}""");
        Token = (string)heard.Json["access_token"]!;
    }
}
