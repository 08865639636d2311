using OcopMarket.Core.Certifications;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Catalog;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Sync;
using OcopMarket.Data.Tenancy;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Web.Hosting;
using OcopMarket.Worker;
using OcopMarket.Worker.Jobs;
using OcopMarket.Worker.Loops;
using OcopMarket.Worker.Sync;

namespace OcopMarket.App.Hosting;

/// <summary>What this process does.</summary>
[Flags]
internal enum Roles
{
    None = 0,
    Web = 1,
    Worker = 2,
    Sandbox = 4,
}

/// <param name="Port">0: any free port.</param>
internal sealed record HostRequest(Roles Roles, int Port, AppHome Home, IConfiguration Configuration, DatabaseHome Database)
{
    public bool IsDemo { get; init; }
}

/// <summary>One process with the roles it was given: pages, loops, or only the engine behind a command.</summary>
internal static class OcopHost
{
    /// <exception cref="StartException">A setting or file is wrong; says which and what to do.</exception>
    public static async Task<WebApplication> BuildAsync(HostRequest request, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = "OcopMarket.App",
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(request.Configuration);
        builder.Logging.ClearProviders();
        builder.Logging.AddConfiguration(request.Configuration.GetSection("Logging"));
        builder.Logging.AddOcopConsole(request.Configuration);
        var certificate = PortalHome.Certificate(request.Configuration);
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(o => o.Listen(
            PortalHome.Listen(request.Configuration), request.Port, l => _ = certificate is null ? l : l.UseHttps(certificate)));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(25));
        foreach (var role in RolesOf(request))
        {
            await request.Database.RequireAsync(role, cancellationToken);
        }

        builder.Services.AddSingleton(request.Database.HasWorker ? request.Database.Worker : request.Database.Web);
        var wrappers = KeyHome.Of(request.Configuration, request.Home);
        if (request.Roles != Roles.Web) // the pages open nothing
        {
            await KeyHome.RequireAsync(request.Database.Worker, wrappers, cancellationToken);
        }

        builder.Services.AddSingleton(wrappers);
        builder.Services.AddSingleton(new MediaAddress(PublicUrl(request)));
        builder.Services.AddMarketplaces(request.Configuration, request.Home.ConfigFolder);
        builder.Services.AddSingleton(Periods(request.Configuration));
        builder.Services.AddSingleton(KeyHome.Audit(request.Home)).AddSingleton(new SubjectFile(request.Home.ErasedFile));
        builder.Services.AddOcopEngine(
            Rules(request.Home), request.Configuration.GetValue("Worker:Lease", TaskQueue.DefaultLease), Guard(request.Configuration),
            request.Configuration.GetValue("Worker:DeleteAfter", ListingSweep.DefaultGrace),
            request.Configuration.GetValue("Vault:KeyStay", DataKeys.DefaultStay),
            request.Configuration.GetValue("Worker:TakeDown", SubjectErasure.DefaultLongest));
        if (request.Roles.HasFlag(Roles.Worker))
        {
            builder.Services.AddOcopLoops();
            var sealer = new AuditSealer(request.Database.Worker, KeyHome.Audit(request.Home));
            await sealer.RequireKeyAsync(cancellationToken);
            builder.Services.AddSingleton(sealer).AddHostedService<AuditKeeper>();
            builder.Services.AddSingleton(new SourceLibrary(
                Path.Combine(request.Home.ConfigFolder, "sources"), Path.GetDirectoryName(request.Home.ConfigFolder)!));
            builder.Services.AddOcopSchedule(request.Database.WorkerString);
        }

        if (request.Roles.HasFlag(Roles.Web))
        {
            await PortalHome.AddAsync(builder.Services, request, cancellationToken);
        }

        var isWatched = request.Roles != Roles.None && MetricsEndpoint.IsOn(request.Configuration);
        if (isWatched)
        {
            builder.Services.AddOcopMetrics();
        }

        var app = builder.Build();
        if (request.Roles.HasFlag(Roles.Web))
        {
            app.MapOcopWeb();
            app.MapJobs(request.Configuration);
        }
        else
        {
            app.MapGet("/health/live", () => Results.Text("live"));
        }

        if (isWatched)
        {
            app.MapOcopMetrics(new Secret(request.Configuration["Metrics:Token"] ?? ""));
        }

        return app;
    }

    /// <summary>Whose logins this process works with; a command works as the workers do.</summary>
    private static IEnumerable<DatabaseRole> RolesOf(HostRequest request)
    {
        if (request.Roles.HasFlag(Roles.Web))
        {
            yield return DatabaseRole.Web;
        }

        if (request.Roles.HasFlag(Roles.Worker) || request.Roles == Roles.None)
        {
            yield return DatabaseRole.Worker;
        }
    }

    private static GuardRules Guard(IConfiguration settings)
    {
        var usual = new GuardRules();
        return new()
        {
            PriceFactor = settings.GetValue("Guard:PriceFactor", usual.PriceFactor),
            Items = settings.GetValue("Guard:Items", usual.Items),
            Share = settings.GetValue("Guard:SharePercent", 100 * usual.Share) / 100,
        };
    }

    internal static RetentionPeriods Periods(IConfiguration settings)
    {
        var usual = new RetentionPeriods();
        return new()
        {
            Webhooks = Days("WebhookDays", usual.Webhooks),
            Answers = Days("AnswerDays", usual.Answers),
            History = Days("HistoryDays", usual.History),
            Audit = Days("AuditDays", usual.Audit),
            Uploads = Days("UploadDays", usual.Uploads),
        };

        TimeSpan Days(string name, TimeSpan otherwise) => TimeSpan.FromDays(settings.GetValue($"Retention:{name}", (int)otherwise.TotalDays));
    }

    internal static CertificateRules Rules(AppHome home) => ReferenceData.ReadRules(Path.Combine(home.ConfigFolder, "ocop"));

    private static Uri PublicUrl(HostRequest request) =>
        request.Configuration["Web:PublicUrl"] is { Length: > 0 } url ? new(url) : new($"http://127.0.0.1:{request.Port}");
}
