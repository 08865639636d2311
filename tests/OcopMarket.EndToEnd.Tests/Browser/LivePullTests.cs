using Microsoft.Playwright;

namespace OcopMarket.EndToEnd.Tests.Browser;

/// <summary>A pull that runs while the page is open. Each test has a portal of its own: they end the run.</summary>
public sealed class LivePullTests : IAsyncLifetime
{
    private readonly BrowserPortal _portal = new();

    public Task InitializeAsync() => _portal.InitializeAsync();

    public Task DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task The_open_page_follows_the_pull_and_settles_when_it_is_done()
    {
        await using var visit = await _portal.VisitAsync(1280);
        await visit.GoAsync("/dot-chay");
        var bar = visit.Page.Locator("main progress");
        Assert.Equal("31", await bar.GetAttributeAsync("value"));
        Assert.False(await visit.Page.Locator("[data-without-script]").IsVisibleAsync());
        await _portal.Database.ExecuteAsync("UPDATE source_run SET rows_read = 55 WHERE id = 3");
        await visit.Page.WaitForSelectorAsync("progress[value='55']");
        await _portal.Database.ExecuteAsync("UPDATE source_run SET state = 'done', finished_at = now() WHERE id = 3");
        await visit.Page.WaitForSelectorAsync("main progress", new() { State = WaitForSelectorState.Detached });
        Assert.Equal(3, await visit.Page.Locator("main tbody tr").CountAsync());
        Assert.Empty(visit.TakeComplaints());
    }

    [Fact]
    public async Task Without_script_the_reload_link_does_the_same_by_hand()
    {
        await using var visit = await _portal.VisitAsync(390, script: false);
        await visit.GoAsync("/");
        Assert.Equal("31", await visit.Page.Locator("main progress").GetAttributeAsync("value"));
        await _portal.Database.ExecuteAsync("UPDATE source_run SET rows_read = 55 WHERE id = 3");
        await visit.Page.Locator("[data-without-script] a").TapAsync();
        await visit.Page.WaitForSelectorAsync("progress[value='55']");
        await visit.Page.WaitForLoadStateAsync(); // what is tapped before a page is painted is lost, as under a finger
        await visit.Page.Locator("nav.nav a[href='/van-de']").TapAsync();
        await visit.Page.WaitForURLAsync("**/van-de");
        await visit.Page.Locator(".fold summary").TapAsync();
        await visit.Page.Locator("select[name=viec]").SelectOptionAsync("staff");
        await visit.Page.Locator("form.card button").TapAsync();
        await visit.Page.WaitForURLAsync("**viec=staff**");
    }
}
