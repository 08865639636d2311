using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Webhooks;
using OcopMarket.Worker.Watching;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OcopMarket.App.Hosting;

/// <summary><c>/metrics</c> in Prometheus' format, off unless <c>Metrics:Enabled</c> is true. With <c>Metrics:Token</c> whoever asks must carry
/// it; without, only this machine may ask, and not through a proxy, behind which everybody looks like this machine.</summary>
internal static partial class MetricsEndpoint
{
    public const string Path = "/metrics";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public static bool IsOn(IConfiguration settings) => settings.GetValue("Metrics:Enabled", false);

    public static IServiceCollection AddOcopMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(r => r.Clear().AddService("ocopmarket", autoGenerateServiceInstanceId: false))
            .WithMetrics(m => m.AddMeter(EngineMeter.Name, LedgerFigures.MeterName, WebhookLimits.MeterName, "Npgsql").AddPrometheusExporter());
        return services;
    }

    public static void MapOcopMetrics(this WebApplication app, Secret token)
    {
        var figures = app.Services.GetRequiredService<LedgerFigures>();
        figures.Publish();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OcopMarket.Metrics");
        app.MapPrometheusScrapingEndpoint(Path).AllowAnonymous().Add(endpoint =>
        {
            var tell = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http => AnswerAsync(http, tell, figures, token, log);
        });
    }

    private static async Task AnswerAsync(HttpContext http, RequestDelegate tell, LedgerFigures figures, Secret token, ILogger log)
    {
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false; // a machine asks
        }

        if (token.IsEmpty && !IsHere(http))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!token.IsEmpty && !Carries(http, token))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        await RefreshAsync(figures, log, http.RequestAborted);
        await tell(http);
    }

    /// <summary>A database that is away must not take the other numbers with it: those that say so are among them.</summary>
    private static async Task RefreshAsync(LedgerFigures figures, ILogger log, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            await figures.RefreshAsync(patience.Token);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNotRead(log, e.GetType().Name);
        }
    }

    private static bool IsHere(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && !http.Request.Headers.ContainsKey("Forwarded") && !http.Request.Headers.Keys.Any(k => k.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase));

    private static bool Carries(HttpContext http, Secret token) =>
        http.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && new Secret(header["Bearer ".Length..].Trim()) == token;

    [LoggerMessage(2001, LogLevel.Warning, "The ledger's numbers could not be read ({Reason}); /metrics tells the rest")]
    private static partial void LogNotRead(ILogger log, string reason);
}
