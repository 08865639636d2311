using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class HostTests
{
    [Fact]
    public async Task Each_platform_has_a_port_of_its_own_and_says_how_to_log_in()
    {
        await using var host = await SandboxHost.StartAsync(
            new SandboxOptions { FirstPort = 0, Shops = [new("HTX Thử", "A", "0912345678"), new("Cơ sở Thử", "B", "0987654321")] },
            CancellationToken.None);

        Assert.Equal(["postmart", "voso", "woocommerce", "shopee", "lazada"], host.Platforms.Select(p => p.Key));
        Assert.Equal(5, host.Platforms.Select(p => p.BaseUrl).Distinct().Count());
        Assert.Equal(2, host.Platforms[0].Shops.Count);
        var shop = host.Platforms[1].Shops[0];
        using var voso = new SandboxClient(host.Platforms[1].BaseUrl);
        var login = new JsonObject { ["USERNAME"] = shop.Username, ["PASSWORD"] = shop.Password };
        Assert.Equal(200, (int)(await voso.Post("/v2/user/Login", login)).Json["status"]!);
        using var postmart = new SandboxClient(host.Platforms[0].BaseUrl);
        var application = host.Platforms[0].Application;
        login = new JsonObject
        {
            ["username"] = application.Id,
            ["password"] = application.Secret,
            ["customerCode"] = application.CustomerCode
        };
        Assert.True((bool)(await postmart.Post("/GetAccessToken", login)).Json["success"]!);
    }

    [Fact]
    public async Task A_taken_port_moves_on_or_stops_the_start_as_asked()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await Assert.ThrowsAsync<IOException>(
            () => SandboxHost.StartAsync(new SandboxOptions { FirstPort = port }, CancellationToken.None));
        await using var host = await SandboxHost.StartAsync(
            new SandboxOptions { FirstPort = port, TakenPortMovesOn = true }, CancellationToken.None);

        Assert.All(host.Platforms, p => Assert.True(new Uri(p.BaseUrl).Port > port));
    }

    [Fact]
    public async Task A_folder_of_its_own_is_gone_at_the_end()
    {
        var host = await SandboxHost.StartAsync(new SandboxOptions { FirstPort = 0 }, CancellationToken.None);
        var folder = host.DataFolder;
        Assert.True(Directory.Exists(folder));

        await host.DisposeAsync();

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task The_log_names_calls_shops_codes_and_skus_and_no_secret()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"), PostmartFixture.Item("A"));

        var log = await postmart.Client.Log(after: 1);
        var create = log.Last()!;

        Assert.Equal([2L, 3L], log.Select(l => (long)l!["seq"]!));
        Assert.Equal(("create", PostmartFixture.Shop), ((string?)create["call"], (string?)create["shop"]));
        Assert.Equal(("POST", "/products", 200), ((string?)create["method"], (string?)create["path"], (int)create["status"]!));
        Assert.Equal("ITEM_CODE_EXISTED", (string?)create["error"]);
        Assert.True((bool)create["landed"]!);
        Assert.Equal(["A", "A"], create["skus"]!.AsArray().Select(s => (string?)s));
        var whole = (await postmart.Client.Log()).ToJsonString();
        Assert.DoesNotContain("mat-khau-thu", whole, StringComparison.Ordinal);
        Assert.DoesNotContain(postmart.Client.Token!, whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buyer_sees_what_is_on_sale_and_no_markup_of_the_sellers()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(
            PostmartFixture.Item("A", i => i["name"] = "Mật <b>hoa</b> dừa"), PostmartFixture.Item("B", i => i["submit"] = false));
        postmart.WaitForReview();

        var page = (await postmart.Client.Get("/_sandbox/")).Text;

        Assert.Contains("Mật &lt;b&gt;hoa&lt;/b&gt; dừa", page, StringComparison.Ordinal);
        Assert.Contains("185.000 ₫", page, StringComparison.Ordinal);
        Assert.Contains("OCOP 5 sao", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Mật hoa dừa B", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_an_item_on_sale_opens_and_a_hidden_ones_does_not()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        postmart.WaitForReview();
        var path = new Uri((string)(await postmart.Listed("A"))["url"]!).AbsolutePath;

        Assert.Contains("Mật hoa dừa A", (await postmart.Client.Get(path)).Text, StringComparison.Ordinal);
        await postmart.Act("A", "HIDE");
        Assert.Equal(404, (await postmart.Client.Get(path)).Http);
    }

    [Fact]
    public async Task An_unknown_setting_or_verdict_is_refused()
    {
        await using var postmart = await PostmartFixture.StartAsync();

        Assert.Equal(400, (await postmart.Client.Post("/_sandbox/settings", """{"colour":1}""")).Http);
        Assert.Equal(400, (await postmart.Client.Post("/_sandbox/settings", "{\"callbackUrl\":\"http://example.com/\"}")).Http);
        Assert.Equal(400, (await postmart.Client.Post("/_sandbox/shops", """{"name":"x","phone":"1","state":"odd"}""")).Http);
        Assert.Equal(404, (await postmart.Client.Post("/_sandbox/moderate", """{"item":"1","verdict":"approve"}""")).Http);
        Assert.Equal(404, (await postmart.Client.Get("/_sandbox/nothing")).Http);
        Assert.Equal(404, (await postmart.Client.Get("/nothing")).Http);
    }

    [Fact]
    public async Task The_demo_script_brings_its_trouble()
    {
        await using var postmart = await PostmartFixture.StartAsync(demo: new DemoScript
        {
            UnknownStatusSku = "A",
            UnknownErrorSku = "B",
            TokenEndsAfterCalls = 0,
            LockedShopPhone = "0987654321",
            RefusedShare = 0,
            LostAnswerShare = 0
        });
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        var refused = (await postmart.Create(PostmartFixture.Item("B")))[0]!;
        var code = (string?)(await postmart.Client.Post("/shops", Golden.Text("postmart", "shop-register.request.json"))).Json["data"]!["shopCode"];
        postmart.WaitForReview();

        Assert.Equal(7, (int)(await postmart.Listed("A"))["status"]!);
        Assert.Equal("NGHIEP_VU_7731", (string?)refused["errorCode"]);
        Assert.Equal(2, (int)(await postmart.Client.Get($"/shops/{code}")).Json["data"]!["status"]!);
    }
}
