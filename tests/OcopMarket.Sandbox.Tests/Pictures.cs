using System.Buffers.Binary;

namespace OcopMarket.Sandbox.Tests;

/// <summary>Files with true headers and no pixels; the mark makes two of one size differ.</summary>
internal static class Pictures
{
    public static byte[] Png(int width, int height, byte mark = 0)
    {
        var file = new byte[64];
        byte[] head = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8];
        head.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        file[^1] = mark;
        return file;
    }

    public static byte[] Jpeg(int width, int height)
    {
        byte[] file = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0, 0xFF, 0xD9];
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(13), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(15), (ushort)width);
        return file;
    }
}
