using System.Buffers.Binary;
using System.Text;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Tests.Catalog;

public sealed class ImageTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IAsyncLifetime
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public Task InitializeAsync() => catalogue.ClearAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Pictures_are_stored_once_by_content_and_stand_in_the_order_of_the_rows()
    {
        _files["a.png"] = Png(600, 400, 1);
        _files["b.png"] = Png(800, 800, 2);
        _files["copy.png"] = _files["a.png"];

        await PullAsync(Product("Một", "b.png", "a.png"), Product("Hai", "copy.png"));

        Assert.Equal(["image/png 600x400", "image/png 800x800"], await catalogue.QueryAsync<string>(
            "SELECT content_type || ' ' || width || 'x' || height FROM media ORDER BY width"));
        Assert.Equal(["Hai 1 600", "Một 1 800", "Một 2 600"], await PlacesAsync());
    }

    [Fact]
    public async Task A_missing_picture_is_a_warning_and_the_product_enters()
    {
        var result = await PullAsync(Product("Một", "a.png"));

        Assert.Equal((1, 0, 1), (result.Accepted, result.Rejected.Count, result.Rows));
        Assert.Equal("image_not_found", Assert.Single(result.Warnings).Code);
        Assert.Equal("0 1", await catalogue.ScalarAsync<string>("SELECT rejected || ' ' || warnings FROM source_run"));
        Assert.Equal(1, await catalogue.CountAsync("source_rejected WHERE severity = 'warning' AND code = 'image_not_found'"));
    }

    [Fact]
    public async Task A_picture_that_is_put_there_later_or_replaced_changes_its_product()
    {
        await PullAsync(Product("Một", "a.png"));
        _files["a.png"] = Png(600, 400, 1);
        var put = await PullAsync(Product("Một", "a.png"));
        _files["a.png"] = Png(900, 900, 2);
        var replaced = await PullAsync(Product("Một", "a.png"));
        var same = await PullAsync(Product("Một", "a.png"));

        Assert.Equal((1, 1, 0), (put.Accepted, replaced.Accepted, same.Accepted));
        Assert.Equal(["Một 1 900"], await PlacesAsync());
        Assert.Equal(3, await catalogue.ScalarAsync<int>("SELECT revision FROM product"));
    }

    [Fact]
    public async Task A_picture_that_is_still_named_but_out_of_reach_stays_until_it_is_named_no_longer()
    {
        _files["a.png"] = Png(600, 400, 1);
        _files["b.png"] = Png(800, 800, 2);
        await PullAsync(Product("Một", "a.png", "b.png"));
        _files.Clear();

        var away = await PullAsync(Product("Một", "a.png", "b.png"));
        Assert.Equal((0, 1, 2), (away.Accepted, away.Unchanged, away.Warnings.Count));
        Assert.Equal(["Một 1 600", "Một 2 800"], await PlacesAsync());

        _files["b.png"] = "<html>"u8.ToArray();
        await PullAsync(Product("Một", "b.png", "c.png"));
        Assert.Equal(["Một 1 800"], await PlacesAsync());

        await PullAsync(Product("Một", "c.png"));
        Assert.Empty(await PlacesAsync());
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_a_warning_whatever_its_name()
    {
        _files["a.jpg"] = "<html>"u8.ToArray();

        var result = await PullAsync(Product("Một", "a.jpg"));

        Assert.Equal("image_unreadable", Assert.Single(result.Warnings).Code);
        Assert.Equal(0, await catalogue.CountAsync("media"));
    }

    [Theory]
    [InlineData("huge", "image_too_many_pixels")]
    [InlineData("cut", "image_cut")]
    [InlineData("moving", "image_animated")]
    [InlineData("svg", "image_unreadable")]
    public async Task A_picture_made_to_harm_is_a_warning_and_the_product_enters(string kind, string code)
    {
        _files["a.png"] = kind switch
        {
            "huge" => Png(60_000, 60_000, 1),
            "cut" => Png(600, 400, 1)[..^6],
            "moving" => [.. Png(600, 400, 1)[..33], .. Chunk("acTL", new byte[8]), .. Png(600, 400, 1)[33..]],
            _ => "<svg onload='alert(1)'/>"u8.ToArray(),
        };

        var result = await PullAsync(Product("Một", "a.png"));

        Assert.Equal((1, code), (result.Accepted, Assert.Single(result.Warnings).Code));
        Assert.Equal(0, await catalogue.CountAsync("media"));
    }

    [Fact]
    public async Task What_is_stored_has_no_notes_beside_the_pixels()
    {
        var plain = Png(600, 400, 1);
        _files["a.png"] = [.. plain[..33], .. Chunk("tEXt", "GPS\0 9.9347, 106.3453"u8.ToArray()), .. plain[33..], .. "<script>"u8];

        await PullAsync(Product("Một", "a.png"));

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(plain)), await catalogue.ScalarAsync<string>("SELECT sha256 FROM media"));
        Assert.Equal(plain, await catalogue.ScalarAsync<byte[]>("SELECT content FROM media"));
        Assert.Equal(plain.Length, await catalogue.ScalarAsync<int>("SELECT bytes FROM media"));
    }

    [Fact]
    public async Task An_address_that_was_not_fetched_is_a_warning_that_says_why()
    {
        var address = "https://photos.example.vn/" + new string('a', 500);
        var refusal = new MediaRefusal("fetch_not_public", "địa chỉ không nằm trên Internet công cộng", "the address is not on the public internet");
        ReadImage read = (_, _) => Task.FromResult<MediaBytes?>(new MediaBytes(default) { Refusal = refusal });

        var result = (await catalogue.PullAsync("a", [Records.Page(Product("Một", address))], image: read)).Pages[0];

        var warning = Assert.Single(result.Warnings);
        Assert.Equal((1, "fetch_not_public"), (result.Accepted, warning.Code));
        Assert.Contains("không nằm trên Internet", warning.ReasonVi, StringComparison.Ordinal);
        Assert.InRange(warning.ReasonVi.Length, 20, 240);
        Assert.Equal(0, await catalogue.CountAsync("media"));
    }

    private static SourceRecord Product(string name, params string[] images) => Records.Product(name).With(o => o with { Images = images });

    private async Task<PageResult> PullAsync(params SourceRecord[] records)
    {
        ReadImage read = (path, _) => Task.FromResult(_files.GetValueOrDefault(path) is { } bytes ? new MediaBytes(bytes) : null);
        return (await catalogue.PullAsync("a", [Records.Page(records)], image: read)).Pages[0];
    }

    private Task<IReadOnlyList<string>> PlacesAsync() => catalogue.QueryAsync<string>("""
        SELECT concat_ws(' ', p.name, i.position, m.width)
        FROM product_image i JOIN product p ON p.id = i.product_id JOIN media m USING (sha256) ORDER BY p.name, i.position
        """);

    internal static byte[] Png(int width, int height, byte salt)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", [salt]), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] chunk = [0, 0, 0, (byte)data.Length, .. Encoding.ASCII.GetBytes(name), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.End(Crc32.Add(Crc32.Start, chunk.AsSpan(4, data.Length + 4))));
        return chunk;
    }
}
