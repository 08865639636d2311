using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class PostmartCallbackTests
{
    [Fact]
    public async Task A_status_change_is_told_with_a_signature_that_the_public_key_confirms()
    {
        await using var ours = await Listener.StartAsync();
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Set($$"""{"callbackUrl":"{{ours.Url}}/callback"}""");
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        postmart.WaitForReview();

        var body = JsonNode.Parse(await Listener.Until(() => Task.FromResult(ours.Bodies.FirstOrDefault())))!;
        var pem = (await postmart.Client.Get("/_sandbox/public-key.pem")).Text;

        Assert.Equal(2, (int)body["data"]![0]!["status"]!);
        Assert.Equal(Golden.Shape(Golden.Json("postmart", "callback.request.json")), Golden.Shape(body));
        Assert.True(Holds(body, pem));
    }

    [Fact]
    public void The_golden_callback_holds_under_the_golden_key() => Assert.True(
        Holds(Golden.Json("postmart", "callback.request.json"), Golden.Text("postmart", "callback.public-key.pem")));

    [Fact]
    public async Task A_callback_that_is_not_taken_comes_five_times_more_within_the_hour()
    {
        await using var ours = await Listener.StartAsync();
        ours.Answer = _ => 500;
        await using var postmart = await PostmartFixture.StartAsync();
        await postmart.Client.Set($$"""{"callbackUrl":"{{ours.Url}}"}""");
        await postmart.Upload();
        await postmart.Create(PostmartFixture.Item("A"));
        postmart.WaitForReview();

        var waited = 0.0;
        foreach (var (sent, wait) in new[] { (1, 60.0), (2, 240), (3, 600), (4, 900), (5, 1800), (6, 0) })
        {
            await Listener.Until(() => Task.FromResult(ours.Bodies.Count >= sent ? ours : null));
            await Task.Delay(200);
            Assert.Equal(sent, ours.Bodies.Count);
            postmart.Time.Move(wait);
            waited += wait;
        }

        postmart.Time.Move(100_000);
        await Task.Delay(200);
        Assert.Equal(6, ours.Bodies.Count);
        Assert.Equal(3600, waited);
    }

    private static bool Holds(JsonNode body, string pem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var signed = Encoding.UTF8.GetBytes($"POSTMART{body["sendDate"]}{body["data"]![0]!["itemCode"]}{body["data"]![0]!["status"]}");
        return key.VerifyData(
            signed, Convert.FromBase64String((string)body["signature"]!), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
