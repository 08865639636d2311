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
    }
}
