using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace OcopMarket.Sandbox.Tests;

/// <summary>One connected Lazada seller on a clock that stands still, called as the sheet says and not as our adapter does.</summary>
internal sealed class LazadaFixture : IAsyncDisposable
{
    public const string Seller = "1234567";
    public const string App = "100123";
    public const string Secret = "ocop-test-app-secret";
    private const string SamplePicture = "https://vn-live.slatic.net/p/58a4f48c8e5d526ba0f4ee2150dff8ab.jpg";
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private LazadaFixture(SandboxHost host, ManualTime time)
    {
        Host = host;
        Time = time;
        Control = new SandboxClient(host.Platforms.Single().BaseUrl);
    }

    public SandboxHost Host { get; }
    public ManualTime Time { get; }
    public SandboxClient Control { get; }
    public string Token { get; private set; } = "";
    public string Refresh { get; private set; } = "";
    public string Image { get; private set; } = "";

    public static async Task<LazadaFixture> StartAsync(string? folder = null, ManualTime? time = null, bool connect = true)
    {
        time ??= new ManualTime();
        var options = new SandboxOptions
        {
            FirstPort = 0,
            Platforms = ["lazada"],
            DataFolder = folder,
            Time = time,
            Settings = new Dictionary<string, SandboxSettings> { ["lazada"] = SandboxSettings.For("lazada") with { ReviewMinSeconds = 60, ReviewMaxSeconds = 60 } },
            Shops = [new SandboxShopSeed("HTX <Mật> hoa dừa", "Thạch Thị Chal Thi", "0912345678", Seller)]
        };
        var lazada = new LazadaFixture(await SandboxHost.StartAsync(options, CancellationToken.None), time);
        if (connect)
        {
            await lazada.ConnectAsync();
            lazada.Image = (string)(await lazada.Upload(Pictures.Png(1200, 900))).Json["data"]!["image"]!["url"]!;
        }

        return lazada;
    }

    /// <summary>A golden file with the picture that is there.</summary>
    public string Text(string file) => Golden.Text("lazada", file).Replace(SamplePicture, Image, StringComparison.Ordinal);

    /// <summary>The golden product with another code, changed as asked.</summary>
    public string Product(string sku, Action<JsonObject, JsonObject>? change = null)
    {
        var body = JsonNode.Parse(Text("create.request.json"))!;
        var product = body["Request"]!["Product"]!.AsObject();
        var row = product["Skus"]!["Sku"]![0]!.AsObject();
        row["SellerSku"] = sku;
        change?.Invoke(product, row);
        return body.ToJsonString();
    }

    public Task<Heard> Get(string path, params (string, string)[] own) => Send(HttpMethod.Get, path, own);

    public Task<Heard> Post(string path, string name, string document) => Send(HttpMethod.Post, path, [(name, document)]);

    /// <returns>The item's and the SKU's id.</returns>
    public async Task<(long Item, long Sku)> Create(string sku, bool approve = true, Action<JsonObject, JsonObject>? change = null)
    {
        var heard = await Post("/product/create", "payload", Product(sku, change));
        Assert.True((string?)heard.Json["code"] == "0", heard.Text);
        var ids = ((long)heard.Json["data"]!["item_id"]!, (long)heard.Json["data"]!["sku_list"]![0]!["sku_id"]!);
        if (approve)
        {
            await Moderate(ids.Item1, "approve");
        }

        return ids;
    }

    public Task<Heard> Moderate(long item, string verdict, string? reason = null) =>
        Control.Post("/_sandbox/moderate", new JsonObject { ["item"] = $"{item}", ["verdict"] = verdict, ["reason"] = reason });

    public async Task<string?> Code(string path, string name, string document) => (string?)(await Post(path, name, document)).Json["code"];

    public async Task<JsonNode> Item(long item) => (await Get("/product/item/get", ("item_id", $"{item}"))).Json["data"]!;

    /// <summary>Signed a second later than the last call: a read in its address, a write in its form.</summary>
    public Task<Heard> Send(HttpMethod method, string path, IEnumerable<(string, string)> own, string? token = null, string? secret = null, bool isOfSeller = true)
    {
        Time.Move(1);
        var all = System(own, isOfSeller ? token ?? Token : null);
        return SendRaw(method, path, [.. all, ("sign", Sign(path, all, secret))]);
    }

    public async Task<Heard> SendRaw(HttpMethod method, string path, IEnumerable<(string Name, string Value)> all)
    {
        var fields = all.Select(p => KeyValuePair.Create(p.Name, p.Value)).ToList();
        var query = method == HttpMethod.Get ? "?" + string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}")) : "";
        using var request = new HttpRequestMessage(method, $"{Control.BaseUrl}/rest{path}{query}");
        request.Content = method == HttpMethod.Get ? null : new FormUrlEncodedContent(fields);
        using var response = await _http.SendAsync(request);
        return new Heard((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>The picture's bytes are not signed.</summary>
    public async Task<Heard> Upload(byte[] file)
    {
        Time.Move(1);
        var all = System([], Token);
        var query = string.Join('&', all.Append(("sign", Sign("/image/upload", all, null))).Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent { { part, "image", "anh.png" } };
        using var response = await _http.PostAsync(new Uri($"{Control.BaseUrl}/rest/image/upload?{query}"), form);
        return new Heard((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public List<(string Name, string Value)> System(IEnumerable<(string, string)> own, string? token) =>
    [
        ("app_key", App),
        ("timestamp", Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
        ("sign_method", "sha256"),
        .. token is null ? [] : new[] { ("access_token", token) },
        .. own,
    ];

    public static string Sign(string path, IEnumerable<(string Name, string Value)> all, string? secret = null)
    {
        var text = path + string.Concat(all.Where(p => p.Value.Length > 0).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Name + p.Value));
        return Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret ?? Secret), Encoding.UTF8.GetBytes(text)));
    }

    public async Task<string> ConsentCodeAsync()
    {
        using var answer = await _http.GetAsync(new Uri($"{Control.BaseUrl}/oauth/agree?seller_id={Seller}&redirect_uri=http%3A%2F%2Flocalhost%2F&state=x%26y"));
        var back = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
        Assert.Equal(("x&y", null), (back["state"], back["seller_id"]));
        return back["code"]!;
    }

    public Task<Heard> Exchange(string code) => Send(HttpMethod.Post, "/auth/token/create", [("code", code)], isOfSeller: false);

    public Task<Heard> Renew(string refresh) => Send(HttpMethod.Post, "/auth/token/refresh", [("refresh_token", refresh)], isOfSeller: false);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Control.Dispose();
        await Host.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        var heard = await Exchange(await ConsentCodeAsync());
        (Token, Refresh) = ((string)heard.Json["access_token"]!, (string)heard.Json["refresh_token"]!);
    }
}
