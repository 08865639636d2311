using System.Net;

namespace OcopMarket.EndToEnd.Tests.Browser;

public sealed class LayoutTests(BrowserPortal portal) : IClassFixture<BrowserPortal>
{
    [Theory]
    [InlineData(320, "vi")]
    [InlineData(390, "vi")]
    [InlineData(390, "en")]
    [InlineData(1280, "vi")]
    [InlineData(1280, "en")]
    public async Task Every_page_fits_its_window_and_the_console_is_silent(int width, string language)
    {
        await using var visit = await portal.VisitAsync(width, language);
        foreach (var path in PortalPages.All)
        {
            var answer = await visit.GoAsync(path);
            Assert.True(answer.Ok, $"{path}: {answer.Status}");
            Assert.True(await visit.SidewaysAsync() <= 0, $"{path} scrolls sideways at {width} px");
            Assert.True(visit.TakeComplaints() is [], $"{path}: the console complains");
        }
    }

    /// <summary>A page that runs what came with it in line is not ours: the policy must stop it in a real browser.</summary>
    [Fact]
    public async Task The_browser_obeys_a_policy_that_runs_nothing_inline()
    {
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/");
        var ran = await visit.Page.EvaluateAsync<bool>(
            """
            () => { const s = document.createElement("script"); s.textContent = "window.ranInline = true"; document.head.append(s); return window.ranInline === true; }
            """);
        Assert.False(ran, "an inline script ran: the content policy is missing");
        Assert.Contains(visit.TakeComplaints(), c => c.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_page_of_a_demo_says_so_errors_too()
    {
        await using var visit = await portal.VisitAsync(390);
        foreach (var path in (string[])[.. PortalPages.All, "/khong-co", "/san-pham/999999", "/test/throws"])
        {
            await visit.GoAsync(path);
            Assert.True(await visit.Page.Locator(".demo").IsVisibleAsync(), $"{path} does not say that this is a demo");
        }
    }

    [Fact]
    public async Task On_a_phone_the_filters_are_one_line_until_they_are_asked_for()
    {
        await using var visit = await portal.VisitAsync(390);
        await visit.GoAsync("/san-pham");
        var stars = visit.Page.Locator("select[name=sao]");
        Assert.False(await stars.IsVisibleAsync());
        await visit.Page.Locator(".fold summary").TapAsync();
        Assert.True(await stars.IsVisibleAsync());
        await visit.GoAsync("/san-pham?sao=4&chung-nhan=valid");
        Assert.True(await stars.IsVisibleAsync());
        Assert.Equal("2", (await visit.Page.Locator(".fold summary .chip").InnerTextAsync()).Trim());
    }

    [Fact]
    public async Task On_a_desk_the_filters_are_always_there()
    {
        await using var visit = await portal.VisitAsync(1280);
        foreach (var path in (string[])["/san-pham", "/tin-dang", "/van-de", "/tin-dang?san=voso"])
        {
            await visit.GoAsync(path);
            Assert.True(await visit.Page.Locator("select[name=san]").IsVisibleAsync(), path);
            Assert.False(await visit.Page.Locator(".fold summary").IsVisibleAsync(), path);
        }
    }

    [Fact]
    public async Task A_provisional_contract_is_named_where_the_marketplace_is()
    {
        await using var visit = await portal.VisitAsync(1280);
        foreach (var path in (string[])["/", "/gian-hang/1", "/san-pham/1"])
        {
            await visit.GoAsync(path);
            Assert.True(await visit.Page.GetByText("hợp đồng kỹ thuật tạm thời").First.IsVisibleAsync(), path);
        }
    }

    [Fact]
    public async Task Pages_travel_compressed()
    {
        using var client = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None });
        await using var visit = await portal.VisitAsync(1280);
        await visit.GoAsync("/tin-dang");
        using var request = new HttpRequestMessage(HttpMethod.Get, visit.Page.Url);
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var answer = await client.SendAsync(request);
        Assert.Contains("br", answer.Content.Headers.ContentEncoding);
    }
}
