using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using OcopMarket.Core.People;
using OcopMarket.Data;
using OcopMarket.Data.Listings;
using OcopMarket.EndToEnd.Tests.Browser;
using OcopMarket.Worker.Sync;

namespace OcopMarket.EndToEnd.Tests.Publishing;

/// <summary>A business on a phone brings its products into two marketplaces and out of them again. The simulated platforms are the judge.</summary>
public sealed class PublishTests(PublishApp app) : IClassFixture<PublishApp>
{
    private const float Patience = 90_000;
    private static readonly string? _pictures = Environment.GetEnvironmentVariable("OCOP_PICTURES");

    [Fact]
    public async Task A_business_hides_shows_ends_and_begins_a_season_and_removes_on_a_phone()
    {
        await app.UntilAsync("(SELECT count(*) = 4 FROM listing WHERE state = 'live')");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        await using var visit = await VisitAsync(browser, 390, script: true);
        var page = visit.Page;
        await ShotAsync(browser, "/", "home");
        await ShotAsync(browser, "/san-pham", "products");

        await ChooseAsync(page, "hide");
        Assert.Contains("Cộng: 2 tin, đúng bằng số đã chọn", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal((4, 4, 0), await app.JudgeAsync()); // a plan alone does nothing
        await ShotAsync(browser, new Uri(page.Url).PathAndQuery, "plan");
        await DoAsync(page, "Ẩn 2 tin");
        await page.GetByText("2 trên 2 tin đã có kết quả").WaitForAsync(new() { Timeout = Patience }); // the page says so by itself
        await ShotAsync(browser, new Uri(page.Url).PathAndQuery, "progress");
        await app.UntilAsync("(SELECT count(*) = 2 FROM listing WHERE state = 'hidden')");
        Assert.Equal((4, 2, 0), await app.JudgeAsync());

        await using (var plain = await VisitAsync(browser, 390, script: false)) // the same without JavaScript
        {
            await ChooseAsync(plain.Page, "publish");
            await DoAsync(plain.Page, "Đăng 2 tin");
            await app.UntilAsync("(SELECT count(*) = 4 FROM listing WHERE state = 'live')");
            await plain.Page.ReloadAsync();
            Assert.Contains("2 trên 2 tin đã có kết quả", await plain.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        }

        Assert.Equal((4, 4, 0), await app.JudgeAsync());

        await visit.GoAsync("/san-pham/1");
        await page.GetByText("Hết mùa", new() { Exact = true }).First.ClickAsync();
        await page.Locator("#s-day").FillAsync(DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Button, new() { Name = "Xem kế hoạch" }).ClickAsync();
        await DoAsync(page, "Báo hết mùa 2 tin");
        await app.UntilAsync("(SELECT count(*) = 2 FROM listing WHERE product_id = 1 AND state = 'out_of_stock' AND seen_stock = 0)");
        await visit.GoAsync("/san-pham/1");
        Assert.Contains("tự bán lại từ ngày", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await ShotAsync(browser, "/san-pham/1", "season");
        await LaterAsync(31);
        await app.UntilAsync("(SELECT count(*) = 2 FROM listing WHERE product_id = 1 AND state = 'live' AND seen_stock = 120)");

        await visit.GoAsync("/san-pham/1");
        await page.Locator("#tin-1").GetByRole(AriaRole.Button, new() { Name = "Gỡ" }).ClickAsync();
        await DoAsync(page, "Gỡ 1 tin");
        await app.UntilAsync("(SELECT state = 'removed' FROM listing WHERE id = 1)");
        await app.ExecuteAsync("UPDATE product SET revision = revision + 1, description = description || ' Mới.'");
        await app.PlanAsync();
        Assert.Equal((3, 3, 0), await app.JudgeAsync());
        Assert.Empty(visit.TakeComplaints());
        Assert.Equal(0, await visit.SidewaysAsync());
    }

    private static async Task ChooseAsync(IPage page, string kind)
    {
        await page.GotoAsync("/san-pham");
        await page.Locator("input[name=p]").First.CheckAsync();
        await page.Locator("#b-kind").SelectOptionAsync(kind);
        await page.GetByRole(AriaRole.Button, new() { Name = "Xem kế hoạch" }).ClickAsync();
        await page.WaitForURLAsync("**/ke-hoach/*", new() { Timeout = Patience });
    }

    private static async Task DoAsync(IPage page, string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await page.GetByText("Kế hoạch đã xác nhận").WaitForAsync(new() { Timeout = Patience });
    }

    /// <summary>As a worker plans on a later day.</summary>
    private Task LaterAsync(int days) => new ListingPlanning(
        app.Services.GetRequiredService<ListingComposition>(), app.Services.GetRequiredService<CatalogueComposer>(),
        app.Services.GetRequiredService<TableGrowth>(), new Later(TimeSpan.FromDays(days))).PlanAsync(CancellationToken.None);

    /// <summary>Pictures to look at, on a phone and on a desk; only where a folder for them is named.</summary>
    private async Task ShotAsync(IBrowser browser, string path, string name)
    {
        foreach (var width in _pictures is null ? [] : (int[])[390, 1280])
        {
            await using var visit = await VisitAsync(browser, width, script: true);
            await visit.GoAsync(path);
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(_pictures!, $"{name}-{width}.png"), FullPage = true });
        }
    }

    private async Task<Visit> VisitAsync(IBrowser browser, int width, bool script)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = app.Address.ToString(),
            ViewportSize = new() { Width = width, Height = 800 },
            IsMobile = width < 700,
            HasTouch = width < 700,
            JavaScriptEnabled = script,
        });
        using var business = await app.People.SignedInAsync(PersonRole.Business);
        var cookie = business.Cookie("ocop_session");
        await context.AddCookiesAsync(
        [
            new() { Name = "ocop_language", Value = "vi", Url = app.Address.ToString() },
            new() { Name = "ocop_session", Value = cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..], Url = app.Address.ToString() },
        ]);
        return new(context, await context.NewPageAsync());
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
