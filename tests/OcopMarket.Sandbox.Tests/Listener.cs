using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Sandbox.Tests;

/// <summary>A seller's own web server: takes what a platform sends or fetches.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Listener(WebApplication app) => _app = app;

    public ConcurrentQueue<string> Bodies { get; } = [];
    public Func<HttpContext, int> Answer { get; set; } = _ => 200;
    public byte[] Content { get; set; } = [];
    public string Url => _app.Urls.Single();

    public static async Task<Listener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var listener = new Listener(builder.Build());
        listener._app.Run(listener.ServeAsync);
        await listener._app.StartAsync();
        return listener;
    }

    /// <summary>Waits, in real time, for what another thread must bring.</summary>
    public static async Task<T> Until<T>(Func<Task<T?>> look)
        where T : class
    {
        for (var i = 0; i < 400; i++)
        {
            if (await look() is { } found)
            {
                return found;
            }

            await Task.Delay(25);
        }

        throw new TimeoutException("Nothing came within 10 s.");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        Bodies.Enqueue(await reader.ReadToEndAsync());
        http.Response.StatusCode = Answer(http);
        await http.Response.Body.WriteAsync(Content);
    }
}
