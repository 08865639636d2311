using System.Security.Cryptography;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>Pictures by address: downloaded within the call, each time anew. From this machine's own addresses only.</summary>
internal sealed class WooCommercePictures(WooCommercePlatform platform) : IDisposable
{
    private const int MaxBytes = 10 << 20;
    private const int AtOnce = 8;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>What lies at the addresses that a body names.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> FetchAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var items = Peek.List(body, "create").Concat(Peek.List(body, "update")).Append(body);
        var addresses = items.SelectMany(i => new WooInput(i).Images ?? []).Select(p => p.Source).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var found = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var some in addresses.Chunk(AtOnce))
        {
            var hashes = await Task.WhenAll(some.Select(a => HashAsync(a, cancellationToken)));
            foreach (var (address, hash) in some.Zip(hashes))
            {
                found[address] = hash;
            }
        }

        return found;
    }

    /// <summary>The pictures of a product, taken into the library where they are new.</summary>
    /// <param name="images">Null: the call names none.</param>
    public WooError? Take(WooShop shop, WooInput input, CallRequest request, out IReadOnlyList<long>? images)
    {
        images = null;
        if (input.Images is not { } pictures)
        {
            return null;
        }

        foreach (var picture in pictures)
        {
            if (Fault(shop, picture, request) is { } fault)
            {
                return fault;
            }
        }

        images = [.. pictures.Select(p => p.Id is > 0 and { } id ? id : Keep(shop, p, request))];
        return null;
    }

    public void Dispose() => _http.Dispose();

    private WooError? Fault(WooShop shop, WooPicture picture, CallRequest request)
    {
        if (picture.Id is > 0 and { } id)
        {
            return platform.State.Images.Find(WooCommerceState.IdText(id))?.Shop == shop.Slug
                ? null
                : new WooError(400, "woocommerce_product_invalid_image_id", $"#{id} is an invalid image ID.");
        }

        var isUsable = IsAddress(picture.Source) && (request.Fetched is null || request.Fetched.GetValueOrDefault(picture.Source!) is not null);
        return isUsable
            ? null
            : new WooError(
                400, "woocommerce_product_image_upload_error",
                $"Error getting remote image {picture.Source}. Error: A valid URL was not provided.");
    }

    private long Keep(WooShop shop, WooPicture picture, CallRequest request)
    {
        var source = picture.Source!;
        var image = new WooImage(
            platform.State.NextPost, shop.Slug, source, picture.Alt ?? "", request.Fetched?.GetValueOrDefault(source) ?? Chance.Fingerprint(source));
        return platform.State.Images.Put(image).Id;
    }

    private static bool IsAddress(string? source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.IsLoopback;

    /// <returns>Null: not fetched, or not a JPEG or PNG.</returns>
    private async Task<string?> HashAsync(string address, CancellationToken cancellationToken)
    {
        if (!IsAddress(address))
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await _http.SendAsync(request, deadline.Token);
            await response.Content.LoadIntoBufferAsync(MaxBytes, deadline.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.IsSuccessStatusCode && ImageHeader.Read(bytes) is not null ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
