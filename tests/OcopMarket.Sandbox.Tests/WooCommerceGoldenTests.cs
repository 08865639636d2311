using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class WooCommerceGoldenTests
{
    [Fact]
    public async Task Every_golden_call_gets_an_answer_of_the_golden_shape()
    {
        await using var woo = await WooCommerceFixture.StartAsync();
        foreach (var call in Golden.Json("woocommerce", "calls.json").AsArray())
        {
            var name = (string)call!["call"]!;
            var body = (string?)call["request"] is { } file ? Golden.Text("woocommerce", file) : null;
            var heard = await woo.Send(new HttpMethod((string)call["method"]!), (string)call["path"]!, body);
            var expected = Golden.Json("woocommerce", (string)call["answer"]!);
            Assert.True((int)call["http"]! == heard.Http, $"{name}: {heard.Http} {heard.Text}");
            Assert.True(Golden.Shape(expected) == Golden.Shape(heard.Json), $"{name}: {Golden.Shape(expected)}\n{heard.Text}");
            foreach (var field in (string[])["code", "message", "id", "name", "status", "sku", "price", "slug"])
            {
                Assert.True(expected is not JsonObject || JsonNode.DeepEquals(expected[field], heard.Json[field]), $"{name}.{field}: {heard.Text}");
            }
        }
    }

    [Theory]
    [InlineData("error.authentication.answer.json")]
    [InlineData("error.cannot-view.answer.json")]
    [InlineData("error.too-large.answer.json")]
    [InlineData("error.image.answer.json")]
    public async Task Every_golden_refusal_is_said_word_for_word(string file)
    {
        await using var woo = await WooCommerceFixture.StartAsync(fetchImages: true);
        var heard = file switch
        {
            "error.authentication.answer.json" => await woo.Send(HttpMethod.Get, "/products", null, password: "cs_wrong"),
            "error.cannot-view.answer.json" => await woo.Send(HttpMethod.Get, "/products", null, tls: false),
            "error.too-large.answer.json" => await woo.Batch([.. Enumerable.Range(0, 101).Select(i => new JsonObject { ["name"] = $"{i}" })]),
            _ => await woo.Post("/products", WooCommerceFixture.Product("A", p => p["images"]![0]!["src"] = "http://127.0.0.1:1/x.jpg"))
        };

        var expected = Golden.Json("woocommerce", file);
        Assert.Equal((int)expected["data"]!["status"]!, heard.Http);
        Assert.Equal(
            expected.ToJsonString().Replace("5080/media", "1", StringComparison.Ordinal),
            heard.Json.ToJsonString(), ignoreWhiteSpaceDifferences: true);
    }
}
