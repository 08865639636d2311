using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>A real installation's portal with a directory, that writes down all it could ever log.</summary>
public class OpenIdPortal : EmptyPortal
{
    public LocalIssuer Issuer { get; } = new();

    /// <summary>Every line of every level.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    protected override PortalSettings Settings => TestPeople.Quick with { OpenId = Directory };

    protected virtual OpenIdSettings Directory => new(Issuer.Address, LocalIssuer.ClientId, new(LocalIssuer.ClientSecret))
    {
        Name = "Cổng Trà Vinh",
        Trust = [new("amr", "mfa"), new("acr", "gold")],
    };

    public override async Task InitializeAsync()
    {
        await Issuer.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    /// <summary>A browser that came by the name in links: cookies are bound to it.</summary>
    public Visitor NewBrowser() => new(new UriBuilder(Address) { Host = "localhost" }.Uri);

    /// <summary>Goes to the directory and comes to the point of returning.</summary>
    /// <returns>Where the directory sends the browser.</returns>
    public static async Task<Uri> LeaveAsync(Visitor visitor, string begin = "/dang-nhap/co-quan")
    {
        using var away = await visitor.Client.GetAsync(begin);
        Assert.Equal(HttpStatusCode.Found, away.StatusCode);
        using var elsewhere = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var answer = await elsewhere.GetAsync(away.Headers.Location);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!;
    }

    /// <returns>Status and where it leads, without the number of the request.</returns>
    public static async Task<(HttpStatusCode Status, string? Location)> ReturnAsync(Visitor visitor, Uri back)
    {
        using var answer = await visitor.Client.GetAsync(back);
        return (answer.StatusCode, answer.Headers.Location is { } to
            ? System.Text.RegularExpressions.Regex.Replace(to.OriginalString, "&so=[0-9a-f]{16}", "")
            : null);
    }

    public static async Task<(HttpStatusCode Status, string? Location)> SignInAsync(Visitor visitor, string begin = "/dang-nhap/co-quan") =>
        await ReturnAsync(visitor, await LeaveAsync(visitor, begin));

    protected override void Prepare(IServiceCollection services)
    {
        services.AddSingleton<ILoggerProvider>(new Recorder(Lines));
        services.Configure<LoggerFilterOptions>(o => o.MinLevel = LogLevel.Trace);
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
