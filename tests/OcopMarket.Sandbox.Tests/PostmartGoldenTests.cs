using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class PostmartGoldenTests
{
    [Fact]
    public async Task Every_golden_call_gets_an_answer_of_the_golden_shape()
    {
        await using var postmart = await PostmartFixture.StartAsync();
        foreach (var call in Golden.Json("postmart", "calls.json").AsArray())
        {
            var name = (string)call!["call"]!;
            var heard = await Play(postmart, call);
            var expected = Golden.Json("postmart", (string)call["answer"]!);
            Assert.True((int)call["http"]! == heard.Http, $"{name}: {heard.Http} {heard.Text}");
            Assert.True(Golden.Shape(expected) == Golden.Shape(heard.Json), $"{name}: {Golden.Shape(expected)}\n{heard.Text}");
            Assert.True((string?)expected["errorCode"] == (string?)heard.Json["errorCode"], $"{name}: {heard.Text}");
            Assert.Equal(Codes(expected), Codes(heard.Json));
            postmart.Time.Move(5);
            postmart.WaitForReview();
        }
    }

    [Theory]
    [InlineData("error.token-expired.answer.json", 401)]
    [InlineData("error.bad-request.answer.json", 400)]
    [InlineData("error.limit-exceeded.answer.json", 429)]
    [InlineData("error.system-busy.answer.json", 503)]
    [InlineData("error.shop-locked.answer.json", 200)]
    [InlineData("error.shop-not-verified.answer.json", 200)]
    public async Task Every_golden_error_is_given_as_typed(string file, int http)
    {
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Upload();
        var path = "/products";
        var body = PostmartFixture.Batch(PostmartFixture.Item("A"));
        switch (file.Split('.')[1])
        {
            case "token-expired":
                postmart.Client.Token = "pmt-0";
                break;
            case "bad-request":
                body["mau"] = 1;
                break;
            case "limit-exceeded":
                await postmart.Client.Fault("""{"call":"create","kind":"rate_limited"}""");
                break;
            case "system-busy":
                await postmart.Client.Fault("""{"call":"create","kind":"server_error_before"}""");
                break;
            case "shop-locked":
                await postmart.Client.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"locked"}""");
                break;
            default:
                await postmart.Client.Post("/_sandbox/shops", """{"name":"x","phone":"0912345678","state":"new"}""");
                break;
        }

        var heard = await postmart.Client.Post(path, body);

        Assert.Equal(http, heard.Http);
        Assert.Equal(Golden.Shape(Golden.Json("postmart", file)), Golden.Shape(heard.Json));
        Assert.Equal((string?)Golden.Json("postmart", file)["errorCode"], (string?)heard.Json["errorCode"]);
    }

    private static async Task<Heard> Play(PostmartFixture postmart, JsonNode call)
    {
        var (method, path, request) = ((string)call["method"]!, (string)call["path"]!, (string?)call["request"]);
        return path == "/media" ? await postmart.Client.Upload(Pictures.Png(1200, 900))
            : request is null ? await postmart.Client.Get(path)
            : await postmart.Client.SendText(new HttpMethod(method), path, Golden.Text("postmart", request));
    }

    /// <summary>Item lines: success, code and field are the contract.</summary>
    private static string Codes(JsonNode answer) => answer["data"] is JsonObject data && data["items"] is JsonArray items
        ? string.Join("; ", items.Select(i => $"{i!["success"]} {i["errorCode"]} {i["field"]}"))
        : "";
}
