using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class LazadaGoldenTests
{
    [Fact]
    public async Task Every_golden_call_gets_an_answer_of_the_golden_shape()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        foreach (var call in Golden.Json("lazada", "calls.json").AsArray())
        {
            lazada.Time.Move(3);
            var name = (string)call!["call"]!;
            var own = call["query"]!.AsObject().Select(q => (q.Key, (string)q.Value!)).ToList();
            if ((string?)call["field"] is { } field)
            {
                own.Add((field, lazada.Text((string)call["request"]!)));
            }

            var heard = await lazada.Send(new HttpMethod((string)call["method"]!), (string)call["path"]!, own);
            var expected = Golden.Json("lazada", (string)call["answer"]!);
            Assert.True(heard.Http == 200, $"{name}: {heard.Http} {heard.Text}");
            Assert.True(Golden.Shape(expected) == Golden.Shape(heard.Json), $"{name}: {Golden.Shape(expected)}\n{heard.Text}");
            foreach (var word in new[] { "code", "message", "type" })
            {
                Assert.True((string?)expected[word] == (string?)heard.Json[word], $"{name}: {heard.Text}");
            }
        }
    }

    [Fact]
    public async Task A_refused_product_a_picture_and_tokens_have_the_golden_shape()
    {
        await using var lazada = await LazadaFixture.StartAsync();
        var (id, _) = await lazada.Create("A", approve: false);
        await lazada.Moderate(id, "reject", "Ảnh mờ");

        var item = await lazada.Get("/product/item/get", ("item_id", $"{id}"));
        var tokens = await lazada.Exchange(await lazada.ConsentCodeAsync());
        var renewed = await lazada.Renew((string)tokens.Json["refresh_token"]!);

        Assert.Equal(Golden.Shape(Golden.Json("lazada", "item.rejected.answer.json")), Golden.Shape(item.Json));
        Assert.Equal(("Suspended", "Reject"), ((string?)item.Json["data"]!["status"], (string?)item.Json["data"]!["subStatus"]));
        Assert.Equal(Golden.Shape(Golden.Json("lazada", "token.answer.json")), Golden.Shape(tokens.Json));
        Assert.Equal(Golden.Shape(Golden.Json("lazada", "refresh.answer.json")), Golden.Shape(renewed.Json));
        var old = await lazada.Get("/seller/get");
        Assert.Equal("IllegalAccessToken", (string?)old.Json["code"]);
        Assert.Equal(Golden.Shape(Golden.Json("lazada", "error.token.answer.json")), Golden.Shape(old.Json));
    }

    [Fact]
    public async Task Pictures_are_kept_and_what_is_none_or_too_small_is_refused()
    {
        await using var lazada = await LazadaFixture.StartAsync();

        Assert.Equal(Golden.Shape(Golden.Json("lazada", "media.answer.json")), Golden.Shape((await lazada.Upload(Pictures.Png(800, 800))).Json));
        Assert.Equal(Golden.Shape(Golden.Json("lazada", "error.image-failed.answer.json")), Golden.Shape((await lazada.Upload(Pictures.Png(329, 800))).Json));
        Assert.Equal("300", (string?)(await lazada.Upload(Pictures.Png(800, 5001))).Json["code"]);
        Assert.Equal("303", (string?)(await lazada.Upload(new byte[3_145_729])).Json["code"]);
    }

    /// <summary>The documents' own vector, and those of the sheet.</summary>
    [Theory]
    [InlineData("helloworld", "/order/get", "access_token=test&app_key=123456&order_id=1234&sign_method=sha256&timestamp=1517820392000", "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A")]
    [InlineData(LazadaFixture.Secret, "/auth/token/create", "app_key=100123&code=0_100123_abc&sign_method=sha256&timestamp=1760000000000", "875E7C4DE88551D51750FF947910AA7F915418E17E7350EB36261C97AF1C3057")]
    [InlineData(LazadaFixture.Secret, "/product/update", "access_token=50000601c30atpedfgu3LVvik87Ixls&app_key=100123&payload=<Request><Product><ItemId>1</ItemId></Product></Request>&sign_method=sha256&timestamp=1760000000000", "C82219D89A6F27631B50A97D5CADBA2B013ACAD861A206946BC41BC67B52A906")]
    public void These_tests_sign_as_the_documents_do(string secret, string path, string parameters, string sign) =>
        Assert.Equal(sign, LazadaFixture.Sign(path, parameters.Split('&').Select(p => (p.Split('=')[0], p.Split('=')[1])), secret));

    /// <summary>A call with the sheet's signature gets past it to its own refusal; with another one, of lower case or over another text, it does not.</summary>
    [Theory]
    [InlineData("/auth/token/create", "code=0_100123_abc", "875E7C4DE88551D51750FF947910AA7F915418E17E7350EB36261C97AF1C3057", "InvalidCode")]
    [InlineData("/product/update", "access_token=50000601c30atpedfgu3LVvik87Ixls&payload=<Request><Product><ItemId>1</ItemId></Product></Request>", "C82219D89A6F27631B50A97D5CADBA2B013ACAD861A206946BC41BC67B52A906", "IllegalAccessToken")]
    public async Task The_signatures_of_the_sheet_are_the_platform_s(string path, string own, string sign, string after)
    {
        var time = new ManualTime();
        time.Move(1760000000 - time.GetUtcNow().ToUnixTimeSeconds());
        await using var lazada = await LazadaFixture.StartAsync(time: time, connect: false);
        List<(string, string)> all =
        [
            ("app_key", "100123"), ("sign_method", "sha256"), ("timestamp", "1760000000000"),
            .. own.Split('&').Select(p => (p.Split('=')[0], p.Split('=')[1])),
        ];

        async Task<JsonNode> SentAsync(string signature, params (string, string)[] more) =>
            (await lazada.SendRaw(HttpMethod.Post, path, [.. all, .. more, ("sign", signature)])).Json;

        Assert.Equal(after, (string?)(await SentAsync(sign))["code"]);
        Assert.Equal(after, (string?)(await SentAsync(sign, ("empty", "")))["code"]);
        var refused = await SentAsync(sign.ToLowerInvariant());
        Assert.Equal("IncompleteSignature", (string?)refused["code"]);
        Assert.Equal(Golden.Shape(Golden.Json("lazada", "error.sign.answer.json")), Golden.Shape(refused));
        Assert.Equal("IncompleteSignature", (string?)(await SentAsync(sign, ("unsigned", "1")))["code"]);
        Assert.Equal("IncompleteSignature", (string?)(await SentAsync(sign.Replace(sign[0], '0')))["code"]);
    }

    [Fact]
    public async Task A_verdict_is_pushed_signed_over_key_and_body_until_200_takes_it()
    {
        Assert.Equal("5c38e53cd5a886e85d8e249072e6cc4492036daf55e94aa3dd3261b25af71b47", SignatureOf(Golden.Text("lazada", "push.request.json")));
        await using var listener = await Listener.StartAsync();
        await using var lazada = await LazadaFixture.StartAsync();
        var (id, _) = await lazada.Create("A", approve: false);
        var signatures = new ConcurrentQueue<string>();
        listener.Answer = http =>
        {
            signatures.Enqueue(http.Request.Headers.Authorization.ToString());
            return signatures.Count == 1 ? 202 : 200;
        };
        await lazada.Control.Set($$"""{"callbackUrl":"{{listener.Url}}/webhooks/lazada"}""");

        await lazada.Moderate(id, "reject", "Ảnh mờ");

        await Listener.Until(() => Task.FromResult(signatures.IsEmpty ? null : "came"));
        await Listener.Until(() =>
        {
            lazada.Time.Move(1801); // the first repetition is due after 30 minutes, once the refusal is written down
            return Task.FromResult(signatures.Count >= 2 ? "came" : null);
        });
        var bodies = listener.Bodies.ToArray();
        Assert.Equal(bodies[0], bodies[1]);
        Assert.Equal(SignatureOf(bodies[0]), signatures.First());
        Assert.Equal(Golden.Shape(JsonNode.Parse(Golden.Text("lazada", "push.request.json"))), Golden.Shape(JsonNode.Parse(bodies[0])));
        Assert.Equal((1, "REJECTED", id), ((int)JsonNode.Parse(bodies[0])!["message_type"]!, (string?)JsonNode.Parse(bodies[0])!["data"]!["status"], (long)JsonNode.Parse(bodies[0])!["data"]!["itemId"]!));
    }

    private static string SignatureOf(string body) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(LazadaFixture.Secret), Encoding.UTF8.GetBytes(LazadaFixture.App + body)));
}
