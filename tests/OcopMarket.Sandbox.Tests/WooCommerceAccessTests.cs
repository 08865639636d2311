using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

/// <summary>Who may call, what the hoster does, webhooks, and what goes wrong on purpose.</summary>
[Trait("Category", "Culture")]
public sealed class WooCommerceAccessTests
{
    [Fact]
    public async Task Basic_without_TLS_is_not_looked_at_and_a_signature_in_the_query_is()
    {
        await using var woo = await WooCommerceFixture.StartAsync();

        Assert.Equal(401, (await woo.Send(HttpMethod.Get, "/products", null, tls: false)).Http);
        Assert.Equal(200, (await woo.Send(Signed(woo, woo.Shop.Password), null)).Http);
        var forged = await woo.Send(Signed(woo, "cs_wrong"), null);
        var late = Signed(woo, woo.Shop.Password);
        woo.Time.Move(1000);
        var old = await woo.Send(late, null);

        Assert.Equal((401, "woocommerce_rest_authentication_error"), (forged.Http, (string?)forged.Json["code"]));
        Assert.Equal(401, old.Http);
        Assert.DoesNotContain("oauth", (await woo.Control.Log()).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_may_only_read_writes_nothing_and_a_key_taken_back_opens_nothing()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        var old = woo.Shop;
        await State(woo, "new");
        var write = await woo.Post("/products", WooCommerceFixture.Product("A"));
        Assert.Equal(200, (await woo.Get("/products")).Http);
        await State(woo, "active");

        await woo.Control.Fault("""{"call":"list","kind":"token_revoked","count":1}""");
        Assert.Equal(401, (await woo.Get("/products")).Http);
        Assert.Equal(401, (await woo.Get("/products")).Http);
        await State(woo, "active");

        Assert.Equal(401, write.Http);
        Assert.Equal(200, (await woo.Get("/products")).Http);
        Assert.Equal(401, (await woo.Send(HttpMethod.Get, "/products", null, old.Username, old.Password)).Http);
        Assert.NotEqual(old.Username, woo.Shop.Username);
    }

    [Theory]
    [InlineData("locked", 503)]
    [InlineData("closed", 404)]
    public async Task A_shop_that_its_hoster_shut_answers_with_a_page(string state, int http)
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        await State(woo, state);

        var heard = await woo.Get("/products");

        Assert.Equal(http, heard.Http);
        Assert.StartsWith("<html>", heard.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hoster_in_front_limits_calls_and_breaches_are_counted()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        await woo.Control.Set("""{"shopCallsPerSecond":1}""");

        var first = await woo.Get("/products");
        woo.Time.Move(-1);
        var second = await woo.Get("/products");

        Assert.Equal((200, 429), (first.Http, second.Http));
        Assert.Equal(1, (int)(await woo.Control.State())["rateBreaches"]!);
    }

    [Fact]
    public async Task A_webhook_pings_unsigned_then_brings_the_whole_product_signed_and_late()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        await using var ours = await Listener.StartAsync();
        var headers = new List<Dictionary<string, string>>();
        ours.Answer = http =>
        {
            lock (headers)
            {
                headers.Add(http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            }

            return 200;
        };
        var hook = Golden.Json("woocommerce", "webhook.request.json").AsObject();
        hook["delivery_url"] = ours.Url;
        Assert.Equal(201, (await woo.Post("/webhooks", hook)).Http);
        await Listener.Until(() => Task.FromResult(ours.Bodies.IsEmpty ? null : ours));
        var id = await woo.Create("A");
        await woo.Put($"/products/{id}", new JsonObject { ["status"] = "private" });
        Assert.Single(ours.Bodies);

        woo.Time.Move(3);
        await Listener.Until(() => Task.FromResult(ours.Bodies.Count < 2 ? null : ours));

        Assert.Equal("webhook_id=1", ours.Bodies.First());
        var body = ours.Bodies.Last();
        Assert.Equal((id, "private"), ((long)JsonNode.Parse(body)!["id"]!, (string?)JsonNode.Parse(body)!["status"]));
        Assert.False(headers[0].ContainsKey("X-WC-Webhook-Signature"));
        Assert.Equal(
            Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("bi-mat-thu"), Encoding.UTF8.GetBytes(body))),
            headers[1]["X-WC-Webhook-Signature"]);
        Assert.Equal($"{woo.Shop.Url}/", headers[1]["X-WC-Webhook-Source"]);
    }

    [Fact]
    public void The_golden_callback_is_signed_as_the_sandbox_signs()
    {
        var body = Encoding.UTF8.GetBytes(Golden.Text("woocommerce", "callback.request.json"));

        Assert.Equal(
            (string?)Golden.Json("woocommerce", "callback.headers.json")["X-WC-Webhook-Signature"],
            Convert.ToBase64String(HMACSHA256.HashData("bi-mat-thu"u8, body)));
    }

    [Fact]
    public async Task Faults_come_before_or_after_the_write_as_asked()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        await woo.Control.Fault("""{"call":"create","kind":"server_error_before","count":1}""");
        Assert.Equal(500, (await woo.Batch(WooCommerceFixture.Product("A"))).Http);
        await woo.Control.Fault("""{"call":"create","kind":"server_error_after","count":1,"httpStatus":503}""");
        Assert.Equal(503, (await woo.Batch(WooCommerceFixture.Product("B"))).Http);
        await woo.Control.Fault("""{"call":"create","kind":"unknown_error","count":1,"sku":"D"}""");
        var mixed = (await woo.Batch(WooCommerceFixture.Product("C"), WooCommerceFixture.Product("D"))).Json["create"]!.AsArray();
        await woo.Control.Fault("""{"call":"create","kind":"unknown_status","count":1}""");
        await woo.Batch(WooCommerceFixture.Product("E"));
        await woo.Control.Fault("""{"call":"create","kind":"late_landing","seconds":5,"count":1}""");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => woo.Batch(WooCommerceFixture.Product("F")));

        Assert.Equal([false, true], mixed.Select(m => m!["error"] is not null));
        var items = (await woo.Control.State())["items"]!.AsArray();
        Assert.Equal(["B", "C", "E"], items.Select(i => (string?)i!["sku"]));
        Assert.Equal("archived", (string?)items[2]!["status"]);
        woo.Time.Move(6);
        Assert.Equal(4, (await woo.Control.State())["items"]!.AsArray().Count);
        var log = await woo.Control.Log();
        Assert.Equal([false, true, true, true, false, true], log.Select(l => (bool)l!["landed"]!));
    }

    [Fact]
    public async Task A_killed_server_has_its_shops_products_and_keys_again()
    {
        var folder = Directory.CreateTempSubdirectory("ocop-woo-").FullName;
        try
        {
            var time = new ManualTime();
            string key;
            await using (var woo = await WooCommerceFixture.StartAsync(folder: folder, time: time))
            {
                key = woo.Shop.Password;
                await woo.Create("A");
            }

            await using var again = await WooCommerceFixture.StartAsync(folder: folder, time: time);
            Assert.Equal(key, again.Shop.Password);
            Assert.Equal("A", (string?)(await again.Get("/products")).Json[0]!["sku"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task State(WooCommerceFixture woo, string state) => Assert.Equal(
        200, (await woo.Control.Post("/_sandbox/shops", $$"""{"name":"x","phone":"{{woo.Shop.Phone}}","state":"{{state}}"}""")).Http);

    /// <summary>OAuth 1.0a with one leg, as a client of the platform signs.</summary>
    private static HttpRequestMessage Signed(WooCommerceFixture woo, string secret)
    {
        var query = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["oauth_consumer_key"] = woo.Shop.Username,
            ["oauth_nonce"] = "n1",
            ["oauth_signature_method"] = "HMAC-SHA256",
            ["oauth_timestamp"] = woo.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["sku"] = "Mật & hoa"
        };
        var pairs = string.Join('&', query.Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value)}"));
        var text = $"GET&{Uri.EscapeDataString($"{woo.Api}/products")}&{Uri.EscapeDataString(pairs)}";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{secret}&"), Encoding.UTF8.GetBytes(text)));
        return new HttpRequestMessage(HttpMethod.Get, $"{woo.Api}/products?{pairs}&oauth_signature={Uri.EscapeDataString(signature)}");
    }
}
