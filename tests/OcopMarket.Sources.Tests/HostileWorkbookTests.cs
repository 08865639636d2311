using System.IO.Compression;
using System.Text;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>Files that are broken, of another kind, or made to harm: refused as a whole, before a row is given out.</summary>
[Trait("Category", "Culture")]
public sealed class HostileWorkbookTests
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    public static TheoryData<string, string> OtherKinds => new()
    {
        { "", "file_empty" },
        { "   \r\n ", "file_empty" },
        { "<html><table><tr><td>Tên sản phẩm</td></tr></table></html>", "wrong_type" },
        { "%PDF-1.7", "wrong_type" },
        { "Tên sản phẩm,Chủ thể\nGạo,HTX\n", "wrong_type" },
        { "PK\u0003\u0004 rubbish", "file_cut" },
    };

    [Theory]
    [MemberData(nameof(OtherKinds))]
    public async Task A_file_of_another_kind_is_named(string content, string code) =>
        Assert.Equal(code, (await ReadList.Refused(Encoding.UTF8.GetBytes(content), ".xlsx")).Code);

    [Fact]
    public async Task Old_and_encrypted_workbooks_say_what_to_do()
    {
        byte[] ole = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]];

        Assert.Contains("Lưu thành .xlsx", (await ReadList.Refused(ole, ".xlsx")).MessageVi, StringComparison.Ordinal);
        Assert.Equal("encrypted", (await ReadList.Refused([.. ole, .. Encoding.Unicode.GetBytes("EncryptedPackage")], ".xlsx"))
            .Code);
    }

    [Fact]
    public async Task A_zip_that_is_no_workbook_is_named()
    {
        var zip = XlsxFile.Zip([KeyValuePair.Create("readme.txt", "x")]);

        Assert.Equal("wrong_type", (await ReadList.Refused(zip, ".xlsx")).Code);
        Assert.Equal("wrong_type", (await ReadList.Refused(zip, ".csv")).Code);
    }

    [Fact]
    public async Task A_document_type_is_refused()
    {
        const string bomb = "<!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
        var file = Small();
        file.Parts["xl/sharedStrings.xml"] = $"{bomb}<sst xmlns=\"{Main}\"><si><t>&b;</t></si></sst>";

        Assert.Equal("unsafe_content", (await ReadList.Refused(file.ToBytes(), ".xlsx")).Code);
    }

    [Fact]
    public async Task Shared_texts_that_inflate_to_a_gigabyte_are_stopped_at_the_budget()
    {
        var bomb = Bomb();
        Assert.Equal("too_large", (await ReadList.Refused(bomb, ".xlsx")).Code);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SourceException>(() => Workbook.WorkbookInspection.Check(
            bomb, new Workbook.WorkbookBudget(new SourceLimits(), TimeProvider.System), CancellationToken.None));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public async Task Too_many_parts_columns_and_cells_are_refused()
    {
        var parts = XlsxFile.Zip(Enumerable.Range(0, 1_200).Select(i => KeyValuePair.Create($"xl/p{i}.xml", "<a/>")));
        var wide = new XlsxFile();
        wide.Sheet("1").Row([.. Enumerable.Range(0, 3_000).Select(i => (object?)(i == 0 ? "Tên sản phẩm" : $"Cột {i}"))]);

        Assert.Equal("too_large", (await ReadList.Refused(parts, ".xlsx")).Code);
        Assert.Equal("too_large", (await ReadList.Refused(wide.ToBytes(), ".xlsx")).Code);
        Assert.Equal("too_large", (await ReadList.Refused(
            Small().ToBytes(), ".xlsx", settings => settings with { Limits = new SourceLimits { Cells = 3 } })).Code);
    }

    [Theory]
    [InlineData("<row r=\"2000000000\"><c r=\"A2000000000\"><v>1</v></c></row>")]
    [InlineData("<row r=\"1\"><c r=\"ZZZZZZZ1\"><v>1</v></c></row>")]
    public async Task References_beyond_a_sheet_are_refused_and_not_walked(string row)
    {
        var file = new XlsxFile();
        file.Sheet("1").Before = row;

        Assert.Equal("file_cut", (await ReadList.Refused(file.ToBytes(), ".xlsx")).Code);
    }

    [Fact]
    public async Task A_changed_letter_is_noticed_by_the_check_sum()
    {
        var content = Small().ToBytes(CompressionLevel.NoCompression);
        content[content.AsSpan().IndexOf("HTX A"u8) + 4] = (byte)'Z';

        Assert.Equal("file_cut", (await ReadList.Refused(content, ".xlsx")).Code);
    }

    [Fact]
    public async Task The_missing_file_and_the_unreadable_settings_are_told()
    {
        var settings = new SourceSettings { Key = "t", Kind = SourceKind.Workbook, Path = "/nowhere/list.xlsx" };

        Assert.Equal("file_missing", Assert.Throws<SourceException>(() => ProductSources.Create(settings)).Code);
        Assert.Equal("wrong_type", Assert.Throws<SourceException>(() => ProductSources.KindOf("a.xls")).Code);
        Assert.Equal("settings_invalid", Assert.Throws<SourceException>(() => ProductSources.KindOf("a.docx")).Code);
        using var broken = new TempFile(Encoding.UTF8.GetBytes("{\"key\":\"x\",\"paht\":1}"), ".csv");
        Assert.Equal("settings_invalid", Assert.Throws<SourceException>(() => SourceSettings.FromFile(broken.Path, "/")).Code);
        await Task.CompletedTask;
    }

    private static byte[] Bomb()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[] { ("xl/workbook.xml", "<workbook/>"), ("xl/sharedStrings.xml", "<sst>") })
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(Encoding.UTF8.GetBytes(text));
                var block = new byte[1 << 20];
                for (var i = 0; name.Contains("shared", StringComparison.Ordinal) && i < 1024; i++)
                {
                    stream.Write(block);
                }
            }
        }

        return memory.ToArray();
    }

    private static XlsxFile Small()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("Tên sản phẩm", "Chủ thể").Row("Gạo", "HTX A").Row("Muối", "HTX B").Row("Mật", "HTX C");
        return file;
    }
}
