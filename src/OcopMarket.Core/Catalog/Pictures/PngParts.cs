using System.Buffers.Binary;

namespace OcopMarket.Core.Catalog.Pictures;

/// <summary>A PNG chunk by chunk: what carries or places pixels stays, what anybody may have written beside them goes.</summary>
internal static class PngParts
{
    private const int SignatureLength = 8;
    private const int MaxProfileBytes = 1 << 20;
    private static readonly HashSet<uint> _kept = [.. new[] { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs" }.Select(Name)];
    private static readonly HashSet<uint> _moving = [Name("acTL"), Name("fcTL"), Name("fdAT")];

    public static PictureProblem Keep(ReadOnlySpan<byte> file, List<byte> clean)
    {
        clean.AddRange(file[..SignatureLength]);
        var (at, hasPixels) = (SignatureLength, false);
        for (var parts = 0; at + 12 <= file.Length; parts++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            var name = BinaryPrimitives.ReadUInt32BigEndian(file[(at + 4)..]);
            if (length > file.Length - at - 12)
            {
                return PictureProblem.Cut;
            }

            var chunk = file.Slice(at, (int)length + 12);
            if (Problem(chunk, name, parts) is var problem && problem != PictureProblem.None)
            {
                return problem;
            }

            if (_kept.Contains(name) && (name != Name("iCCP") || length <= MaxProfileBytes))
            {
                clean.AddRange(chunk);
            }

            hasPixels |= name == Name("IDAT");
            at += chunk.Length;
            if (name == Name("IEND"))
            {
                return hasPixels ? PictureProblem.None : PictureProblem.Damaged; // what follows is no part of the picture
            }
        }

        return PictureProblem.Cut;
    }

    private static PictureProblem Problem(ReadOnlySpan<byte> chunk, uint name, int parts)
    {
        if (parts >= PictureFile.MaxParts)
        {
            return PictureProblem.TooManyParts;
        }

        if (_moving.Contains(name))
        {
            return PictureProblem.Animated;
        }

        // A second header would give decoders another size than the one that was looked at.
        var isHeader = name == Name("IHDR");
        return isHeader != (parts == 0) || (isHeader && chunk.Length != 25)
            || Crc32.End(Crc32.Add(Crc32.Start, chunk[4..^4])) != BinaryPrimitives.ReadUInt32BigEndian(chunk[^4..])
            ? PictureProblem.Damaged
            : PictureProblem.None;
    }

    private static uint Name(string name) =>
        (uint)((name[0] << 24) | (name[1] << 16) | (name[2] << 8) | name[3]);
}
