using System.Buffers.Binary;

namespace OcopMarket.Core.Catalog.Pictures;

/// <summary>A JPEG segment by segment: tables, frame and scans stay as they are; of the rest only the colour profile, Adobe's colour mark
/// and, of the camera's notes, which way is up.</summary>
internal static class JpegParts
{
    private const int Start = 2;
    private static readonly byte[] _jfif = [0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 0, 0];

    public static PictureProblem Keep(ReadOnlySpan<byte> file, List<byte> clean)
    {
        clean.AddRange(file[..Start]);
        var (at, frames, scans, orientation) = (Start, 0, 0, ExifOrientation.Upright);
        for (var parts = 0; at + 1 < file.Length; parts++)
        {
            if (parts >= PictureFile.MaxParts)
            {
                return PictureProblem.TooManyParts;
            }

            var marker = file[at + 1];
            if (file[at] != 0xFF)
            {
                return PictureProblem.Damaged;
            }

            if (marker is 0xFF) // a fill byte
            {
                at++;
                continue;
            }

            if (marker is 0xD9)
            {
                clean.AddRange([0xFF, 0xD9]);
                Turn(clean, orientation);
                return frames == 1 && scans > 0 ? PictureProblem.None : PictureProblem.Damaged;
            }

            // A second beginning is a second picture; markers without length belong inside a scan.
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                return marker == 0xD8 ? PictureProblem.Animated : PictureProblem.Damaged;
            }

            if (at + 4 > file.Length || BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]) is var length && at + 2 + length > file.Length)
            {
                return PictureProblem.Cut;
            }

            if (length < 2)
            {
                return PictureProblem.Damaged;
            }

            var segment = file.Slice(at, 2 + length);
            at += segment.Length;
            frames += IsFrame(marker) ? 1 : 0;
            orientation = marker == 0xE1 ? ExifOrientation.Of(segment[4..], orientation) : orientation;
            KeepSegment(segment, clean);
            if (marker == 0xDA)
            {
                scans++;
                var end = at + ScanLength(file[at..]);
                clean.AddRange(file[at..end]);
                at = end;
            }

            if (frames > 1)
            {
                return PictureProblem.Animated;
            }
        }

        return PictureProblem.Cut;
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static void KeepSegment(ReadOnlySpan<byte> segment, List<byte> clean)
    {
        switch (segment[1])
        {
            case 0xE0 when segment.Length >= 16 && segment[4..].StartsWith("JFIF\0"u8):
                clean.AddRange(_jfif.AsSpan(0, 9)); // its version and density, without the small picture it may carry
                clean.AddRange(segment[9..16]);
                clean.AddRange([0, 0]);
                break;
            case 0xE2 when segment[4..].StartsWith("ICC_PROFILE\0"u8):
            case 0xEE when segment[4..].StartsWith("Adobe"u8):
            case (>= 0xC0 and <= 0xCF) or 0xDA or 0xDB or 0xDD:
                clean.AddRange(segment);
                break;
        }
    }

    /// <summary>Until a marker that is neither a stuffed byte nor a restart.</summary>
    private static int ScanLength(ReadOnlySpan<byte> data)
    {
        var at = 0;
        while (at < data.Length)
        {
            var next = data[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= data.Length)
            {
                return data.Length;
            }

            at += next;
            if (data[at + 1] is not (0x00 or (>= 0xD0 and <= 0xD7)))
            {
                return at;
            }

            at += 2;
        }

        return data.Length;
    }

    /// <summary>The note goes where the camera's notes stand: behind the JFIF segment if there is one.</summary>
    private static void Turn(List<byte> clean, ushort orientation)
    {
        if (orientation != ExifOrientation.Upright)
        {
            var at = clean.Count > Start + _jfif.Length && clean[Start + 1] == 0xE0 ? Start + _jfif.Length : Start;
            clean.InsertRange(at, ExifOrientation.Segment(orientation));
        }
    }
}
