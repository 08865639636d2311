using System.Net;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>What the section <c>OpenId</c> changes.</summary>
public sealed class OpenIdSetUpTests
{
    [Fact]
    public async Task Without_a_directory_there_is_no_button_and_no_way()
    {
        await using var held = await StartAsync(new EmptyPortal());
        using var visitor = held.Portal.NewVisitor();

        Assert.DoesNotContain("/dang-nhap/co-quan", await visitor.PageAsync("/dang-nhap"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await visitor.StatusAsync("/dang-nhap/co-quan"));
        Assert.Equal(HttpStatusCode.NotFound, await visitor.StatusAsync("/dang-nhap/co-quan/ve?code=x&state=y"));
    }

    [Fact]
    public async Task With_one_the_page_names_it_beside_the_password()
    {
        await using var held = await StartAsync(new OpenIdPortal());
        using var visitor = held.Portal.NewVisitor();
        var page = await visitor.PageAsync("/dang-nhap?ve=/san-pham");

        Assert.Contains("Đăng nhập bằng Cổng Trà Vinh", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/dang-nhap/co-quan?ve=%2Fsan-pham\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_subject_finds_a_person_where_it_is_the_login()
    {
        await using var held = await StartAsync(new BySubject());
        await held.Portal.People.PutAsync(PersonRole.Business, "02943850000");
        held.Portal.Issuer.Is("+84 294 3850000", "02943850000");
        using var visitor = held.Portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, "/"), await OpenIdPortal.SignInAsync(visitor));
        Assert.Equal("openid", held.Portal.Issuer.Asked["scope"]);
        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/san-pham"));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_asked_is_a_sentence_on_the_page()
    {
        await using var held = await StartAsync(new Away());
        using var visitor = held.Portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, "/dang-nhap?loi=directory_away&ve=%2Fx"), await OpenIdPortal.ReturnAsync(visitor, new("/dang-nhap/co-quan?ve=/x", UriKind.Relative)));
    }

    [Fact]
    public async Task Our_secret_is_not_sent_where_there_is_no_TLS()
    {
        var portal = new OpenIdPortal();
        portal.Issuer.TokenHost = "0.0.0.0"; // this machine, and no loopback address
        await using var held = await StartAsync(portal);
        await portal.People.PutAsync(PersonRole.Business, "clear@test.example");
        portal.Issuer.Is("subject-clear", "clear@test.example");
        using var visitor = portal.NewBrowser();

        Assert.Equal((HttpStatusCode.Found, "/dang-nhap?loi=directory_failed&ve=%2F"), await OpenIdPortal.SignInAsync(visitor));
        Assert.Equal(0, portal.Issuer.Redeemed);
        Assert.Contains(portal.Lines, l => l.Contains("The directory names an address without TLS.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_are_tries_and_have_their_limit_before_the_directory_is_asked()
    {
        await using var held = await StartAsync(new Limited());
        using var visitor = held.Portal.NewBrowser();
        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 6; n++)
        {
            statuses.Add((await OpenIdPortal.SignInAsync(visitor)).Status);
        }

        Assert.Equal(4, statuses.Count(s => s == HttpStatusCode.Found)); // the fixture's admin was the first try
        Assert.Equal(2, statuses.Count(s => s == HttpStatusCode.TooManyRequests));
        Assert.Equal(4, held.Portal.Issuer.Redeemed);
    }

    [Fact]
    public async Task Over_TLS_the_cookies_of_the_way_are_for_this_host_and_hidden_from_scripts()
    {
        await using var held = await StartAsync(new Secure());
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = held.Portal.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dang-nhap/co-quan");
        request.Headers.Host = "ocop.test.example";
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await client.SendAsync(request);
        var set = answer.Headers.GetValues("Set-Cookie").ToList();

        Assert.Equal(2, set.Count);
        Assert.All((string[])["__Host-ocop_openid_state.", "__Host-ocop_openid_nonce."], n => Assert.Contains(set, c => c.StartsWith(n, StringComparison.Ordinal)));
        Assert.All(set, cookie =>
        {
            var parts = cookie.ToLowerInvariant().Split(';', StringSplitOptions.TrimEntries);
            Assert.All((string[])["secure", "httponly", "path=/", "samesite=lax"], p => Assert.Contains(p, parts));
            Assert.DoesNotContain(parts, p => p.StartsWith("domain", StringComparison.Ordinal));
        });
        Assert.Contains("redirect_uri=https%3A%2F%2Focop.test.example%2Fdang-nhap%2Fco-quan%2Fve", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    private static async Task<Held<T>> StartAsync<T>(T portal)
        where T : EmptyPortal
    {
        await portal.InitializeAsync();
        return new(portal);
    }

    private sealed record Held<T>(T Portal) : IAsyncDisposable
        where T : EmptyPortal
    {
        public async ValueTask DisposeAsync() => await Portal.DisposeAsync();
    }

    private sealed class BySubject : OpenIdPortal
    {
        protected override OpenIdSettings Directory => base.Directory with { MatchBy = DirectoryMatch.Sub };
    }

    private sealed class Away : OpenIdPortal
    {
        protected override OpenIdSettings Directory => base.Directory with { Authority = new("http://127.0.0.1:1/") };
    }

    private sealed class Limited : OpenIdPortal
    {
        protected override PortalSettings Settings => base.Settings with { SignIn = TestPeople.Quick.SignIn with { TriesPerAddress = 5 } };
    }

    private sealed class Secure : OpenIdPortal
    {
        protected override bool HasPeople => false;

        protected override PortalSettings Settings => base.Settings with
        {
            PublicUrl = new("https://ocop.test.example/"),
            KnownProxies = [new(IPAddress.Loopback, 32)],
        };
    }
}
