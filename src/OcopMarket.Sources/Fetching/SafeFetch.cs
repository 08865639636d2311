using System.Buffers;
using System.Net;
using Microsoft.Extensions.Options;
using OcopMarket.Core;

namespace OcopMarket.Sources.Fetching;

/// <summary>Fetches what an address in somebody's list names, and nothing that lies behind our own walls: https on its usual port, public
/// addresses only, looked at when the connection is made and connected to as looked at, each redirect anew, within bytes and a time. What
/// comes back is bytes; what they are, their content says, never a header.</summary>
/// <remarks>Not for the marketplaces' own hosts, which an operator names in the settings.</remarks>
public sealed class SafeFetch : IDisposable
{
    private const int MaxRedirects = 3;
    private readonly FetchOptions _options;
    private readonly FetchLine _line;
    private readonly string[] _httpHosts;
    private readonly HttpMessageInvoker _http;

    public SafeFetch(IOptions<FetchOptions> options)
        : this(options.Value, new FetchLine())
    {
    }

    internal SafeFetch(FetchOptions options, FetchLine line)
    {
        _options = options;
        _line = line;
        _httpHosts = options.HttpHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            SslOptions = { RemoteCertificateValidationCallback = line.Trust },
        });
    }

    /// <summary>Bounds that callers need for their own counting.</summary>
    public FetchOptions Options => _options;

    /// <returns>The whole answer, at most <see cref="FetchOptions.MaxBytes"/>.</returns>
    /// <exception cref="FetchException">Refused, failed, too large or too slow. Cancellation stays cancellation.</exception>
    public async Task<byte[]> GetAsync(string address, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Deadline);
        try
        {
            return await FollowAsync(Allowed(null, address), deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw FetchException.TooLong(e);
        }
        catch (HttpRequestException e) when (e.InnerException is FetchException refusal)
        {
            throw refusal;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw FetchException.NoAnswer(e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> FollowAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("image/jpeg, image/png, */*;q=0.1");
            request.Headers.UserAgent.ParseAdd("OcopMarket");
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return response.StatusCode == HttpStatusCode.OK
                    ? await ReadAsync(response.Content, cancellationToken)
                    : throw FetchException.Status((int)response.StatusCode);
            }

            address = Allowed(address, Location(response));
        }

        throw FetchException.Redirects();
    }

    private static string Location(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Location", out var values) && values.ToArray() is [{ Length: > 0 } one]
            ? one
            : throw FetchException.Status((int)response.StatusCode);

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > _options.MaxBytes)
        {
            throw FetchException.TooLarge(_options.MaxBytes);
        }

        await using var source = await content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            for (int read; (read = await source.ReadAsync(chunk, cancellationToken)) > 0;)
            {
                if (bytes.Length + read > _options.MaxBytes)
                {
                    throw FetchException.TooLarge(_options.MaxBytes);
                }

                await bytes.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return bytes.ToArray();
    }

    /// <summary>What can be said of an address before its name is looked up. The look-up itself belongs to the connection.</summary>
    /// <param name="from">Where a redirect comes from; null: the first address.</param>
    private Uri Allowed(Uri? from, string text)
    {
        var isAddress = from is null ? Uri.TryCreate(text, UriKind.Absolute, out var address) : Uri.TryCreate(from, text, out address);
        if (!isAddress || address is null || text.Length > 2_000 || address.UserInfo.Length > 0 || !address.IsDefaultPort
            || !IsScheme(from, address))
        {
            throw FetchException.BadAddress();
        }

        return PublicAddress.MayBe(address.IdnHost) ? address : throw FetchException.NotPublic();
    }

    private bool IsScheme(Uri? from, Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        || (address.Scheme == Uri.UriSchemeHttp && from?.Scheme != Uri.UriSchemeHttps
            && _httpHosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase));

    /// <summary>One look-up for one connection: what was looked at is what is dialled, so that a name which answers otherwise the next time
    /// gains nothing. One private address among several refuses the name.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await LookUpAsync(host, cancellationToken);
        if (addresses.Length == 0 || port is not (443 or 80) || !Array.TrueForAll(addresses, PublicAddress.Is))
        {
            throw FetchException.NotPublic();
        }

        Exception? last = null;
        foreach (var address in addresses.OrderBy(a => a.AddressFamily))
        {
            try
            {
                return await _line.DialAsync(new(address, port), cancellationToken);
            }
            catch (System.Net.Sockets.SocketException e)
            {
                last = e;
            }
        }

        throw FetchException.NoAnswer(last!);
    }

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await _line.ResolveAsync(host, cancellationToken);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw FetchException.NoAnswer(e);
        }
    }
}
