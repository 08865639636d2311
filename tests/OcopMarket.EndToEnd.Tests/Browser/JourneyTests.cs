using System.Globalization;
using System.Text.RegularExpressions;

namespace OcopMarket.EndToEnd.Tests.Browser;

public sealed class JourneyTests(BrowserPortal portal) : IClassFixture<BrowserPortal>
{
    [Fact]
    public async Task A_number_of_the_overview_leads_to_as_many_rows()
    {
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/");
        var links = await visit.Page.Locator(".matrix tbody a[href*='trang-thai=']").AllAsync();
        var numbers = new List<(string Path, int Count)>();
        foreach (var link in links)
        {
            numbers.Add(((await link.GetAttributeAsync("href"))!, int.Parse(await link.InnerTextAsync(), CultureInfo.InvariantCulture)));
        }

        Assert.True(numbers.Count > 20, $"only {numbers.Count} numbers on the overview");
        foreach (var (path, count) in numbers)
        {
            await visit.GoAsync(path);
            Assert.Equal(count, await visit.Page.Locator("main tbody tr").CountAsync());
            Assert.Equal($"{count} tin đăng", (await visit.Page.Locator("main .head .soft").InnerTextAsync()).Trim());
        }
    }

    [Fact]
    public async Task A_state_chosen_in_the_filter_is_the_state_of_every_row()
    {
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/tin-dang");
        await visit.Page.Locator("select[name=trang-thai]").SelectOptionAsync("rejected");
        await visit.Page.Locator("form.card button").ClickAsync();
        await visit.Page.WaitForURLAsync("**trang-thai=rejected**");
        var chips = await visit.Page.Locator("main tbody tr td:nth-child(2)").AllInnerTextsAsync();
        Assert.NotEmpty(chips);
        Assert.All(chips, c => Assert.Equal("Bị từ chối", c.Trim()));
    }

    [Fact]
    public async Task The_language_switch_stays_on_the_page_and_lasts()
    {
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/san-pham?q=dua");
        await visit.Page.GetByText("EN", new() { Exact = false }).First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/san-pham?q=dua");
        Assert.Equal("Products", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.GoAsync("/");
        Assert.Equal("Overview", await visit.Page.Locator("h1").InnerTextAsync());
        await visit.Page.Locator("header a[hreflang=vi]").ClickAsync();
        await visit.Page.WaitForFunctionAsync("document.documentElement.lang === 'vi'");
        Assert.Equal("Tổng quan", await visit.Page.Locator("h1").InnerTextAsync());
    }

    [Fact]
    public async Task English_pages_have_no_Vietnamese_words_of_ours()
    {
        await using var visit = await portal.VisitAsync(1280, "en");
        foreach (var path in PortalPages.All)
        {
            await visit.GoAsync(path);
            var words = string.Join('\n', await visit.Page.Locator("h1, thead th, nav.nav a, label, summary, button, .facts > div > span:first-child").AllInnerTextsAsync());
            foreach (var left in (string[])["Sàn", "Trạng thái", "Tổng quan", "Ai làm tiếp", "Lọc", "Muốn", "Nguyên văn", "Gian hàng", "Sản phẩm\n"])
            {
                Assert.DoesNotContain(left, words, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task An_issue_whose_code_is_a_platforms_sentence_has_a_page()
    {
        const string Code = "postmart.Ảnh 1/2 bị mờ? 100% & \"chữ\"";
        await portal.Database.ExecuteAsync(
            """
            INSERT INTO listing_issue (listing_id, producer_id, marketplace, code, origin, severity, owner, fields, args, raw)
            SELECT id, producer_id, marketplace, @Code, 'seen', 'blocking', 'staff', ARRAY['images'], ARRAY[]::text[], 'Ảnh 1/2 bị mờ'
            FROM listing WHERE state = 'failed' LIMIT 1
            """,
            new { Code });
        await using var visit = await portal.VisitAsync(390);
        await visit.GoAsync("/van-de?viec=staff");
        await visit.Page.Locator("th a", new() { HasTextString = "Ảnh 1/2" }).First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/van-de/**");
        Assert.Contains(Code, await visit.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("main tbody tr").CountAsync());
        Assert.True(await visit.SidewaysAsync() <= 0, "the sentence pushes the page sideways");
    }

    [Fact]
    public async Task Tab_reaches_skip_link_search_menu_filter_and_first_row_in_this_order()
    {
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/tin-dang");
        var reached = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            reached.Add(await visit.Page.EvaluateAsync<string>(
                """
                () => { const e = document.activeElement, box = e.getBoundingClientRect();
                        const seen = getComputedStyle(e).outlineStyle !== "none" && box.width > 0;
                        return (e.className === "skip" ? "skip" : e.id === "top-q" ? "search" : e.closest("nav.nav") ? "menu" : e.matches("form.card button") ? "filter"
                            : e.closest("tbody") ? "row" : e.tagName) + (seen ? "" : " unseen"); }
                """));
        }

        var order = reached.Distinct().Where(r => r is "skip" or "search" or "menu" or "filter" or "row").ToList();
        Assert.Equal(["skip", "search", "menu", "filter", "row"], order);
        Assert.DoesNotContain(reached, r => r.EndsWith("unseen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Skip_link_jumps_over_the_menu()
    {
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/san-pham");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync(new Regex("#main$"));
        Assert.Equal("main", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
    }
}
