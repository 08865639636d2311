using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using OcopMarket.Core.Catalog;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>S31 to S34 and S37: archives made to fill a memory, a disk or an evening, and workbooks that want something done.</summary>
public sealed class HostileArchiveTests
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">"
        + "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;\">]>";

    public static TheoryData<string, string> Parts => new()
    {
        { "xl/workbook.xml", "<workbook>&e;</workbook>" },
        { "xl/worksheets/sheet1.xml", "<worksheet>&e;</worksheet>" },
        { "xl/sharedStrings.xml", "<sst><si><t>&e;</t></si></sst>" },
        { "xl/styles.xml", "<styleSheet>&e;</styleSheet>" },
        { "[Content_Types].xml", "<Types>&e;</Types>" },
        { "_rels/.rels", "<Relationships>&e;</Relationships>" },
        { "docProps/core.xml", "<x>&e;</x>" },
        { "xl/worksheets/hidden.dat", "<worksheet>&e;</worksheet>" },
        { "xl/drawings/vmlDrawing1.vml", "<xml>&e;</xml>" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Entities_are_refused_in_every_part_whatever_its_name(string part, string body)
    {
        var file = Small();
        file.Parts[part] = Laughs + body;
        Assert.Equal("unsafe_content", (await ReadList.Refused(file.ToBytes(), ".xlsx")).Code);

        file.Parts[part] = $"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{body}";
        Assert.Equal("unsafe_content", (await ReadList.Refused(file.ToBytes(), ".xlsx")).Code);
    }

    [Fact]
    public async Task A_sheet_under_another_name_draws_on_the_same_budget()
    {
        var file = Small();
        file.Parts["xl/other/page.dat"] = file_Sheet(2_000);
        Assert.Equal("too_large", (await ReadList.Refused(
            file.ToBytes(), ".xlsx", s => s with { Limits = new SourceLimits { Cells = 1_000 } })).Code);

        file.Parts["xl/other/page.dat"] = $"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"2000000000\"/></sheetData></worksheet>";
        Assert.Equal("file_cut", (await ReadList.Refused(file.ToBytes(), ".xlsx")).Code);

        static string file_Sheet(int cells) => $"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\">"
            + string.Concat(Enumerable.Range(0, cells).Select(_ => "<c><v>1</v></c>")) + "</row></sheetData></worksheet>";
    }

    [Fact]
    public async Task Texts_have_a_bound_alone_and_together_shared_or_not()
    {
        var limits = new SourceLimits { TextCharacters = 50_000, CellCharacters = 1_000 };
        foreach (var shared in new[] { true, false })
        {
            var many = new XlsxFile { SharedTexts = shared };
            var sheet = many.Sheet("1").Row("Tên sản phẩm", "Chủ thể");
            for (var i = 0; i < 100; i++)
            {
                sheet.Row($"Gạo {i}", new string('x', 900));
            }

            var one = new XlsxFile { SharedTexts = shared };
            one.Sheet("1").Row("Tên sản phẩm", "Chủ thể").Row("Gạo", new string('x', 20_000));
            Assert.Equal("too_large", (await ReadList.Refused(many.ToBytes(), ".xlsx", s => s with { Limits = limits })).Code);
            Assert.Equal("too_large", (await ReadList.Refused(one.ToBytes(), ".xlsx", s => s with { Limits = limits })).Code);
        }
    }

    [Fact]
    public async Task A_hundred_thousand_parts_are_counted_before_they_are_listed()
    {
        var zip = Raw(Enumerable.Range(0, 60_000).Select(i => new Entry($"xl/p{i}.xml", [])));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("too_large", Assert.Throws<SourceException>(() => Inspect(zip)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);

        // More than the plain table can count: the number is the wide form's mark.
        var wide = Raw(Enumerable.Range(0, 100_000).Select(i => new Entry($"xl/p{i}.xml", [])));
        Assert.Equal("too_large", (await ReadList.Refused(wide, ".xlsx")).Code);
    }

    [Fact]
    public async Task Parts_that_share_their_bytes_are_refused()
    {
        // One kernel of zeros, a table that names it as many parts: what a few kilobytes make petabytes of.
        var kernel = Deflated(new byte[1 << 20]);
        var zip = Raw(
            [new Entry("xl/workbook.xml", "<workbook/>"u8.ToArray()), .. Enumerable.Range(0, 500).Select(i => new Entry($"xl/k{i}.xml", kernel) { Size = 1 << 20, SharesWith = 1 })]);
        Assert.Equal("file_cut", (await ReadList.Refused(zip, ".xlsx")).Code);
    }

    [Fact]
    public async Task An_archive_of_archives_is_one_layer_of_bytes()
    {
        var inner = XlsxFile.Zip([KeyValuePair.Create("zeros.txt", new string('0', 1 << 20))]);
        var nested = Raw([.. Enumerable.Range(0, 16).Select(i => new Entry($"lib {i}.zip", inner))]);
        Assert.Equal("wrong_type", (await ReadList.Refused(nested, ".xlsx")).Code);

        var file = Small();
        file.Parts["xl/embeddings/inner.zip"] = Encoding.Latin1.GetString(inner);
        Assert.Equal(3, (await ReadList.Of(file)).Records.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(0x7FFFFFFF)]
    public void A_size_that_lies_is_not_believed(int stated)
    {
        var zip = Raw(
        [
            new Entry("xl/workbook.xml", "<workbook/>"u8.ToArray()),
            new Entry("xl/sharedStrings.xml", Deflated(new byte[300 << 20])) { Size = stated, Crc = 0x12345678 },
        ]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<SourceException>(() => Inspect(zip));
        Assert.Contains(refusal.Code, new[] { "too_large", "file_cut" });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData("../../etc/cron.d/evil")]
    [InlineData("xl/../../evil.xml")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\Windows\\evil.dll")]
    [InlineData("\\\\server\\share\\evil")]
    [InlineData("xl\\..\\evil.xml")]
    [InlineData("xl/a\0.xml")]
    [InlineData("xl/..")]
    [InlineData("")]
    public async Task A_part_whose_name_leads_elsewhere_refuses_the_file(string name)
    {
        var zip = Raw([new Entry("xl/workbook.xml", "<workbook/>"u8.ToArray()), new Entry(name, "<a/>"u8.ToArray())]);
        Assert.Equal("file_cut", (await ReadList.Refused(zip, ".xlsx")).Code);
        Assert.Equal("file_cut", (await ReadList.Refused(
            Raw([new Entry("xl/workbook.xml", "<workbook/>"u8.ToArray()), new Entry(new string('n', 5_000), [])]), ".xlsx")).Code);
    }

    [Fact]
    public async Task Looking_and_reading_draw_on_one_time()
    {
        var file = new XlsxFile();
        var sheet = file.Sheet("1").Row("Tên sản phẩm", "Chủ thể");
        for (var i = 0; i < 50; i++)
        {
            sheet.Row($"Gạo {i}", "HTX");
        }

        using var temp = new TempFile(file.ToBytes(), ".xlsx");
        var clock = new SteppingClock();
        var source = ProductSources.Create(temp.Settings with { Limits = new SourceLimits { WorkbookTime = TimeSpan.FromSeconds(1_000) } }, clock);
        await source.CheckAsync(CancellationToken.None);
        var needed = clock.Now;

        foreach (var share in new[] { 0.1, 0.5, 0.9 })
        {
            var limits = new SourceLimits { WorkbookTime = TimeSpan.FromSeconds(share * needed / 2) };
            var error = await Assert.ThrowsAsync<SourceException>(() => ProductSources
                .Create(temp.Settings with { Limits = limits }, new SteppingClock()).CheckAsync(CancellationToken.None));
            Assert.Equal("too_large", error.Code);
        }
    }

    [Fact]
    public async Task Formulas_are_values_and_macros_and_outward_links_are_passed_over()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("Tên sản phẩm", "Chủ thể", "Giá")
            .Row("Gạo", "HTX A", new Formula("WEBSERVICE(\"http://127.0.0.1:9/\"&A1)", 125_000))
            .Row("Muối", "HTX B", new Formula("cmd|'/c calc'!A0", 10_000));
        file.Parts["xl/vbaProject.bin"] = "Sub AutoOpen()";
        file.Parts["xl/externalLinks/externalLink1.xml"] = "<externalLink/>";
        file.Parts["xl/externalLinks/_rels/externalLink1.xml.rels"] =
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
            + "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath\" Target=\"http://127.0.0.1:9/x\" TargetMode=\"External\"/></Relationships>";

        var list = await ReadList.Of(file);

        Assert.Equal([125_000m, 10_000m], list.Records.Select(r => r.Offer.PriceVnd!.Value));
    }

    private static void Inspect(byte[] zip) => Workbook.WorkbookInspection.Check(
        zip, new Workbook.WorkbookBudget(new SourceLimits(), TimeProvider.System), CancellationToken.None);

    private static XlsxFile Small()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("Tên sản phẩm", "Chủ thể").Row("Gạo", "HTX A").Row("Muối", "HTX B").Row("Mật", "HTX C");
        return file;
    }

    private static byte[] Deflated(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var deflate = new DeflateStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return memory.ToArray();
    }

    /// <summary>A zip written by hand, so that its table can say what no library would write. Content that states no size is stored.</summary>
    private static byte[] Raw(IEnumerable<Entry> entries)
    {
        using var memory = new MemoryStream();
        var (table, places, count) = (new MemoryStream(), new List<uint>(), 0);
        foreach (var entry in entries)
        {
            var name = Encoding.UTF8.GetBytes(entry.Name);
            var at = entry.SharesWith > 0 && places.Count > entry.SharesWith ? places[entry.SharesWith] : (uint)memory.Position;
            places.Add(at);
            if (at == memory.Position)
            {
                memory.Write([0x50, 0x4B, 3, 4, .. Fields(entry, name), .. name, .. entry.Content]);
            }

            table.Write([0x50, 0x4B, 1, 2, 20, 0, .. Fields(entry, name), .. new byte[10], .. U32(at), .. name]);
            count++;
        }

        var start = (uint)memory.Position;
        memory.Write(table.ToArray());
        var shown = (ushort)Math.Min(count, ushort.MaxValue);
        memory.Write([0x50, 0x4B, 5, 6, 0, 0, 0, 0, .. U16(shown), .. U16(shown), .. U32((uint)table.Length), .. U32(start), 0, 0]);
        return memory.ToArray();
    }

    private static byte[] Fields(Entry entry, byte[] name) =>
    [
        20, 0, 0, 0, .. U16((ushort)(entry.Size is null ? 0 : 8)), 0, 0, 0, 0, .. U32(entry.Crc ?? Crc(entry.Content)), .. U32((uint)entry.Content.Length),
        .. U32((uint)(entry.Size ?? entry.Content.Length)), .. U16((ushort)name.Length), 0, 0,
    ];

    private static uint Crc(byte[] content) => Crc32.End(Crc32.Add(Crc32.Start, content));

    private static byte[] U16(ushort value) => BitConverter.IsLittleEndian ? BitConverter.GetBytes(value) : throw new NotSupportedException();

    private static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <param name="Content">As it lies in the file.</param>
    private sealed record Entry(string Name, byte[] Content)
    {
        /// <summary>What the table says it inflates to; null: it is stored as it is.</summary>
        public long? Size { get; init; }
        public uint? Crc { get; init; }
        public int SharesWith { get; init; }
    }

    /// <summary>A second passes with every look at the clock.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public long Now { get; private set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++Now;
    }
}
