using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace OcopMarket.EndToEnd.Tests.Browser;

public sealed class AccessibilityTests(BrowserPortal portal) : IClassFixture<BrowserPortal>
{
    [Theory]
    [InlineData(390, false)]
    [InlineData(1280, true)]
    public async Task No_page_has_a_serious_fault_for_people_who_cannot_see_or_point(int width, bool dark)
    {
        await using var visit = await portal.VisitAsync(width, dark: dark);
        var faults = new List<string>();
        foreach (var path in (string[])[.. PortalPages.All, "/khong-co"])
        {
            await visit.GoAsync(path);
            var result = await visit.Page.RunAxe();
            faults.AddRange(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => Tell(path, v)));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Every_page_has_one_heading_of_the_first_rank_a_title_and_a_text_for_every_picture()
    {
        await using var visit = await portal.VisitAsync(1280);
        foreach (var path in (string[])[.. PortalPages.All, "/khong-co", "/san-pham/999999", "/test/throws"])
        {
            await visit.GoAsync(path);
            Assert.True(await visit.Page.Locator("h1").CountAsync() == 1, $"{path}: not one h1");
            Assert.Equal(0, await visit.Page.Locator("img:not([alt])").CountAsync());
            Assert.Equal(0, await visit.Page.Locator("svg[role=img]:not([aria-label])").CountAsync());
            Assert.EndsWith("OcopMarket", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        }
    }

    private static string Tell(string path, AxeResultItem fault) =>
        $"{path}: {fault.Id} ({fault.Impact}): {string.Join("; ", fault.Nodes.Take(3).Select(n => n.Html))}";
}
