using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OcopMarket.App.Hosting;
using OcopMarket.Testing;
using OcopMarket.Web.Tests;

namespace OcopMarket.EndToEnd.Tests.People;

/// <summary>The web role as the program itself builds it, jobs and metrics included, in this process.</summary>
public sealed class AppPortal : PostgresFixture
{
    private readonly AppFolder _folder = new();
    private DatabaseHome _database = null!;

    public WebApplication App { get; private set; } = null!;
    public Uri Address { get; private set; } = null!;
    public TestPeople People { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppFolder.Config, "appsettings.json")).AddInMemoryCollection(
        [
            .. PostgresServer.Settings(ConnectionString).Select(p => new KeyValuePair<string, string?>(p.Key.Replace("__", ":", StringComparison.Ordinal), p.Value)),
            new("SignIn:HashRounds", "1000"), new("SignIn:TriesPerAddress", "100000"),
            new("SignIn:TriesInAll", "100000"), new("Web:RequestsPerMinute", "1000000"), new("Api:RequestsPerMinute", "1000000"), new("Api:RequestsPerAddress", "1000000"), new("Metrics:Enabled", "true"),
            new("Web:JobsReadOnly", "true"), new("Logging:LogLevel:Default", "None"), new("Logging:LogLevel:OcopMarket", "None"),
        ]).Build();
        var home = AppHome.At(_folder.Data);
        _database = await DatabaseHome.OpenAsync(settings, home, "unused", NullLogger.Instance, CancellationToken.None);
        App = await OcopHost.BuildAsync(new HostRequest(Roles.Web, 0, home, settings, _database) { IsDemo = true }, CancellationToken.None);
        await App.StartAsync();
        Address = new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        People = new(App.Services, Address);
    }

    public override async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await _database.DisposeAsync();
        await base.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
