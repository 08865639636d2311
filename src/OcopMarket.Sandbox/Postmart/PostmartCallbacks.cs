using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Signed notices of status changes (sections 7 and 10), repeated until they are taken or the tries are used
/// up.</summary>
internal sealed class PostmartCallbacks(PostmartPlatform platform, string folder) : IDisposable
{
    private const int MaxChanges = 50;
    private readonly Lazy<RSA> _key = new(() => LoadKey(Path.Combine(folder, "callback-key.pem")));
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public string PublicKeyPem => _key.Value.ExportSubjectPublicKeyInfoPem();

    /// <summary>Writes down what is to be told; nothing when no address is set.</summary>
    public void Tell(IReadOnlyList<StatusChange> changes)
    {
        if (platform.Settings.CallbackUrl is null)
        {
            return;
        }

        foreach (var part in changes.Chunk(MaxChanges))
        {
            platform.State.Callbacks.Put(new PostmartCallback($"{platform.State.Callbacks.Count + 1:D8}", part, platform.Now));
        }
    }

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        List<PostmartCallback> due;
        SandboxSettings settings;
        lock (platform.Gate)
        {
            settings = platform.Settings;
            due = [.. platform.State.CallbacksOpen.Where(c => c.NextAt <= platform.Now).Take(8)];
        }

        if (settings.CallbackUrl is { } url)
        {
            await Task.WhenAll(due.Select(c => SendAsync(c, new Uri(url), settings, cancellationToken)));
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    /// <summary>A killed sandbox signs with the same key after its restart.</summary>
    private static RSA LoadKey(string path)
    {
        var key = RSA.Create(2048);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }

        var unfinished = path + ".new";
        File.WriteAllText(unfinished, key.ExportPkcs8PrivateKeyPem());
        File.Move(unfinished, path, overwrite: true);
        return key;
    }

    private async Task SendAsync(PostmartCallback callback, Uri url, SandboxSettings settings, CancellationToken cancellationToken)
    {
        var taken = await TryAsync(Body(callback), url, settings, cancellationToken);
        lock (platform.Gate)
        {
            DateTimeOffset? next = taken || callback.Attempts >= settings.CallbackRetrySeconds.Count
                ? null
                : platform.Now.AddSeconds(settings.CallbackRetrySeconds[callback.Attempts]);
            platform.State.Callbacks.Put(callback with { Attempts = callback.Attempts + 1, NextAt = next, Delivered = taken });
            platform.Store.Commit();
        }
    }

    private byte[] Body(PostmartCallback callback)
    {
        var sendDate = Hanoi.Text(platform.Now);
        var first = callback.Changes[0];
        var signed = Encoding.UTF8.GetBytes($"POSTMART{sendDate}{first.ItemCode}{first.Status:D}");
        var signature = Convert.ToBase64String(_key.Value.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return JsonSerializer.SerializeToUtf8Bytes(new { data = callback.Changes, sendDate, signature }, Wire.CamelCase);
    }

    /// <returns>Whether an answer of success came in time.</returns>
    private async Task<bool> TryAsync(byte[] body, Uri url, SandboxSettings settings, CancellationToken cancellationToken)
    {
        if (!url.IsLoopback)
        {
            return false;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(settings.CallbackTimeoutSeconds));
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
