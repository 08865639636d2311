using System.Buffers.Binary;

namespace OcopMarket.Sandbox.Common;

/// <param name="Extension">jpg or png.</param>
internal sealed record ImageSize(string Extension, int Width, int Height);

/// <summary>Reads kind and size of a picture from its first bytes; the pixels are not looked at.</summary>
internal static class ImageHeader
{
    private static ReadOnlySpan<byte> PngMagic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <returns>Null when it is neither a JPEG nor a PNG.</returns>
    public static ImageSize? Read(ReadOnlySpan<byte> file) =>
        file.StartsWith(PngMagic) ? Png(file) : file.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? Jpeg(file) : null;

    private static ImageSize? Png(ReadOnlySpan<byte> file) =>
        file.Length >= 33 && file[12..16].SequenceEqual("IHDR"u8)
            ? new ImageSize("png", BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]))
            : null;

    /// <summary>Walks the segments to the first start-of-frame, which carries height and width.</summary>
    private static ImageSize? Jpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 9 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new ImageSize(
                    "jpg", BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }

            at += marker is 0xFF ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }
}
