using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>Section 10: signed pushes to the one address of the application, repeated until HTTP 200 takes them or the tries are used up.</summary>
internal sealed class LazadaPushes(LazadaPlatform platform) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Message type 1; the status in the words of the push, the reason as HTML.</summary>
    public void TellOfVerdict(LazadaProductRow product, string status, string reason) => Put(product, 1, new Dictionary<string, object>
    {
        ["date"] = platform.Now.ToUnixTimeMilliseconds(),
        ["itemId"] = product.ItemId,
        ["reason"] = reason,
        ["seller_id"] = product.SellerId,
        ["status"] = status,
    });

    /// <summary>Message types 3 (added), 4 (edited) and 5 (deleted).</summary>
    public void TellOfEdit(LazadaProductRow product, int type, string action) => Put(product, type, new Dictionary<string, object>
    {
        ["item_id"] = product.ItemId,
        ["sku_list"] = new[] { new { product.ShopSku, product.SellerSku, product.SkuId } },
        ["action"] = action,
        ["status_update_time"] = platform.Now.ToUnixTimeMilliseconds(),
    });

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        List<LazadaPushRow> due;
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

    public static string SignatureOf(string app, string body, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(app + body)));

    public void Dispose() => _http.Dispose();

    /// <summary>Nothing when no address is set.</summary>
    private void Put(LazadaProductRow product, int type, object data)
    {
        if (platform.Settings.CallbackUrl is not null)
        {
            var body = JsonSerializer.Serialize(
                new { SellerId = LazadaState.IdText(product.SellerId), MessageType = type, Data = data, Timestamp = platform.Now.ToUnixTimeSeconds(), Site = "lazada_vn" },
                LazadaAnswers.Wire);
            platform.State.Pushes.Put(new LazadaPushRow($"{platform.State.Pushes.Count + 1:D8}", body, platform.Now));
        }
    }

    private async Task SendAsync(LazadaPushRow push, string url, SandboxSettings settings, CancellationToken cancellationToken)
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

    /// <returns>Whether 200 came in time.</returns>
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
        request.Headers.TryAddWithoutValidation("Authorization", SignatureOf(platform.Application.Id, body, platform.Application.Secret));
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            return (int)response.StatusCode == 200;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
