namespace OcopMarket.Core.Catalog.Pictures;

/// <summary>Why a file is not taken as a picture.</summary>
public enum PictureProblem { None, NotAPicture, Cut, Damaged, TooManyPixels, Animated, TooManyParts }

/// <summary>A picture as it may be stored and sent: walked through from its first part to its last without being decoded, with what tells of
/// the person or the place left out.</summary>
/// <param name="Bytes">The same pixels in the same code; only parts that a viewer needs.</param>
/// <remarks>Nothing is decoded here, so a picture that would fill a memory cannot, and no decoder's mistake is ours. What a decoder elsewhere
/// has to bear is bounded by the sides and their product.</remarks>
public sealed record PictureFile(ImageHeader Header, byte[] Bytes)
{
    /// <summary>Longest side, pixels.</summary>
    public const int MaxSide = 20_000;

    /// <summary>Width times height: as pixels in a memory about 200 MB.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>Segments or chunks of one file.</summary>
    internal const int MaxParts = 10_000;

    /// <returns>Null together with the problem; the first bytes say what it is, never its name.</returns>
    public static PictureFile? Clean(ReadOnlySpan<byte> file, out PictureProblem problem)
    {
        if (!ImageHeader.TryRead(file, out var header))
        {
            problem = IsMarked(file) ? PictureProblem.Cut : PictureProblem.NotAPicture;
            return null;
        }

        if (header.Width > MaxSide || header.Height > MaxSide || (long)header.Width * header.Height > MaxPixels)
        {
            problem = PictureProblem.TooManyPixels;
            return null;
        }

        var clean = new List<byte>(file.Length);
        problem = header.ContentType == "image/png" ? PngParts.Keep(file, clean) : JpegParts.Keep(file, clean);
        return problem == PictureProblem.None ? new(header, [.. clean]) : null;
    }

    private static bool IsMarked(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]);
}
