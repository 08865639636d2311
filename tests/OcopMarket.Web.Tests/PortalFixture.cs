using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OcopMarket.Core.People;
using OcopMarket.Data.Catalog;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Subjects;
using OcopMarket.Marketplaces;
using OcopMarket.Testing;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests;

/// <summary>The portal over real HTTP on a port of its own, with an empty migrated database.</summary>
public class EmptyPortal : PostgresFixture
{
    private WebApplication _app = null!;
    private Visitor _admin = null!;

    /// <summary>Of an admin who signed in through the form; follows no redirect.</summary>
    public HttpClient Client => _admin.Client;

    public Uri Address { get; private set; } = null!;
    public IServiceProvider Services => _app.Services;
    public TestPeople People { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await SeedAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new PortalDatabase(WebSource));
        var config = Path.Combine(Repository(), "config");
        builder.Services.AddMarketplaces(Marketplaces, config).AddSingleton(ReferenceData.ReadRules(Path.Combine(config, "ocop")));
        builder.Services.AddSingleton(SubjectClocks.Load(Path.Combine(config, "ocop", "data-subjects.json"))).AddSingleton(new RetentionPeriods());
        builder.Services.AddSingleton(new RingKey(TestPeople.Key));
        builder.Services.AddOcopWeb(Settings);
        Prepare(builder.Services);
        _app = builder.Build();
        _app.MapOcopWeb();
        _app.MapGet("/test/throws", string () => throw new InvalidOperationException("on purpose")).AllowAnonymous();
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new(addresses.Addresses.Single());
        People = new(_app.Services, Address);
        _admin = HasPeople ? await People.SignedInAsync(PersonRole.Admin) : new(Address);
    }

    public override async Task DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>A browser of nobody, with cookies of its own, that follows no redirect.</summary>
    public Visitor NewVisitor() => new(Address);

    public async Task<string> PageAsync(string path, string language = "vi")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", $"ocop_language={language}; {_admin.Cookie("ocop_session")}");
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text;
    }

    /// <summary>As in a demo, with limits that no test meets by chance and a cheap hash.</summary>
    protected virtual PortalSettings Settings { get; } = TestPeople.Quick with { IsDemo = true };

    /// <summary>Whether somebody is there from the start.</summary>
    protected virtual bool HasPeople => true;

    /// <summary>Settings of marketplaces over their files.</summary>
    protected virtual IConfiguration Marketplaces { get; } = new ConfigurationBuilder().Build();

    protected virtual void Prepare(IServiceCollection services)
    {
    }

    protected virtual Task SeedAsync() => Task.CompletedTask;

    internal static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OcopMarket.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The repository's root was not found.");
        }

        return folder.FullName;
    }
}

/// <summary>The same with a province's worth of rows: products of Tra Vinh, two marketplaces, every state.</summary>
public sealed class SeededPortal : EmptyPortal
{
    protected override Task SeedAsync() => ExecuteAsync(Seed.Sql + Seed.Units, new { hostile = Seed.Hostile, listings = Seed.Listings });
}
