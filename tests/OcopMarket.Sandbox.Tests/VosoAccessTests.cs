namespace OcopMarket.Sandbox.Tests;

public sealed class VosoAccessTests
{
    [Fact]
    public async Task The_short_token_opens_nothing_but_the_second_step_and_only_for_five_minutes()
    {
        await using var voso = await VosoFixture.StartAsync();
        voso.Client.Token = VosoFixture.TokenOf(await voso.Client.Post("/v2/user/Login", voso.LoginBody));

        Assert.Equal(202, await Status(voso, "/v2/merchant/info"));
        voso.Time.Move(301);
        Assert.Equal(202, (int)(await voso.Client.Post("/v2/user/ownerconnect", voso.LoginBody)).Json["status"]!);
    }

    [Fact]
    public async Task The_long_token_lives_thirty_days_and_a_new_login_does_not_end_it()
    {
        await using var voso = await VosoFixture.StartAsync();
        var first = voso.Client.Token;
        voso.Time.Move(29 * 86400);
        await voso.LogIn();
        voso.Client.Token = first;

        Assert.Equal(200, await Status(voso, "/v2/merchant/info"));
        voso.Time.Move(86400);
        Assert.Equal(202, await Status(voso, "/v2/merchant/info"));
    }

    [Fact]
    public async Task Three_creates_a_second_go_and_the_fourth_is_counted()
    {
        await using var voso = await VosoFixture.StartAsync();
        voso.Time.Move(1);
        var heard = new List<Heard>();
        for (var i = 0; i < 4; i++)
        {
            heard.Add(await voso.Client.Post("/v2/product/create", VosoFixture.Product($"SP-{i}")));
        }

        Assert.Equal([200, 200, 200, 429], heard.Select(h => (int)h.Json["status"]!));
        Assert.Equal(200, heard[3].Http);
        Assert.Null(heard[3].Json["data"]);
        Assert.Equal(1, (int)(await voso.Client.State())["rateBreaches"]!);
    }

    [Fact]
    public async Task A_login_has_ten_calls_a_second()
    {
        await using var voso = await VosoFixture.StartAsync();
        voso.Time.Move(1);
        var heard = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            heard.Add(await Status(voso, "/v2/merchant/info"));
        }

        Assert.Equal(10, heard.Count(h => h == 200));
    }

    private static async Task<int> Status(VosoFixture voso, string path) => (int)(await voso.Client.Get(path)).Json["status"]!;
}
