using System.Collections.Concurrent;
using OcopMarket.Core.Catalog;
using OcopMarket.Data.Catalog;
using OcopMarket.Sources.Fetching;

namespace OcopMarket.Worker.Jobs;

/// <summary>The pictures of one run: those beside the list are read there; those named by address are fetched once each, within the run's
/// quota. A fetched picture is kept until the run ends, so that what was looked at is what is stored, whatever the server says next.</summary>
public sealed class RunPictures(SafeFetch fetch, string sourceFile) : IDisposable
{
    private readonly ReadImage _beside = PullSourceImages.Beside(sourceFile);
    private readonly ConcurrentDictionary<string, Fetched> _fetched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _one = new(1);
    private FileStream? _kept;
    private long _bytes;
    private int _count;

    /// <inheritdoc cref="ReadImage"/>
    public async Task<MediaBytes?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!path.Contains("://", StringComparison.Ordinal))
        {
            return await _beside(path, cancellationToken);
        }

        if (!_fetched.TryGetValue(path, out var picture))
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                picture = _fetched.TryGetValue(path, out var now) ? now : _fetched[path] = await FetchAsync(path, cancellationToken);
            }
            finally
            {
                _one.Release();
            }
        }

        return picture.Refusal is { } refusal
            ? new MediaBytes(default) { Refusal = refusal }
            : new(await ReadKeptAsync(picture, cancellationToken));
    }

    public void Dispose()
    {
        _kept?.Dispose();
        _one.Dispose();
    }

    private async Task<Fetched> FetchAsync(string address, CancellationToken cancellationToken)
    {
        var host = Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.IdnHost : "";
        var failures = _failures.GetValueOrDefault(host);
        try
        {
            Require(failures);
            _count++;
            var bytes = await fetch.GetAsync(address, cancellationToken);
            _failures[host] = 0;
            return await KeepAsync(bytes, cancellationToken);
        }
        catch (FetchException refusal)
        {
            _failures[host] = failures + (refusal.Code is "fetch_no_answer" or "fetch_too_slow" ? 1 : 0);
            return new(0, 0, new(refusal.Code, refusal.MessageVi, refusal.MessageEn));
        }
    }

    private void Require(int failures)
    {
        if (_count >= fetch.Options.PicturesPerRun || _bytes >= fetch.Options.BytesPerRun)
        {
            throw FetchException.Quota();
        }

        if (failures >= fetch.Options.FailuresPerHost)
        {
            throw FetchException.HostFailing();
        }
    }

    /// <summary>One file without a name: it goes when the process goes, however that ends.</summary>
    private async Task<Fetched> KeepAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        if (_kept is null)
        {
            var file = Path.GetTempFileName();
            _kept = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1);
            File.Delete(file);
        }

        var at = _bytes;
        await RandomAccess.WriteAsync(_kept.SafeFileHandle, bytes, at, cancellationToken);
        _bytes += bytes.Length;
        return new(at, bytes.Length, null);
    }

    private async Task<byte[]> ReadKeptAsync(Fetched picture, CancellationToken cancellationToken)
    {
        var bytes = new byte[picture.Length];
        for (var read = 0; read < bytes.Length;)
        {
            var more = await RandomAccess.ReadAsync(_kept!.SafeFileHandle, bytes.AsMemory(read), picture.At + read, cancellationToken);
            read += more > 0 ? more : throw new EndOfStreamException();
        }

        return bytes;
    }

    private sealed record Fetched(long At, int Length, MediaRefusal? Refusal);
}
