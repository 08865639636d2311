using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

[Trait("Category", "Culture")]
public sealed class VosoGoldenTests
{
    [Fact]
    public async Task Every_golden_call_gets_an_answer_of_the_golden_shape()
    {
        await using var voso = await VosoFixture.StartAsync();
        var longToken = voso.Client.Token;
        foreach (var call in Golden.Json("voso", "calls.json").AsArray())
        {
            var name = (string)call!["call"]!;
            if (name is "connect")
            {
                voso.Client.Token = VosoFixture.TokenOf(await voso.Client.Post("/v2/user/Login", voso.LoginBody));
            }

            var heard = await Play(voso, call);
            voso.Client.Token = longToken;
            var expected = Golden.Json("voso", (string)call["answer"]!);
            Assert.True((int)call["http"]! == heard.Http, $"{name}: {heard.Http} {heard.Text}");
            Assert.True(Golden.Shape(expected) == Golden.Shape(heard.Json), $"{name}: {Golden.Shape(expected)}\n{heard.Text}");
            Assert.True((int)expected["status"]! == (int)heard.Json["status"]!, $"{name}: {heard.Text}");
            voso.Time.Move(46);
        }
    }

    private static async Task<Heard> Play(VosoFixture voso, JsonNode call)
    {
        var (path, request) = ((string)call["path"]!, (string?)call["request"]);
        return request is null
            ? await voso.Client.Get(path)
            : await voso.Client.Post(path, Golden.Text("voso", request).Replace("mat-khau-thu", voso.Shop.Password, StringComparison.Ordinal));
    }
}
