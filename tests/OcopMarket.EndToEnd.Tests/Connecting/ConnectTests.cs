using System.Net;
using OcopMarket.Core.People;

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
        Assert.Equal("shop.connect person 1 portal, 127.0.0.1", await app.ScalarAsync<string>("SELECT concat_ws(' ', action, actor, origin) FROM audit WHERE producer_id = 1"));

        await business.SubmitAsync("/gian-hang/1/ket-noi", "disconnect");
        await app.UntilAsync("(SELECT num_nonnulls(sealed_access, sealed_refresh) = 0 FROM credential WHERE scope = 'shop')");
        await app.UntilAsync("(SELECT step = 'done' FROM connect_attempt ORDER BY id DESC LIMIT 1)");
        Assert.Contains("Đã ngắt kết nối.", await business.PageAsync("/gian-hang/1"), StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("connect_attempt WHERE code IS NOT NULL"));
        await DisconnectsByCommandAsync();
    }

    /// <summary>The same without a page, for who is asked by telephone.</summary>
    private async Task DisconnectsByCommandAsync()
    {
        await app.HandOnAsync();
        await app.UntilAsync("(SELECT state = 'active' FROM seller_account WHERE id = 1)");
        var begun = await app.HandOnAsync(begun: true);

        var done = await AppProcess.RunAsync(
            app.Folder, app.Settings, "accounts", "disconnect", "1", "--by", "Lan", "--reason", "the producer asked for it", "--data", app.Folder.Data);

        Assert.True(done.Code == 0, done.Errors);
        Assert.Equal("reauth_needed 0", await app.ScalarAsync<string>(
            "SELECT concat_ws(' ', a.state, num_nonnulls(c.sealed_access, c.sealed_refresh)) FROM seller_account a JOIN credential c ON c.id = a.credential_id"));
        Assert.Equal("connect_interrupted", await app.ScalarAsync<string>("SELECT result FROM connect_attempt WHERE id = @begun", new { begun }));
        Assert.Equal("Lan the producer asked for it", await app.ScalarAsync<string>(
            "SELECT told_by || ' ' || raw FROM account_event WHERE evidence = 'disconnected' ORDER BY id DESC LIMIT 1"));
        Assert.Equal("Lan 1", await app.ScalarAsync<string>(
            "SELECT concat_ws(' ', actor, producer_id) FROM audit WHERE action = 'shop.disconnect' ORDER BY id DESC LIMIT 1"));
    }
}
