using System.Buffers.Binary;
using System.Text;
using CsCheck;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Catalog.Pictures;
using OcopMarket.Core.Tests.Codebase;

namespace OcopMarket.Core.Tests.Catalog;

/// <summary>S25 and S35: what a file is, its bytes say; what it may cost, its first bytes say; what it tells of its maker is left out.</summary>
public sealed class PictureFileTests
{
    private static readonly byte[] Home = Encoding.ASCII.GetBytes("GPS 9.9347N 106.3453E, chu nha Nguyen Van A");

    /// <summary>A true picture of the sample.</summary>
    private static readonly byte[] Photo =
        File.ReadAllBytes(Path.Combine(SourceTree.Root, "config", "samples", "tra-vinh", "images", "03.jpg"));

    public static TheoryData<int, int> TooLarge => new()
    {
        { 60_000, 60_000 },
        { 1, 500_000_000 },
        { 500_000_000, 1 },
        { 1, 20_001 },
        { 10_000, 5_001 },
        { int.MaxValue, int.MaxValue },
    };

    public static TheoryData<string> NoPictures =>
    [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        "<?xml version=\"1.0\"?><svg/>",
        "<html><script>alert(1)</script></html>",
        "GIF89a\u0001\0\u0001\0\0\0\0;",
        "%PDF-1.7",
        "BM",
        "RIFF\0\0\0\0WEBPVP8 ",
        "#define x_width 1",
        "",
    ];

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void Sides_and_their_product_have_a_bound(int width, int height)
    {
        Assert.Null(PictureFile.Clean(Png(width, height), out var problem));
        Assert.Equal(PictureProblem.TooManyPixels, problem);
        if (width <= ushort.MaxValue && height <= ushort.MaxValue)
        {
            Assert.Null(PictureFile.Clean(Jpeg(width, height), out problem));
            Assert.Equal(PictureProblem.TooManyPixels, problem);
        }
    }

    [Theory]
    [MemberData(nameof(NoPictures))]
    public void What_is_no_JPEG_or_PNG_is_refused_whatever_it_is_called(string content)
    {
        Assert.Null(PictureFile.Clean(Encoding.Latin1.GetBytes(content), out var problem));
        Assert.Equal(PictureProblem.NotAPicture, problem);
    }

    [Fact]
    public void A_good_picture_stays_byte_for_byte()
    {
        Assert.Equal(Photo, Clean(Photo));
        Assert.Equal(Png(600, 400), Clean(Png(600, 400)));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "config", "samples", "tra-vinh", "images"), "*.jpg"))
        {
            Assert.Equal(File.ReadAllBytes(file), Clean(File.ReadAllBytes(file)));
        }
    }

    [Fact]
    public void A_camera_s_notes_go_and_every_pixel_stays()
    {
        byte[][] notes =
        [
            Segment(0xE1, [.. "Exif\0\0MM\0*\0\0\0\b"u8, 0, 0, .. Home]),
            Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Home]),
            Segment(0xE0, [.. "JFXX\0"u8, .. Home]),
            Segment(0xE2, [.. "MPF\0"u8, .. Home]),
            Segment(0xED, [.. "Photoshop 3.0\0"u8, .. Home]),
            Segment(0xFE, Home),
            Segment(0xEF, Home),
            Segment(0xEE, Home),
        ];
        foreach (var note in notes)
        {
            Assert.Equal(Photo, Clean([.. Photo[..2], .. note, .. Photo[2..]]));
            Assert.Equal(Photo, Clean([.. Photo[..20], .. note, .. Photo[20..]]));
            Assert.Equal(Photo, Clean([.. Photo[..20], .. note, .. Photo[20..], .. Photo, .. Home]));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Which_way_is_up_is_kept_and_nothing_else_of_the_notes(bool little)
    {
        byte[] tiff = little
            ? [.. "II*\0\b\0\0\0"u8, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, .. Home]
            : [.. "MM\0*\0\0\0\b"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, .. Home];
        var turned = Clean([.. Photo[..2], .. Segment(0xE1, [.. "Exif\0\0"u8, .. tiff]), .. Photo[2..]]);

        byte[] kept = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\b"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        Assert.Equal([.. Photo[..20], .. kept, .. Photo[20..]], turned);
        Assert.Equal(turned, Clean(turned));
        Assert.Equal(-1, turned.AsSpan().IndexOf(Home));
    }

    [Fact]
    public void A_small_picture_inside_the_JFIF_segment_goes_and_a_colour_profile_stays()
    {
        byte[] jfif = Segment(0xE0, [.. Photo[6..18], 2, 1, 9, 9, 9, 8, 8, 8]);
        Assert.Equal(Photo, Clean([.. Photo[..2], .. jfif, .. Photo[20..]]));

        byte[] colours = [.. Photo[..20], .. Segment(0xE2, [.. "ICC_PROFILE\0\u0001\u0001"u8, 1, 2, 3]), .. Segment(0xEE, [.. "Adobe\0d\0\0\0\0\0"u8]), .. Photo[20..]];
        Assert.Equal(colours, Clean(colours));
    }

    [Fact]
    public void Text_beside_a_PNG_s_pixels_goes_with_everything_behind_its_end()
    {
        var plain = Png(600, 400);
        foreach (var name in new[] { "tEXt", "zTXt", "iTXt", "eXIf", "tIME", "prVt" })
        {
            Assert.Equal(plain, Clean([.. plain[..33], .. Chunk(name, Home), .. plain[33..], .. "<script>alert(1)</script>"u8]));
        }
    }

    [Fact]
    public void A_picture_that_moves_or_is_several_is_refused()
    {
        var plain = Png(600, 400);
        Assert.Equal(PictureProblem.Animated, Problem([.. plain[..33], .. Chunk("acTL", new byte[8]), .. plain[33..]]));
        Assert.Equal(PictureProblem.Animated, Problem([.. Photo[..2], .. Segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]), .. Photo[2..]]));
        Assert.Equal(PictureProblem.Damaged, Problem([.. plain[..33], .. plain[8..33], .. plain[33..]]));
    }

    [Fact]
    public void Parts_without_end_are_refused()
    {
        var plain = Png(600, 400);
        Assert.Equal(PictureProblem.TooManyParts, Problem(
            [.. plain[..33], .. Enumerable.Repeat(Chunk("IDAT", []), 20_000).SelectMany(c => c), .. plain[33..]]));
        Assert.Equal(PictureProblem.TooManyParts, Problem(
            [.. Photo[..2], .. Enumerable.Repeat(Segment(0xFE, []), 20_000).SelectMany(s => s), .. Photo[2..]]));
    }

    [Fact]
    public void A_picture_that_is_cut_anywhere_is_refused()
    {
        var plain = Png(600, 400);
        Assert.All(Enumerable.Range(0, plain.Length), n => Assert.Null(PictureFile.Clean(plain.AsSpan(0, n), out _)));
        Assert.All(Enumerable.Range(0, 700), n => Assert.Null(PictureFile.Clean(Photo.AsSpan(0, n), out _)));
        Assert.Equal(PictureProblem.Cut, Problem(Photo[..^2]));
        Assert.Equal(PictureProblem.Cut, Problem(Photo[..(Photo.Length / 2)]));
    }

    [Fact]
    public void A_changed_chunk_is_noticed()
    {
        var broken = Png(600, 400);
        broken[45] ^= 1;
        Assert.Equal(PictureProblem.Damaged, Problem(broken));
    }

    [Fact]
    public void Any_change_of_a_picture_ends_in_an_answer_and_a_clean_one_stays_clean() =>
        Gen.Select(Gen.Int[0, Photo.Length - 1], Gen.Byte.Array[1, 8], Gen.Bool).Sample((at, bytes, isPng) =>
        {
            byte[] file = isPng ? Png(600, 400) : [.. Photo];
            bytes.AsSpan(0, Math.Min(bytes.Length, file.Length - (at % file.Length))).CopyTo(file.AsSpan(at % file.Length));
            if (PictureFile.Clean(file, out _) is { } clean)
            {
                Assert.Equal(clean.Bytes, Clean(clean.Bytes));
            }
        }, iter: 3_000);

    private static byte[] Clean(byte[] file) =>
        PictureFile.Clean(file, out var problem)?.Bytes ?? throw new InvalidDataException(problem.ToString());

    private static PictureProblem Problem(byte[] file)
    {
        Assert.Null(PictureFile.Clean(file, out var problem));
        return problem;
    }

    private static byte[] Png(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", [1, 2, 3, 4, 5, 6]), .. Chunk("IEND", [])];
    }

    private static byte[] Jpeg(int width, int height) =>
        [.. Photo[..20], .. Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]), .. Photo[20..]];

    private static byte[] Segment(byte marker, byte[] data) => [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] chunk = [0, 0, 0, (byte)data.Length, .. Encoding.ASCII.GetBytes(name), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.End(Crc32.Add(Crc32.Start, chunk.AsSpan(4, data.Length + 4))));
        return chunk;
    }
}
