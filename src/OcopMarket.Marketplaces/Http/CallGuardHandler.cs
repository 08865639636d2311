using System.Buffers;
using System.Net;

namespace OcopMarket.Marketplaces.Http;

/// <summary>Innermost of our handlers: the deadline, the bound on the answer's bytes, and the one thing that a client cannot see later,
/// whether the request had begun to leave.</summary>
internal sealed class CallGuardHandler(Func<ConnectionOptions> options) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var limits = options();
        var watched = request.Content is { } content ? new WatchedContent(content, SendWindow.Current) : null;
        request.Content = watched;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.CallTimeout);
        try
        {
            var response = await base.SendAsync(request, deadline.Token);
            response.Content = await BoundAsync(response.Content, limits.MaxResponseBytes, deadline.Token);
            return response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            throw new CallBrokenException(watched?.Started ?? false, "timeout", $"No answer within {limits.CallTimeout.TotalSeconds:0.#} s.", e);
        }
        catch (Exception e) when (watched is { Refused: true })
        {
            throw new CallBrokenException(false, "too_late", "The right to send had ended before the request could leave.", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException refused)
        {
            throw new CallBrokenException(false, CallBrokenException.AddressRefused, refused.Message, e);
        }
        catch (HttpRequestException e) when (NeverSent(e))
        {
            throw new CallBrokenException(false, "connect_failed", $"No connection ({e.HttpRequestError}).", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CallBrokenException(watched?.Started ?? false, "cut", "The answer was cut off.", e);
        }
    }

    private static bool NeverSent(HttpRequestException error) => error.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;

    private static async Task<HttpContent> BoundAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        await using var source = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int read; (read = await source.ReadAsync(chunk, cancellationToken)) > 0;)
            {
                if (bytes.Length + read > limit)
                {
                    throw new CallBrokenException(true, "too_large", $"The answer is longer than {limit} bytes.", null);
                }

                await bytes.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        var bound = new ByteArrayContent(bytes.ToArray());
        foreach (var header in content.Headers.Where(h => h.Key is "Content-Type"))
        {
            bound.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return bound;
    }

    /// <summary>Knows whether the body has begun to leave: by then there was a connection and the platform may act on it.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly SendWindow? _window;
        private volatile bool _started;

        public WatchedContent(HttpContent inner, SendWindow? window)
        {
            _inner = inner;
            _window = window;
            foreach (var header in inner.Headers)
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        public bool Started => _started;
        public bool Refused { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // Headers without their body are no request: nothing has been asked of the platform yet.
            if (_window is { IsOver: true })
            {
                Refused = true;
                throw new InvalidOperationException("The send window is over.");
            }

            _started = true;
            return _inner.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
