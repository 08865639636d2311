using System.Security.Cryptography;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>Reads a picture that lies beside the source; null when it is not there.</summary>
/// <param name="path">As the row states it, relative to the source's file.</param>
public delegate Task<MediaBytes?> ReadImage(string path, CancellationToken cancellationToken);

/// <param name="Path">As the row names it.</param>
/// <param name="Sha256">Null when it cannot be read.</param>
internal readonly record struct Picture(string Path, string? Sha256);

/// <summary>The pictures of one page: looked at once each, by content. A picture that is missing or none of ours is a warning beside the
/// row; the product enters.</summary>
internal sealed class SourceImages(ReadImage? read)
{
    public const int MaxBytes = 20 * 1024 * 1024;
    private readonly Dictionary<string, Look> _looks = new(StringComparer.Ordinal);

    public List<RejectedRow> Warnings { get; } = [];

    /// <summary>The pictures that a row names, in its order.</summary>
    public async Task<IReadOnlyList<Picture>> LookAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        var pictures = new List<Picture>(record.Offer.Images.Count);
        foreach (var path in record.Offer.Images.Distinct(StringComparer.Ordinal))
        {
            if (!_looks.TryGetValue(path, out var look))
            {
                look = Look.At(read is null ? null : await read(path, cancellationToken));
                _looks.Add(path, look);
            }

            pictures.Add(new(path, look.Sha256));
            if (look.Sha256 is null)
            {
                Warnings.Add(Warning(record, path, look.Problem));
            }
        }

        return pictures;
    }

    /// <summary>Bytes of a picture looked at before, read again: a page's pictures are never all in memory. Null when it has changed since.</summary>
    public async Task<(ImageHeader Header, byte[] Bytes)?> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        var (path, look) = _looks.First(l => l.Value.Sha256 == sha256);
        var bytes = read is null ? null : await read(path, cancellationToken);
        return bytes is not null && Look.At(bytes).Sha256 == sha256 ? (look.Header, bytes.Bytes.ToArray()) : null;
    }

    private static RejectedRow Warning(SourceRecord record, string path, Problem problem) => problem switch
    {
        Problem.NotFound => new(
            record.Position, "Images", "image_not_found", $"Không thấy ảnh {path}; hãy đặt ảnh cạnh tệp nguồn rồi lấy lại.",
            $"Picture {path} is not there; put it beside the source file and pull again.", record.Raw),
        Problem.TooLarge => new(
            record.Position, "Images", "image_too_large", $"Ảnh {path} lớn hơn 20 MB; hãy thu nhỏ rồi lấy lại.",
            $"Picture {path} is larger than 20 MB; make it smaller and pull again.", record.Raw),
        _ => new(
            record.Position, "Images", "image_unreadable", $"Tệp {path} không phải ảnh JPEG hoặc PNG đọc được; hãy thay ảnh rồi lấy lại.",
            $"File {path} is no readable JPEG or PNG; replace it and pull again.", record.Raw),
    };

    private enum Problem { None, NotFound, TooLarge, Unreadable }

    private readonly record struct Look(string? Sha256, ImageHeader Header, Problem Problem)
    {
        public static Look At(MediaBytes? media)
        {
            if (media is null)
            {
                return new(null, default, Problem.NotFound);
            }

            if (media.Bytes.Length > MaxBytes)
            {
                return new(null, default, Problem.TooLarge);
            }

            return ImageHeader.TryRead(media.Bytes.Span, out var header)
                ? new(Convert.ToHexStringLower(SHA256.HashData(media.Bytes.Span)), header, Problem.None)
                : new(null, default, Problem.Unreadable);
        }
    }
}
