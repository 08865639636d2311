using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OcopMarket.App.Demo;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Catalog;
using OcopMarket.Sources;
using OcopMarket.Testing.Processes;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Chaos;

/// <summary>What people do during the run: they pull the list and open shops. The program without its loops, in this process.</summary>
internal sealed class ChaosOffice : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DatabaseHome _database;

    private ChaosOffice(WebApplication app, DatabaseHome database) => (_app, _database) = (app, database);

    public static async Task<ChaosOffice> OpenAsync(
        AppFolder folder, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var home = new AppHome(AppFolder.Config, Directory.CreateDirectory(folder.Data).FullName);
        var settings = Settings.Load(
            home, demo: false, [.. environment.Select(e => new KeyValuePair<string, string?>(e.Key.Replace("__", ":", StringComparison.Ordinal), e.Value))]);
        var database = await DatabaseHome.OpenAsync(settings, home, "ocop", NullLogger.Instance, cancellationToken);
        await database.MigrateAsync(cancellationToken);
        await ReferenceData.LoadAsync(database.Worker, Path.Combine(home.ConfigFolder, "ocop"), TimeProvider.System, cancellationToken);
        return new(await OcopHost.BuildAsync(new HostRequest(Roles.None, 0, home, settings, database), cancellationToken), database);
    }

    /// <summary>Again and again until the whole list is in, as a schedule would.</summary>
    public async Task PullAsync(string key, string path, CancellationToken cancellationToken)
    {
        var settings = new SourceSettings
        {
            Key = key,
            Name = "Danh sách thử",
            Path = path,
            Kind = SourceKind.Ndjson,
            CompleteSnapshot = true,
            AnchorDay = VietnamDay.Of(TimeProvider.System.GetUtcNow()),
        };
        var source = ProductSources.Create(settings, TimeProvider.System);
        for (var tries = 1; ; tries++)
        {
            try
            {
                var result = await _app.Services.GetRequiredService<PullSource>().RunAsync(
                    source, new PullOptions(DryRun: false, "chaos", Path.GetFileName(path)) { Image = PullSourceImages.Beside(path) }, null,
                    cancellationToken);
                if (result.Rejected > 0 || result.FailureCode is not null)
                {
                    throw new InvalidOperationException($"The run's own list was not taken: {result.Rejected} rejected, {result.FailureCode}.");
                }

                return;
            }
            catch (NpgsqlException) when (tries < 20)
            {
                await Task.Delay(500, cancellationToken);
            }
        }
    }

    public async Task OpenShopsAsync(SandboxFleet fleet, CancellationToken cancellationToken)
    {
        var queries = new DemoQueries(_database.Worker);
        var producers = await queries.ProducersAsync(cancellationToken);
        await queries.GivePhonesAsync([.. producers.Select(p => (p.Id, FormattableString.Invariant($"0531{p.Id:000000}")))], cancellationToken);
        await ActivatorUtilities.CreateInstance<DemoShops>(_app.Services, queries).OpenAsync(fleet.Clients, cancellationToken);
    }

    /// <summary>Leaves the database alone until something is asked again.</summary>
    public void Disconnect() => _database.Rest();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }
}
