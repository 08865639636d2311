using System.Buffers.Binary;

namespace OcopMarket.Core.Catalog;

/// <summary>Type and size of a picture from its first bytes; nothing is decoded, so a picture that would fill the memory cannot.</summary>
/// <param name="ContentType">image/jpeg or image/png.</param>
public readonly record struct ImageHeader(string ContentType, int Width, int Height)
{
    /// <summary>False for anything that is neither a JPEG nor a PNG with a readable size, whatever its name says.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ImageHeader header)
    {
        header = default;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return TryReadPng(bytes, out header);
        }

        return bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) && TryReadJpeg(bytes, out header);
    }

    private static bool TryReadPng(ReadOnlySpan<byte> bytes, out ImageHeader header)
    {
        header = default;
        if (bytes.Length < 24 || !bytes[12..16].SequenceEqual("IHDR"u8))
        {
            return false;
        }

        var width = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            return false;
        }

        header = new("image/png", (int)width, (int)height);
        return true;
    }

    /// <summary>Walks the segments to the frame header (SOF0-SOF15, without DHT, JPG and DAC).</summary>
    private static bool TryReadJpeg(ReadOnlySpan<byte> bytes, out ImageHeader header)
    {
        header = default;
        var at = 2;
        while (at + 4 <= bytes.Length && bytes[at] == 0xFF)
        {
            var marker = bytes[at + 1];
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += marker == 0xFF ? 1 : 2;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return TryReadFrame(bytes[at..], out header);
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (marker is 0xD9 or 0xDA || length < 2)
            {
                return false;
            }

            at += 2 + length;
        }

        return false;
    }

    private static bool TryReadFrame(ReadOnlySpan<byte> frame, out ImageHeader header)
    {
        header = default;
        if (frame.Length < 9)
        {
            return false;
        }

        var height = BinaryPrimitives.ReadUInt16BigEndian(frame[5..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(frame[7..]);
        header = new("image/jpeg", width, height);
        return width > 0 && height > 0;
    }
}
