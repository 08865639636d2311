using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class ShopeeGoldenTests
{
    [Fact]
    public async Task Every_golden_call_gets_an_answer_of_the_golden_shape()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        foreach (var call in Golden.Json("shopee", "calls.json").AsArray())
        {
            shopee.Time.Move(3);
            var name = (string)call!["call"]!;
            var body = (string?)call["request"] is { } file ? shopee.Text(file) : null;
            var heard = await shopee.Send(new HttpMethod((string)call["method"]!), (string)call["path"]!, body);
            var expected = Golden.Json("shopee", (string)call["answer"]!);
            Assert.True(heard.Http == 200, $"{name}: {heard.Http} {heard.Text}");
            Assert.True(Golden.Shape(expected) == Golden.Shape(heard.Json), $"{name}: {Golden.Shape(expected)}\n{heard.Text}");
            Assert.True((string?)expected["error"] == (string?)heard.Json["error"], $"{name}: {heard.Text}");
            Assert.True((string?)expected["message"] == (string?)heard.Json["message"], $"{name}: {heard.Text}");
        }
    }

    [Fact]
    public async Task A_banned_item_and_its_violations_have_the_golden_shape_and_a_picture_too()
    {
        await using var shopee = await ShopeeFixture.StartAsync();
        var id = await shopee.Create("A");
        await shopee.Moderate(id, "reject", "Ảnh mờ");

        var detail = await shopee.Get($"{ShopeeFixture.Product}get_item_base_info?item_id_list={id}");
        var violations = await shopee.Get($"{ShopeeFixture.Product}get_item_violation_info?item_id_list={id}");

        Assert.Equal(Golden.Shape(Golden.Json("shopee", "detail.banned.answer.json")), Golden.Shape(detail.Json));
        Assert.Equal(Golden.Shape(Golden.Json("shopee", "violations.answer.json")), Golden.Shape(violations.Json));
        Assert.Equal(Golden.Shape(Golden.Json("shopee", "media.answer.json")), Golden.Shape((await shopee.Upload(Pictures.Png(800, 800))).Json));
        Assert.Equal(Golden.Shape(Golden.Json("shopee", "media.refused.answer.json")), Golden.Shape((await shopee.Upload([1, 2, 3], asShop: true)).Json));
    }

    /// <summary>The sheet's own vectors: a call with their signature gets past it, and with another one does not.</summary>
    [Theory]
    [InlineData("POST", "/api/v2/auth/token/get", "6fa4e29f57a2e0459a0faa7e350dd6b4fb99a7586e92525476ba5b0362a50d4f", false, "invalid_code")]
    [InlineData("GET", "/api/v2/shop/get_shop_info", "384007af5500873c3836f96483487b705073283675281a282a29107db6885fff", true, "invalid_acceess_token")]
    [InlineData("POST", "/api/v2/product/add_item", "a0373e0540fd1ba02d41bb2cc52ee9e169636b31b7684348ed2dcb0274c65440", true, "invalid_acceess_token")]
    public async Task The_signatures_of_the_sheet_are_the_platform_s(string method, string path, string sign, bool ofShop, string after)
    {
        var time = new ManualTime();
        time.Move(1760000000 - time.GetUtcNow().ToUnixTimeSeconds());
        await using var shopee = await ShopeeFixture.StartAsync(time: time, connect: false);
        var query = $"{path}?partner_id=2001887&timestamp=1760000000" + (ofShop ? "&access_token=59777174636562737266615546704c6d&shop_id=14701711" : "");
        var body = method == "POST" ? """{"code":"x","partner_id":2001887,"shop_id":14701711}""" : null;

        var good = await shopee.SendRaw(new HttpMethod(method), $"{query}&sign={sign}", body);
        var bad = await shopee.SendRaw(new HttpMethod(method), $"{query}&sign={sign.Replace(sign[0], '0')}", body);

        Assert.Equal(after, (string?)good.Json["error"]);
        Assert.Equal("error_sign", (string?)bad.Json["error"]);
        Assert.Equal(Golden.Shape(Golden.Json("shopee", "error.sign.answer.json")), Golden.Shape(bad.Json));
    }

    [Fact]
    public async Task A_violation_is_pushed_signed_over_address_and_body_until_an_empty_answer_takes_it()
    {
        Assert.Equal(
            "f8e18a11d91ef19fef4cf7b6674153a981fa52239ee06c83b36a206bd7549a0b",
            SignatureOf("https://connector.example.vn/webhooks/shopee", Golden.Text("shopee", "push.request.json")));
        await using var listener = await Listener.StartAsync();
        await using var shopee = await ShopeeFixture.StartAsync();
        var signatures = new ConcurrentQueue<string>();
        listener.Answer = http =>
        {
            signatures.Enqueue(http.Request.Headers.Authorization.ToString());
            return signatures.Count == 1 ? 500 : 200;
        };
        await shopee.Control.Set($$"""{"callbackUrl":"{{listener.Url}}/webhooks/shopee"}""");
        var id = await shopee.Create("A");

        await shopee.Moderate(id, "reject", "Ảnh mờ");

        await Listener.Until(() => Task.FromResult(signatures.IsEmpty ? null : "came"));
        await Listener.Until(() =>
        {
            shopee.Time.Move(301); // the first repetition is due after 300 s, once the refusal is written down
            return Task.FromResult(signatures.Count >= 2 ? "came" : null);
        });
        var bodies = listener.Bodies.ToArray();
        Assert.Equal(bodies[0], bodies[1]);
        Assert.Equal(SignatureOf($"{listener.Url}/webhooks/shopee", bodies[0]), signatures.First());
        Assert.Contains($"\"item_id\":{id}", bodies[0], StringComparison.Ordinal);
        Assert.Contains("\"code\":16", bodies[0], StringComparison.Ordinal);
    }

    private static string SignatureOf(string url, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ShopeeFixture.Key), Encoding.UTF8.GetBytes($"{url}|{body}")));
}
