using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Sandbox.Common;

/// <summary>The web server of one platform, on loopback only: its own paths, and <c>/_sandbox/</c> beside them.</summary>
internal sealed class PlatformServer : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private readonly WebApplication _app;
    private readonly Platform _platform;
    private readonly ControlApi _control;
    private readonly CancellationTokenSource _stopping = new();
    private Task _work = Task.CompletedTask;

    private PlatformServer(WebApplication app, Platform platform)
    {
        _app = app;
        _platform = platform;
        _control = new ControlApi(platform);
    }

    public int Port { get; private set; }

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<PlatformServer> StartAsync(Platform platform, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, port);
            k.Limits.MaxRequestBodySize = 16 << 20;
        });
        var app = builder.Build();
        var server = new PlatformServer(app, platform);
        app.Run(server.ServeAsync);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Port = new Uri(address).Port;
        platform.BaseUrl = $"http://127.0.0.1:{server.Port}";
        server._work = server.WorkAsync(server._stopping.Token);
        return server;
    }

    public static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _work;
        using (var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
        {
            await _app.StopAsync(hurry.Token);
        }

        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up: nobody is left to answer.
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.StartsWith("/_sandbox", StringComparison.Ordinal))
        {
            await _control.ServeAsync(http);
        }
        else if (HttpMethods.IsGet(http.Request.Method) && FileOf(path) is { } file)
        {
            http.Response.ContentType = file.ContentType;
            await http.Response.Body.WriteAsync(file.Bytes, http.RequestAborted);
        }
        else
        {
            await AnswerAsync(http);
        }
    }

    private (byte[] Bytes, string ContentType)? FileOf(string path)
    {
        lock (_platform.Gate)
        {
            return _platform.File(path) ?? BuyerPage.Of(_platform, path);
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var request = await _platform.ReceiveAsync(await CallRequest.ReadAsync(http.Request, http.RequestAborted), http.RequestAborted);
        Decision decision;
        int latency;
        lock (_platform.Gate)
        {
            decision = _platform.Decide(request);
            latency = _platform.Settings.LatencyMilliseconds;
        }

        if (latency > 0)
        {
            await Task.Delay(latency, http.RequestAborted);
        }

        await Delivery.SendAsync(http, decision);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Beat);
        try
        {
            while (await beat.WaitForNextTickAsync(cancellationToken))
            {
                lock (_platform.Gate)
                {
                    _platform.Advance();
                }

                await _platform.WorkAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host is going down.
        }
    }
}
