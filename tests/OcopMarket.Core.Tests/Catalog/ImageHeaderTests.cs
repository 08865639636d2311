using CsCheck;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Tests.Catalog;

public sealed class ImageHeaderTests
{
    private static readonly byte[] Png =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 2, 0x58, 0, 0, 1, 0x90, 8, 2];

    /// <summary>JFIF header, fill byte, a table, then a progressive frame of 800 x 600.</summary>
    private static readonly byte[] Jpeg =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xFF, 0xC4, 0, 3, 9, 0xFF, 0xC2, 0, 17, 8, 2, 0x58, 3, 0x20, 3];

    [Fact]
    public void Type_and_size_come_from_the_first_bytes()
    {
        Assert.True(ImageHeader.TryRead(Png, out var png));
        Assert.True(ImageHeader.TryRead(Jpeg, out var jpeg));

        Assert.Equal(new("image/png", 600, 400), png);
        Assert.Equal(new("image/jpeg", 800, 600), jpeg);
    }

    [Fact]
    public void A_header_that_is_cut_anywhere_is_no_picture()
    {
        Assert.All(Enumerable.Range(0, 24), n => Assert.False(ImageHeader.TryRead(Png.AsSpan(0, n), out _)));
        Assert.All(Enumerable.Range(0, 23), n => Assert.False(ImageHeader.TryRead(Jpeg.AsSpan(0, n), out _)));
    }

    [Fact]
    public void Any_bytes_behind_a_picture_mark_end_in_an_answer() =>
        Gen.Byte.Array[0, 64].Sample(tail =>
        {
            ImageHeader.TryRead([0xFF, 0xD8, 0xFF, .. tail], out var jpeg);
            ImageHeader.TryRead([.. Png.AsSpan(0, 16), .. tail], out var png);
            Assert.True(jpeg.Width >= 0 && png.Width >= 0);
        });
}
