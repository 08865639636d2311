using System.Security.Cryptography;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>Fetches the sellers' pictures from their addresses (loopback only): three tries, then the product is
/// refused.</summary>
internal sealed class VosoPictures(VosoPlatform platform) : IDisposable
{
    private const int MaxBytes = 10 << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public async Task FetchDueAsync(CancellationToken cancellationToken)
    {
        List<VosoProduct> due;
        lock (platform.Gate)
        {
            due = [.. platform.State.Unfetched.Where(p => p.NextFetchAt <= platform.Now).Take(16)];
        }

        await Task.WhenAll(due.Select(p => FetchAsync(p, cancellationToken)));
    }

    public void Dispose() => _http.Dispose();

    private async Task FetchAsync(VosoProduct product, CancellationToken cancellationToken)
    {
        var fetched = new List<string>();
        var unfetched = new List<string>();
        foreach (var url in product.Content.ImageUrls)
        {
            if (await HashAsync(url, cancellationToken) is { } hash)
            {
                fetched.Add(hash);
            }
            else
            {
                unfetched.Add(url);
            }
        }

        lock (platform.Gate)
        {
            Note(product, fetched, unfetched);
            platform.Store.Commit();
        }
    }

    private void Note(VosoProduct asked, List<string> fetched, List<string> unfetched)
    {
        var product = platform.State.Product(asked.ProductId);
        if (product is null || product.Submission != asked.Submission || product.NextFetchAt is null)
        {
            return;
        }

        var tries = product.FetchTries + 1;
        var moments = platform.Settings.ImageTrySeconds;
        DateTimeOffset? next = unfetched.Count > 0 && tries < moments.Count
            ? product.SubmittedAt!.Value.AddSeconds(moments[tries])
            : null;
        platform.State.Products.Put(product with
        {
            FetchTries = tries,
            NextFetchAt = next,
            Fetched = fetched,
            Unfetched = next is null ? unfetched : []
        });
    }

    /// <returns>Null: not fetched, or not a JPEG or PNG.</returns>
    private async Task<string?> HashAsync(string address, CancellationToken cancellationToken)
    {
        var url = new Uri(address);
        if (!url.IsLoopback)
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await _http.SendAsync(request, deadline.Token);
            await response.Content.LoadIntoBufferAsync(MaxBytes, deadline.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.IsSuccessStatusCode && ImageHeader.Read(bytes) is not null
                ? Convert.ToHexStringLower(SHA256.HashData(bytes))
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
