using System.Security.Cryptography;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Catalog.Pictures;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>Reads a picture that lies beside the source or behind an address; null when it is not there.</summary>
/// <param name="path">As the row states it: relative to the source's file, or an address.</param>
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
                look = Look.At(read is null ? null : await read(path, cancellationToken)) with { Clean = null };
                _looks.Add(path, look);
            }

            pictures.Add(new(path, look.Sha256));
            if (look.Sha256 is null)
            {
                Warnings.Add(Warning(record, path, look));
            }
        }

        return pictures;
    }

    /// <summary>Bytes of a picture looked at before, read again: a page's pictures are never all in memory. Null when it has changed since.</summary>
    public async Task<(ImageHeader Header, byte[] Bytes)?> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        var (path, look) = _looks.First(l => l.Value.Sha256 == sha256);
        var bytes = read is null ? null : await read(path, cancellationToken);
        return bytes is not null && Look.At(bytes) is { Clean: { } clean } now && now.Sha256 == sha256 ? (look.Header, clean) : null;
    }

    private static RejectedRow Warning(SourceRecord record, string whole, Look look) => Warning(record, whole.Length <= 80 ? whole : whole[..79] + "…", look, look.Problem);

    private static RejectedRow Warning(SourceRecord record, string path, Look look, Problem problem) => problem switch
    {
        Problem.NotFetched => new(
            record.Position, "Images", look.Refusal!.Code, $"Không tải được ảnh {path}: {look.Refusal.WhyVi}; hãy sửa địa chỉ hoặc đặt ảnh cạnh tệp nguồn.",
            $"Picture {path} was not fetched: {look.Refusal.WhyEn}; correct the address or put the picture beside the source file.", record.Raw),
        Problem.NotFound => new(
            record.Position, "Images", "image_not_found", $"Không thấy ảnh {path}; hãy đặt ảnh cạnh tệp nguồn rồi lấy lại.",
            $"Picture {path} is not there; put it beside the source file and pull again.", record.Raw),
        Problem.TooLarge => new(
            record.Position, "Images", "image_too_large", $"Ảnh {path} lớn hơn 20 MB; hãy thu nhỏ rồi lấy lại.",
            $"Picture {path} is larger than 20 MB; make it smaller and pull again.", record.Raw),
        Problem.TooManyPixels => new(
            record.Position, "Images", "image_too_many_pixels", $"Ảnh {path} quá lớn (hơn 20.000 điểm một cạnh hoặc 50 triệu điểm); hãy thu nhỏ rồi lấy lại.",
            $"Picture {path} has more than 20,000 pixels a side or 50 million in all; make it smaller and pull again.", record.Raw),
        Problem.Animated => new(
            record.Position, "Images", "image_animated", $"Ảnh {path} là ảnh động hoặc chứa nhiều ảnh; hãy lưu thành một ảnh tĩnh rồi lấy lại.",
            $"Picture {path} moves or holds several pictures; save it as a single still picture and pull again.", record.Raw),
        Problem.Cut => new(
            record.Position, "Images", "image_cut", $"Ảnh {path} bị cắt cụt; hãy chép lại cả tệp rồi lấy lại.",
            $"Picture {path} breaks off; copy the whole file again and pull again.", record.Raw),
        _ => new(
            record.Position, "Images", "image_unreadable", $"Tệp {path} không phải ảnh JPEG hoặc PNG đọc được; hãy thay ảnh rồi lấy lại.",
            $"File {path} is no readable JPEG or PNG; replace it and pull again.", record.Raw),
    };

    private enum Problem { None, NotFound, NotFetched, TooLarge, TooManyPixels, Animated, Cut, Unreadable }

    private static Problem Of(PictureProblem problem) => problem switch
    {
        PictureProblem.TooManyPixels => Problem.TooManyPixels,
        PictureProblem.Animated => Problem.Animated,
        PictureProblem.Cut => Problem.Cut,
        _ => Problem.Unreadable,
    };

    private readonly record struct Look(string? Sha256, ImageHeader Header, Problem Problem)
    {
        public MediaRefusal? Refusal { get; private init; }

        /// <summary>What is stored; not kept beyond the look, a page's pictures are never all in memory.</summary>
        public byte[]? Clean { get; init; }

        public static Look At(MediaBytes? media)
        {
            if (media is null)
            {
                return new(null, default, Problem.NotFound);
            }

            if (media.Refusal is { } refusal)
            {
                return new(null, default, Problem.NotFetched) { Refusal = refusal };
            }

            if (media.Bytes.Length > MaxBytes)
            {
                return new(null, default, Problem.TooLarge);
            }

            return PictureFile.Clean(media.Bytes.Span, out var problem) is { } picture
                ? new(Convert.ToHexStringLower(SHA256.HashData(picture.Bytes)), picture.Header, Problem.None) { Clean = picture.Bytes }
                : new(null, default, Of(problem));
        }
    }
}
