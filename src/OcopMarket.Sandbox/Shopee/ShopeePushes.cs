using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>Section 10: signed pushes to the one address of the application, repeated until they are taken or the tries are used up.</summary>
internal sealed class ShopeePushes(ShopeePlatform platform) : IDisposable
{
    private const int ViolationItem = 16;
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Nothing when no address is set.</summary>
    public void TellOfViolation(ShopeeItemRow item)
    {
        if (platform.Settings.CallbackUrl is null)
        {
            return;
        }

        var body = JsonSerializer.Serialize(
            new
            {
                Data = new
                {
                    item.ItemId,
                    item.Content.ItemName,
                    ItemStatus = item.Status,
                    Deboost = false,
                    ItemStatusDetails = item.Violations,
                    DeboostDetails = Array.Empty<object>(),
                },
                item.ShopId,
                Code = ViolationItem,
                Timestamp = platform.Now.ToUnixTimeSeconds(),
            },
            ShopeeAnswers.Wire);
        platform.State.Pushes.Put(new ShopeePushRow($"{platform.State.Pushes.Count + 1:D8}", body, platform.Now));
    }

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        List<ShopeePushRow> due;
        SandboxSettings settings;
        lock (platform.Gate)
        {
            settings = platform.Settings;
            due = [.. platform.State.PushesOpen.Where(p => p.NextAt <= platform.Now).Take(8)];
        }

        if (settings.CallbackUrl is { } url)
        {
            await Task.WhenAll(due.Select(p => SendAsync(p, url, settings, cancellationToken)));
        }
    }

    public static string SignatureOf(string url, string body, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{url}|{body}")));

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(ShopeePushRow push, string url, SandboxSettings settings, CancellationToken cancellationToken)
    {
        var taken = await TryAsync(push.Body, url, settings, cancellationToken);
        lock (platform.Gate)
        {
            DateTimeOffset? next = taken || push.Attempts >= settings.CallbackRetrySeconds.Count
                ? null
                : platform.Now.AddSeconds(settings.CallbackRetrySeconds[push.Attempts]);
            platform.State.Pushes.Put(push with { Attempts = push.Attempts + 1, NextAt = next, Delivered = taken });
            platform.Store.Commit();
        }
    }

    /// <returns>Whether a 2xx with an empty body came in time.</returns>
    private async Task<bool> TryAsync(string body, string url, SandboxSettings settings, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.IsLoopback)
        {
            return false;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(settings.CallbackTimeoutSeconds));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", SignatureOf(url, body, platform.Application.Secret));
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            return response.IsSuccessStatusCode && (await response.Content.ReadAsByteArrayAsync(deadline.Token)).Length == 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
