using System.Net;
using System.Net.Http.Headers;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests;

public sealed class HttpTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/khong-co")]
    [InlineData("/test/throws")]
    public async Task Every_answer_forbids_what_is_not_ours(string path)
    {
        using var answer = await portal.Client.GetAsync(path);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
    }

    /// <summary>Row S25: whatever was stored, and whatever it was called then.</summary>
    [Theory]
    [InlineData("image/png", "image/png")]
    [InlineData("image/jpeg", "image/jpeg")]
    [InlineData("text/html", "application/octet-stream")]
    [InlineData("image/svg+xml", "application/octet-stream")]
    [InlineData("application/xhtml+xml", "application/octet-stream")]
    [InlineData("application/pdf", "application/octet-stream")]
    public async Task A_stored_file_is_a_picture_or_a_download_and_nothing_in_it_runs(string stored, string served)
    {
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(stored)));
        await portal.ExecuteAsync(
            "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (@sha, @stored, 1, 1, 30, convert_to('<script>alert(1)</script>', 'UTF8')) ON CONFLICT DO NOTHING; "
                + "INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 90, @sha FROM product WHERE id = 9",
            new { sha, stored });
        foreach (var folder in (string[])["anh", "media"])
        {
            foreach (var extension in (string[])["jpg", "html", "svg"])
            {
                using var answer = await portal.Client.GetAsync($"/{folder}/{sha}.{extension}");
                var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
                Assert.Contains("default-src 'none'; sandbox;", policy, StringComparison.Ordinal);
                Assert.DoesNotContain("allow-", policy, StringComparison.Ordinal);
                Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
                Assert.Equal(served, answer.Content.Headers.ContentType?.ToString());
                Assert.Equal(served.StartsWith("image/", StringComparison.Ordinal) ? null : "attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
            }
        }

        await portal.ExecuteAsync("DELETE FROM product_image WHERE position = 90");
    }

    [Theory]
    [InlineData("/khong-co")]
    [InlineData("/san-pham/999999")]
    [InlineData("/san-pham/abc")]
    [InlineData("/gian-hang/999999")]
    [InlineData("/dot-chay/999999")]
    [InlineData("/anh/0000000000000000000000000000000000000000000000000000000000000000.jpg")]
    public async Task What_is_not_there_is_a_404_that_says_the_next_step(string path)
    {
        using var answer = await portal.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Không có trang này", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_says_that_nothing_is_lost_and_gives_a_code()
    {
        using var answer = await portal.Client.GetAsync("/test/throws");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("Dữ liệu không mất", text, StringComparison.Ordinal);
        Assert.DoesNotContain("on purpose", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "/san-pham?q=dua", "/san-pham?q=dua")]
    [InlineData("vi", "//evil.example", "/")]
    [InlineData("en", "/\\evil.example", "/")]
    [InlineData("en", "https://evil.example", "/")]
    [InlineData("en", "/\t/evil.example", "/")]
    public async Task Language_is_kept_in_a_cookie_and_leads_back_to_a_page_of_ours(string language, string back, string target)
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Viewer);
        var browser = visitor.Client;
        using var answer = await browser.GetAsync($"/language/{language}?ve={Uri.EscapeDataString(back)}");
        Assert.Equal(target, answer.Headers.Location!.OriginalString);
        Assert.Contains($"<html lang=\"{language}\">", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "evil.example";
        using var answer = await portal.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("/anh/")]
    [InlineData("/media/")]
    public async Task A_picture_is_kept_by_its_hash(string folder)
    {
        var path = folder + Seed.Picture + ".jpg";
        using var answer = await portal.Client.GetAsync(path);
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(answer.Headers.ETag!.Tag));
        using var second = await portal.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    /// <summary>A form that the page has no more, because somebody else was faster: not an empty page.</summary>
    [Fact]
    public async Task A_form_that_is_not_there_any_more_is_refused_in_a_sentence_with_its_code()
    {
        using var admin = await portal.People.SignedInAsync(OcopMarket.Core.People.PersonRole.Admin);
        var token = Visitor.Token(await admin.PageAsync("/tai-khoan/mat-khau"));

        var answer = await admin.SendAsync("/tai-khoan/mat-khau", "gone", token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Matches("<code>[0-9a-f]{16}</code>", answer.Html);
    }

    [Fact]
    public async Task Health_tells_alive_and_ready()
    {
        Assert.Equal("live", await portal.Client.GetStringAsync("/health/live"));
        Assert.Equal("ready", await portal.Client.GetStringAsync("/health/ready"));
    }

    [Theory]
    [InlineData("/tin-dang?trang-thai=%27%3B+DROP+TABLE+listing%3B--&san=%00")]
    [InlineData("/san-pham?q=%25%00_&sao=x&nhom=99999999999&sau=-1")]
    [InlineData("/dot-chay?truoc=9223372036854775808")]
    [InlineData("/van-de/%00")]
    [InlineData("/san-pham/99999999999999999999")]
    public async Task A_strange_address_is_no_failure(string path)
    {
        using var answer = await portal.Client.GetAsync(path);
        Assert.True((int)answer.StatusCode is 200 or 400 or 404, $"{path}: {(int)answer.StatusCode}");
    }
}
