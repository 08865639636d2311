using System.Net;
using System.Text.RegularExpressions;
using OcopMarket.Testing;

namespace OcopMarket.Web.Tests;

/// <summary>A browser as far as forms go: keeps cookies, sends what a form of a page holds, follows no redirect.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly CookieContainer _cookies = new();

    public Visitor(Uri address) => Client = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = address };

    public HttpClient Client { get; }

    /// <summary><c>name=value</c>, or nothing.</summary>
    public string Cookie(string name) => _cookies.GetCookies(Client.BaseAddress!)[name]?.ToString() ?? "";

    public IEnumerable<string> Cookies() => _cookies.GetCookies(Client.BaseAddress!).Select(c => c.ToString());

    public void SetCookie(string pair)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        _cookies.Add(Client.BaseAddress!, new Cookie(pair[..at], pair[(at + 1)..], "/"));
    }

    public void Forget(string name)
    {
        if (_cookies.GetCookies(Client.BaseAddress!)[name] is { } cookie)
        {
            cookie.Expired = true;
        }
    }

    public async Task<string> PageAsync(string path)
    {
        using var answer = await Client.GetAsync(path);
        return Seen(path, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await Client.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Opens the page, fills its form and sends it.</summary>
    /// <param name="form">The form's name, as its hidden field says.</param>
    public async Task<Answer> SubmitAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        using var page = await Client.GetAsync(path);
        return await SendAsync(path, form, Token(await page.Content.ReadAsStringAsync()), fields);
    }

    public async Task<Answer> SendAsync(string path, string? form, string? token, params (string Name, string Value)[] fields)
    {
        var body = fields.Select(f => KeyValuePair.Create(f.Name, f.Value)).ToList();
        if (form is not null)
        {
            body.Add(new("_handler", form));
        }

        if (token is not null)
        {
            body.Add(new("__RequestVerificationToken", token));
        }

        using var content = new FormUrlEncodedContent(body);
        using var answer = await Client.PostAsync(path, content);
        var to = answer.Headers.Location;
        var isOwn = to is { IsAbsoluteUri: true } && to.Authority == Client.BaseAddress!.Authority;
        return new(answer.StatusCode, isOwn ? to!.PathAndQuery : to?.OriginalString, Seen(path, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync())));
    }

    /// <summary>The proof of the first form on a page.</summary>
    public static string Token(string html) => TokenField().Match(html) is { Success: true } match
        ? WebUtility.HtmlDecode(match.Groups[1].Value)
        : throw new InvalidOperationException($"No form on this page: {html[..Math.Min(html.Length, 2000)]}");

    public void Dispose() => Client.Dispose();

    private static string Seen(string path, string html)
    {
        SuiteCanary.Check($"the page {path}", html);
        return html;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}

/// <param name="Location">Where it leads, if anywhere; within the portal without its name.</param>
public sealed record Answer(HttpStatusCode Status, string? Location, string Html);
