using System.Net;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>A portal behind a proxy with TLS at https://ocop.test.example; the proxy is this machine.</summary>
public class SecurePortal : EmptyPortal
{
    protected override bool HasPeople => false;

    protected override PortalSettings Settings { get; } = TestPeople.Quick with
    {
        PublicUrl = new("https://ocop.test.example/"),
        KnownProxies = [new(IPAddress.Loopback, 32)],
        IsDemo = true,
    };

    /// <summary>One request as the proxy passes it on.</summary>
    public async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, string? cookie = null, FormUrlEncodedContent? body = null, string scheme = "https", string? from = null)
    {
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Host = "ocop.test.example";
        request.Headers.Add("X-Forwarded-Proto", scheme);
        request.Headers.Add("X-Forwarded-For", from ?? "203.0.113.9");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await client.SendAsync(request);
    }
}

/// <summary>The same, but the proxy is somebody else: nothing that a visitor says of itself is believed.</summary>
public sealed class SpoofedPortal : SecurePortal
{
    protected override PortalSettings Settings => base.Settings with { KnownProxies = [new(IPAddress.Parse("192.0.2.1"), 32)] };
}

/// <summary>Rows S23, S24 and S58: what every answer carries over TLS.</summary>
public sealed class SecurePortalTests(SecurePortal portal) : IClassFixture<SecurePortal>
{
    [Theory]
    [InlineData("/dang-nhap")]
    [InlineData("/quen-mat-khau")]
    [InlineData("/khong-co")]
    [InlineData("/loi/500")]
    [InlineData("/")]
    [InlineData("/media/0000000000000000000000000000000000000000000000000000000000000000.jpg")]
    public async Task Every_answer_forbids_what_is_not_ours_and_is_kept_by_nobody(string path)
    {
        using var answer = await portal.AskAsync(HttpMethod.Get, path);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.True(answer.Headers.CacheControl?.NoStore, $"{path}: {answer.Headers.CacheControl}");
    }

    [Fact]
    public async Task Every_cookie_is_for_this_host_over_TLS_and_hidden_from_scripts()
    {
        await portal.People.PutAsync(PersonRole.Business);
        var set = new List<string>();
        using var page = await portal.AskAsync(HttpMethod.Get, "/dang-nhap");
        set.AddRange(page.Headers.GetValues("Set-Cookie"));
        var form = set[0].Split(';')[0];
        using var body = new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("user", TestPeople.LoginOf(PersonRole.Business)), new("password", TestPeople.Password),
                new("__RequestVerificationToken", Visitor.Token(await page.Content.ReadAsStringAsync()))]);
        using var signedIn = await portal.AskAsync(HttpMethod.Post, "/dang-nhap", form, body);
        set.AddRange(signedIn.Headers.GetValues("Set-Cookie"));
        using var language = await portal.AskAsync(HttpMethod.Get, "/language/en?ve=/");
        set.AddRange(language.Headers.GetValues("Set-Cookie"));
        using var half = await portal.AskAsync(HttpMethod.Get, "/tai-khoan/buoc-hai", string.Join("; ", set.Select(c => c.Split(';')[0])));
        set.AddRange(half.Headers.GetValues("Set-Cookie"));

        Assert.Equal(
            ["__Host-ocop_form", "__Host-ocop_halfway", "__Host-ocop_language", "__Host-ocop_session"],
            set.Select(c => c.Split('=')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(set, cookie =>
        {
            var parts = cookie.ToLowerInvariant().Split(';', StringSplitOptions.TrimEntries);
            Assert.Contains("secure", parts);
            Assert.Contains("httponly", parts);
            Assert.Contains("path=/", parts);
            Assert.Contains(parts, p => p is "samesite=lax" or "samesite=strict");
            Assert.DoesNotContain(parts, p => p.StartsWith("domain", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Without_TLS_a_page_is_found_again_under_its_address_and_a_form_is_refused()
    {
        using var page = await portal.AskAsync(HttpMethod.Get, "/dang-nhap?ve=/x", scheme: "http");
        using var form = await portal.AskAsync(HttpMethod.Post, "/dang-nhap", scheme: "http");
        using var health = await portal.AskAsync(HttpMethod.Get, "/health/live", scheme: "http");
        using var api = await portal.AskAsync(HttpMethod.Get, "/api/v1/products", scheme: "http");

        Assert.Equal("https://ocop.test.example/dang-nhap?ve=/x", page.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, api.StatusCode); // a key came in clear
        Assert.Contains("\"tls_required\"", await api.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task The_beginning_leads_to_the_sign_in_under_the_public_name()
    {
        using var answer = await portal.AskAsync(HttpMethod.Get, "/");
        Assert.Equal("https://ocop.test.example/dang-nhap", new Uri(new("https://ocop.test.example/"), answer.Headers.Location!).ToString());
    }
}

/// <summary>Row S58.</summary>
public sealed class ForwardedTests(SpoofedPortal portal) : IClassFixture<SpoofedPortal>
{
    [Fact]
    public async Task Who_is_no_known_proxy_cannot_say_that_it_came_over_TLS()
    {
        using var answer = await portal.AskAsync(HttpMethod.Get, "/dang-nhap");
        Assert.Equal("https://ocop.test.example/dang-nhap", answer.Headers.Location?.OriginalString);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }
}

/// <summary>Rows S12, S53 and S58: limits count the address that the proxy saw, and no other.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private readonly LimitedPortal _portal = new();

    public Task InitializeAsync() => _portal.InitializeAsync();

    public Task DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Tries_of_one_address_and_of_all_together_have_a_limit()
    {
        using var visitor = _portal.NewVisitor();
        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 8; n++)
        {
            statuses.Add((await visitor.SubmitAsync("/dang-nhap", "sign-in", ("user", $"n{n}@test.example"), ("password", "wrong"))).Status);
        }

        Assert.Equal(5, statuses.Count(s => s == HttpStatusCode.OK));
        Assert.Equal(3, statuses.Count(s => s == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Somebody_who_asks_without_end_is_told_to_wait()
    {
        using var visitor = _portal.NewVisitor();
        var last = HttpStatusCode.OK;
        for (var n = 0; n < 60 && last != HttpStatusCode.TooManyRequests; n++)
        {
            last = await visitor.StatusAsync("/dang-nhap");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/health/live"));
    }

    private sealed class LimitedPortal : EmptyPortal
    {
        protected override bool HasPeople => false;

        protected override PortalSettings Settings => TestPeople.Quick with
        {
            RequestsPerMinute = 40,
            SignIn = TestPeople.Quick.SignIn with { TriesPerAddress = 5 },
        };
    }
}
