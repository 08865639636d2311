using System.Net;

namespace OcopMarket.Web.Tests;

public sealed class EmptyPortalTests(EmptyPortal portal) : IClassFixture<EmptyPortal>
{
    [Theory]
    [InlineData("/", "./run pull")]
    [InlineData("/san-pham", "./run pull")]
    [InlineData("/tin-dang", "./run demo")]
    [InlineData("/gian-hang", "./run demo")]
    [InlineData("/dot-chay", "./run pull")]
    [InlineData("/van-de", "Không có vấn đề nào")]
    public async Task An_empty_page_says_the_next_step(string path, string step)
    {
        var html = await portal.PageAsync(path);
        Html.AssertNothingInline(html);
        Assert.Contains(step, WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"demo\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_runs_is_an_empty_answer()
    {
        using var answer = await portal.Client.GetAsync("/dot-chay/dang-chay");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}

public sealed class NotReadyTests(EmptyPortal portal) : IClassFixture<EmptyPortal>
{
    [Fact]
    public async Task A_schema_that_is_not_ours_is_not_ready()
    {
        await portal.ExecuteAsync("DELETE FROM schema_version WHERE version = (SELECT max(version) FROM schema_version)");
        using var answer = await portal.Client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }
}
