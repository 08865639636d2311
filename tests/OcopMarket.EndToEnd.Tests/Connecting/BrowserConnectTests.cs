using Microsoft.Playwright;
using OcopMarket.Core.People;
using OcopMarket.EndToEnd.Tests.Browser;

namespace OcopMarket.EndToEnd.Tests.Connecting;

/// <summary>The whole connecting as its producer sees it: a real browser over two addresses, ours and the platform's.</summary>
public sealed class BrowserConnectTests(ConnectApp app) : IClassFixture<ConnectApp>
{
    private const float Patience = 60_000;

    [Fact]
    public async Task A_producer_clicks_through_to_the_platform_and_back_sees_the_shop_connected_and_disconnects_it()
    {
        await app.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        await using var visit = await VisitAsync(browser);
        var page = visit.Page;

        await visit.GoAsync("/gian-hang/1");
        await page.Locator("main a[href='/gian-hang/1/ket-noi']").ClickAsync();
        Assert.Empty(visit.TakeComplaints());
        await page.GetByRole(AriaRole.Button, new() { Name = "Kết nối gian hàng" }).ClickAsync();
        await page.WaitForURLAsync(url => url.StartsWith($"{app.PlatformAddress}/auth?", StringComparison.Ordinal), new() { Timeout = Patience });
        await page.Locator("#shop-14701711").ClickAsync();
        await page.WaitForURLAsync("**/gian-hang/1", new() { Timeout = Patience });
        visit.TakeComplaints(); // the platform's own page has no icon

        // The page itself says when the worker is done.
        await page.GetByText("Gian hàng đã kết nối.").WaitForAsync(new() { Timeout = Patience });
        await app.UntilAsync("(SELECT state = 'active' AND external_id = '14701711' FROM seller_account WHERE id = 1)");
        await visit.GoAsync("/gian-hang/1");
        Assert.Contains("Quyền kết nối có đến", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("code=", page.Url, StringComparison.Ordinal);

        await page.Locator("main a[href='/gian-hang/1/ket-noi']").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ngắt kết nối" }).ClickAsync();
        await page.WaitForURLAsync("**/gian-hang/1", new() { Timeout = Patience });
        await page.GetByText("Đã ngắt kết nối.").WaitForAsync(new() { Timeout = Patience });
        Assert.True(await app.ScalarAsync<bool>("SELECT num_nonnulls(sealed_access, sealed_refresh) = 0 FROM credential WHERE scope = 'shop'"));
        Assert.Empty(visit.TakeComplaints());
    }

    /// <summary>Signed in at the address that the portal gives to platforms.</summary>
    private async Task<Visit> VisitAsync(IBrowser browser)
    {
        var home = new UriBuilder(app.Address) { Host = "localhost" }.Uri.ToString();
        var context = await browser.NewContextAsync(new() { BaseURL = home });
        using var business = await app.People.SignedInAsync(PersonRole.Business);
        var cookie = business.Cookie("ocop_session");
        await context.AddCookiesAsync(
        [
            new() { Name = "ocop_language", Value = "vi", Url = home },
            new() { Name = "ocop_session", Value = cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..], Url = home },
        ]);
        return new(context, await context.NewPageAsync());
    }
}
