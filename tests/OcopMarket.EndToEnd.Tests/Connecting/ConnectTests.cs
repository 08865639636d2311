using System.Net;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.Connecting;

/// <summary>The whole way: a producer's page, the platform's page, the way back, a worker, the shop's page; and back out again.</summary>
public sealed class ConnectTests(ConnectApp app) : IClassFixture<ConnectApp>
{
    [Fact]
    public async Task A_producer_connects_the_shop_and_disconnects_it_again()
    {
        await app.StartAsync();
        using var business = await app.People.SignedInAsync(PersonRole.Business);
        Assert.Contains("/gian-hang/1/ket-noi", await business.PageAsync("/gian-hang/1"), StringComparison.Ordinal);

        var leaving = await business.SubmitAsync("/gian-hang/1/ket-noi", "connect");
        var page = leaving.Html.Split($"href=\"{app.PlatformAddress}")[1].Split('"')[0];
        var back = await app.AgreeAsync(app.PlatformAddress + page);
        using var returned = await business.Client.GetAsync(back);
        Assert.Equal(HttpStatusCode.Found, returned.StatusCode);
        await app.UntilAsync("(SELECT state = 'active' FROM seller_account WHERE id = 1)");

        var html = await business.PageAsync("/gian-hang/1");
        Assert.Contains("Gian hàng đã kết nối.", html, StringComparison.Ordinal);
        Assert.Contains("Quyền kết nối có đến", html, StringComparison.Ordinal);
        Assert.Contains("Shopee", html, StringComparison.Ordinal);
        using var again = await business.Client.GetAsync(back);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Equal("shop.connect Người business 127.0.0.1", await app.ScalarAsync<string>("SELECT concat_ws(' ', action, actor, origin) FROM audit WHERE producer_id = 1"));

        await business.SubmitAsync("/gian-hang/1/ket-noi", "disconnect");
        await app.UntilAsync("(SELECT num_nonnulls(sealed_access, sealed_refresh) = 0 FROM credential WHERE scope = 'shop')");
        await app.UntilAsync("(SELECT step = 'done' FROM connect_attempt ORDER BY id DESC LIMIT 1)");
        Assert.Contains("Đã ngắt kết nối.", await business.PageAsync("/gian-hang/1"), StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("connect_attempt WHERE code IS NOT NULL"));
    }
}

#if OCOP_SABOTAGE
/// <summary>Failure row 26: a worker that dies with tokens in its hands that exist nowhere else.</summary>
public sealed class KilledWithTokensTests(ConnectApp app) : IClassFixture<ConnectApp>
{
    private const int Killed = 128 + 9;

    [Fact]
    public async Task Tokens_that_died_with_a_worker_end_as_connect_again_with_an_owner_and_a_day_and_never_as_silent_tries()
    {
        // Between exchange and save: the attempt is told as interrupted, and a second one connects.
        var lost = await app.HandOnAsync();
        await DieAsync(KillPoint.AfterExchange);
        Assert.Equal(0, await app.CountAsync("credential WHERE scope = 'shop'"));
        await app.ExecuteAsync("UPDATE connect_attempt SET lease_until = now() WHERE id = @lost", new { lost });
        await app.HandOnAsync();
        await using (var heir = app.StartWorker())
        {
            await app.UntilAsync("(SELECT state = 'active' FROM seller_account WHERE id = 1)", heir);
            Assert.Equal("connect_interrupted", await app.ScalarAsync<string>("SELECT result FROM connect_attempt WHERE id = @lost", new { lost }));
            await heir.KillAsync();
        }

        // Between renewal and save: the refresh token is used up and the new one is lost.
        await app.ExecuteAsync("UPDATE credential SET refresh_due_at = now() WHERE scope = 'shop'");
        await DieAsync(KillPoint.AfterRefresh);
        Assert.True(await app.ScalarAsync<bool>("SELECT refresh_begun_at IS NOT NULL FROM credential WHERE scope = 'shop'"));
        await app.ExecuteAsync("UPDATE credential SET refresh_lease_until = now() WHERE scope = 'shop'");
        await using var last = app.StartWorker();
        await app.UntilAsync("EXISTS (SELECT FROM account_issue WHERE code = 'shop_reauth' AND owner = 'staff' AND due_at > now() AND closed_at IS NULL)", last);
        await app.UntilAsync("(SELECT state = 'reauth_needed' FROM seller_account WHERE id = 1)", last);
        var calls = await app.CallsAsync("refresh");
        await app.ExecuteAsync("UPDATE seller_account SET next_check_at = now() WHERE id = 1");
        await app.UntilAsync("(SELECT next_check_at > now() + interval '1 minute' FROM seller_account WHERE id = 1)", last);

        Assert.Equal((2, 2), (calls, await app.CallsAsync("refresh")));
    }

    private async Task DieAsync(string point)
    {
        await using var victim = app.StartWorker(point);
        var end = await victim.EndAsync();
        Assert.True(end.Code == Killed, $"It did not die at {point} but ended with {end.Code}: {end.Errors}");
    }
}
#endif
