using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.People;
using OcopMarket.EndToEnd.Tests.Docker;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.People;

/// <summary>Rows S5, S20 and S55: <c>src/OcopMarket.Web/endpoints.txt</c> says who may ask for what, and the running program does so.</summary>
public sealed class EndpointMatrixTests(AppPortal portal) : IClassFixture<AppPortal>
{
    private const string Picture = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly Dictionary<string, PersonRole?[]> _words = new(StringComparer.Ordinal)
    {
        ["all"] = [null, PersonRole.Business, PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin],
        ["account"] = [PersonRole.Business, PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin],
        ["reader"] = [PersonRole.Business, PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin],
        ["staff"] = [PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin],
        ["acting"] = [PersonRole.Business, PersonRole.Staff, PersonRole.Admin],
        ["copying"] = [PersonRole.Business, PersonRole.Admin],
        ["admin"] = [PersonRole.Admin],
        ["key"] = [PersonRole.Business, PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin],
        ["staff-key"] = [PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin],
    };

    private static readonly List<(string Method, string Pattern, string Who)> _written = [.. File
        .ReadAllLines(Path.Combine(Image.Repository, "src", "OcopMarket.Web", "endpoints.txt"))
        .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(l => (l[0], l[1], l[2]))];

    [Fact]
    public void What_is_written_is_what_runs_and_the_other_way_round() => Assert.Equal(
        Running().Order(StringComparer.Ordinal), _written.Select(w => $"{w.Method} {w.Pattern}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Each_role_reaches_what_is_written_and_nothing_else()
    {
        var wrong = new List<string>();
        foreach (var role in _words["all"])
        {
            foreach (var (method, pattern, who) in _written)
            {
                using var visitor = role is { } known ? await portal.People.SignedInAsync(known) : new Visitor(portal.Address);
                var token = Visitor.Token(await visitor.Client.GetStringAsync(role is null ? "/dang-nhap" : "/tai-khoan"));
                using var request = Request(method, pattern, token);
                using var answer = await visitor.Client.SendAsync(request);
                var isRefused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    || answer.Headers.Location?.OriginalString.Contains("/dang-nhap", StringComparison.Ordinal) == true && pattern != "/dang-xuat";
                if (isRefused == (_words[who].Contains(role) && !IsForKeys(who)) && !IsOwnRefusal(pattern, role))
                {
                    wrong.Add($"{method} {pattern} as {role?.ToString() ?? "nobody"}: {(int)answer.StatusCode} {answer.Headers.Location}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_key_of_each_role_opens_what_is_written_for_keys_and_is_nobody_elsewhere()
    {
        var wrong = new List<string>();
        foreach (var role in _words["account"])
        {
            using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = portal.Address };
            client.DefaultRequestHeaders.Authorization = new("Bearer", await portal.People.KeyAsync(role!.Value));
            foreach (var (method, pattern, who) in _written)
            {
                using var request = Request(method, pattern, null);
                using var answer = await client.SendAsync(request);
                var isRefused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest
                    || answer.Headers.Location?.OriginalString.Contains("/dang-nhap", StringComparison.Ordinal) == true;
                if (isRefused == (IsForKeys(who) && _words[who].Contains(role)) && who != "all")
                {
                    wrong.Add($"{method} {pattern} with a key of {role}: {(int)answer.StatusCode} {answer.Headers.Location}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_form_is_taken_without_proof_that_a_page_of_ours_sent_it()
    {
        using var visitor = await portal.People.SignedInAsync(PersonRole.Admin);
        foreach (var (method, pattern, _) in _written.Where(w => w.Method != "GET" && !w.Pattern.StartsWith("/webhooks", StringComparison.Ordinal)))
        {
            foreach (var token in (string?[])[null, "forged"])
            {
                using var request = Request(method, pattern, token);
                request.Headers.Add("Origin", "https://evil.example");
                using var answer = await visitor.Client.SendAsync(request);
                Assert.True(
                    answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
                        || pattern.StartsWith("/loi", StringComparison.Ordinal),
                    $"{method} {pattern}: {(int)answer.StatusCode}");
            }
        }

        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/nguoi-dung"));
    }

    [Fact]
    public void No_page_without_a_form_takes_a_post_and_nothing_is_written_by_a_link()
    {
        var writes = _written.Where(w => w.Method == "POST").Select(w => w.Pattern).ToList();
        Assert.Equal(writes, Running().Where(r => r.StartsWith("POST ", StringComparison.Ordinal)).Select(r => r[5..]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("/san-pham", writes);
    }

    [Fact]
    public async Task The_jobs_are_for_admins_to_look_at_and_do_not_tell_how_we_reach_the_database()
    {
        using var admin = await portal.People.SignedInAsync(PersonRole.Admin);
        using var page = await admin.Client.GetAsync("/hang-fire");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("Host=", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Password", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("script-src 'unsafe-inline'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        var token = Visitor.Token(await admin.Client.GetStringAsync("/tai-khoan"));
        foreach (var command in (string[])["/hang-fire/recurring/trigger", "/hang-fire/recurring/remove", "/hang-fire/jobs/enqueued/delete"])
        {
            Assert.NotEqual(HttpStatusCode.NoContent, (await admin.SendAsync(command, null, token, ("jobs[]", "new-day"))).Status);
        }

        using var outside = new Visitor(portal.Address);
        outside.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");
        Assert.Equal(HttpStatusCode.Found, await outside.StatusAsync("/hang-fire"));
    }

    private static bool IsForKeys(string who) => who is "key" or "staff-key";

    /// <summary>Signed in, but the page has its own reason: a proof that is too old, a passkey step.</summary>
    private static bool IsOwnRefusal(string pattern, PersonRole? role) => role is not null && pattern is "/khoa-may/moi";

    private static HttpRequestMessage Request(string method, string pattern, string? token)
    {
        var path = pattern.Replace("{Id:long}", "1", StringComparison.Ordinal).Replace("{id:long}", "1", StringComparison.Ordinal).Replace("{Code:int}", "404", StringComparison.Ordinal)
            .Replace("{*Code}", "price_missing", StringComparison.Ordinal).Replace("{sha256}.{extension}", $"{Picture}.jpg", StringComparison.Ordinal)
            .Replace("{name}", "ocop.css", StringComparison.Ordinal).Replace("{language}", "vi", StringComparison.Ordinal)
            .Replace("{marketplace}", "nobody", StringComparison.OrdinalIgnoreCase).Replace("/{**path}", "", StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new FormUrlEncodedContent(
                token is null ? [new("_handler", "none")] : [new("_handler", "none"), new("__RequestVerificationToken", token)]);
        }

        return request;
    }

    private IEnumerable<string> Running() => portal.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(e => Methods(e).Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/')}")).Distinct();

    /// <summary>An endpoint that names no method takes every one; reading stands for what only looks.</summary>
    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods.Where(m => m != "HEAD")
        : endpoint.RoutePattern.RawText == "/metrics" ? ["GET"]
        : ["GET", "POST"];
}
