using Microsoft.Playwright;
using OcopMarket.Core.People;
using OcopMarket.Testing;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.Browser;

/// <summary>The seeded portal and a real Chromium. It is looked for where systems install it; <c>OCOP_CHROMIUM</c> names another.</summary>
public sealed class BrowserPortal : IAsyncLifetime
{
    private readonly SeededPortal _portal = new();
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    /// <summary>The database behind the pages.</summary>
    public PostgresFixture Database => _portal;

    public TestPeople People => _portal.People;
    public Uri Address => _portal.Address;

    public async Task InitializeAsync()
    {
        await _portal.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _portal.DisposeAsync();
    }

    /// <summary>A browser with cookies of its own, as wide as asked.</summary>
    /// <param name="width">CSS pixels; below 700 it is a phone with a finger.</param>
    /// <param name="role">Who is signed in; null: nobody.</param>
    public async Task<Visit> VisitAsync(
        int width, string language = "vi", bool dark = false, bool script = true, PersonRole? role = PersonRole.Admin)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = _portal.Address.ToString(),
            ViewportSize = new() { Width = width, Height = 800 },
            IsMobile = width < 700,
            HasTouch = width < 700,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
        });
        await context.AddCookiesAsync([new() { Name = "ocop_language", Value = language, Url = _portal.Address.ToString() }]);
        if (role is { } known)
        {
            using var visitor = await _portal.People.SignedInAsync(known);
            var cookie = visitor.Cookie("ocop_session");
            await context.AddCookiesAsync([new() { Name = "ocop_session", Value = cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..], Url = _portal.Address.ToString() }]);
        }

        return new(context, await context.NewPageAsync());
    }
}

/// <summary>The browser of this machine.</summary>
internal static class Chromium
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] _arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
    ];

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = Find(), Args = _arguments });

    private static string Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Environment.GetEnvironmentVariable("OCOP_CHROMIUM")
            ?? _names.SelectMany(n => folders.Select(f => Path.Combine(f, n))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "The browser tests need Chromium: sudo apt-get install chromium fonts-noto-core, or name one in OCOP_CHROMIUM.");
    }
}

/// <summary>One browser window; what its console complains about is kept.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    public Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Keep(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Keep(true, error);
        page.RequestFailed += (_, request) => Keep(true, $"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console (a breach of the content policy is one), since the last time they were asked for.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        lock (_complaints)
        {
            string[] taken = [.. _complaints];
            _complaints.Clear();
            return taken;
        }
    }

    public async Task<IResponse> GoAsync(string path) => (await Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load }))!;

    /// <summary>How many CSS pixels the page is wider than the window.</summary>
    public Task<int> SidewaysAsync() =>
        Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth - document.documentElement.clientWidth");

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Keep(bool wanted, string text)
    {
        if (wanted)
        {
            lock (_complaints)
            {
                _complaints.Add(text);
            }
        }
    }
}

/// <summary>Every page of the portal, with rows of every state behind them.</summary>
internal static class PortalPages
{
    public static readonly string[] All =
    [
        "/", "/san-pham", "/san-pham?sao=4&chung-nhan=valid", "/san-pham?q=khongco", "/san-pham/1", "/san-pham/2", "/san-pham/10", "/san-pham/1/sua", "/san-pham/2/sua", "/san-pham/1/ban-ghi", "/san-pham/2/ban-ghi", "/tin-dang",
        "/tin-dang?trang-thai=blocked&viec=staff", "/gian-hang", "/gian-hang/1", "/gian-hang/1/uy-quyen", "/gian-hang/7", "/dot-chay", "/dot-chay/1", "/dot-chay/2",
        "/dot-chay/3", "/van-de", "/van-de/price_missing", "/van-de/voso.NEVER_SEEN", "/tai-khoan", "/tai-khoan/mat-khau", "/tai-khoan/buoc-hai",
        "/tai-khoan/khoa-may", "/tai-khoan/khoa-api", "/khoa-api", "/tai-khoan/xac-nhan", "/nguoi-dung", "/nguoi-dung/moi", "/nguoi-dung/1", "/tam-giu", "/tam-giu/1", "/ke-hoach", "/ke-hoach?bao=many", "/ke-hoach/1", "/ke-hoach/2", "/ke-hoach/3", "/san-pham/8",
        "/yeu-cau-du-lieu", "/yeu-cau-du-lieu?xem=tat-ca", "/yeu-cau-du-lieu/moi", "/yeu-cau-du-lieu/moi?q=farm", "/yeu-cau-du-lieu/moi?chu-the=4",
        "/yeu-cau-du-lieu/1", "/yeu-cau-du-lieu/2", "/yeu-cau-du-lieu/3", "/yeu-cau-du-lieu/4", "/yeu-cau-du-lieu/1/ban-sao", "/yeu-cau-du-lieu/2/duyet",
        "/quen-mat-khau", "/dang-nhap/ma", "/dat-mat-khau?ma=x",
    ];
}
