using System.IO.Compression;
using System.Text;
using CsCheck;
using OcopMarket.Core.Catalog;
using OcopMarket.Sources.Export;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>S30: no cell of ours is a formula, and what went out comes back in.</summary>
public sealed class ExportTests
{
    private static readonly string[] Heading = ["Tên sản phẩm", "Chủ thể", "Ghi chú", "Giá"];

    public static TheoryData<string> Formulas =>
    [
        "=1+1", "+84912345678", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", " =1+1", "\u3000=1+1", "\u200B=1+1", "\uFEFF=1+1",
        "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹢1", "−1", "=cmd|'/c calc'!A0", "=HYPERLINK(\"http://x\",\"y\")", "'=1+1", "''=1", "\u0001=1+1", "\"=1+1",
    ];

    [Theory]
    [MemberData(nameof(Formulas))]
    public async Task A_cell_that_begins_like_a_formula_is_text_in_both_kinds_of_file(string text)
    {
        var csv = Encoding.UTF8.GetString(Written(false, text)).Split("\r\n")[1];
        var cell = csv.Split("\",\"")[2][..^"\",125000".Length].Replace("\"\"", "\"", StringComparison.Ordinal);
        Assert.True(cell.Length == 0 || cell[0] == '\'' || cell.StartsWith('"'), cell);
        Assert.DoesNotContain(cell, c => char.IsControl(c) && c is not ('\t' or '\n'));

        using var zip = new ZipArchive(new MemoryStream(Written(true, text)));
        using var sheet = new StreamReader(await zip.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync());
        var xml = await sheet.ReadToEndAsync();
        Assert.DoesNotContain("<f", xml, StringComparison.Ordinal);
        Assert.Equal(7, xml.Split("t=\"inlineStr\" s=\"1\"").Length - 1);

        await ComesBackAsync(text);
    }

    [Theory]
    [InlineData("+84912345678")]
    [InlineData("-5")]
    [InlineData("=1+1")]
    [InlineData("'90s")]
    [InlineData("'=1")]
    [InlineData("_x003D_1+1")]
    [InlineData("__x000A__")]
    [InlineData("Mật \"hoa\" dừa, 5; 6")]
    public Task What_people_write_survives_the_way_out_and_back(string text) => ComesBackAsync(text);

    [Fact]
    public async Task Negative_and_positive_numbers_stay_numbers()
    {
        foreach (var kind in new[] { ".csv", ".xlsx" })
        {
            var list = await ReadList.Of(Written(kind == ".xlsx", "x", 125_000m), kind);
            Assert.Equal(125_000m, list.One.Offer.PriceVnd);
            var negative = await ReadList.Of(Written(kind == ".xlsx", "x", -125_000m), kind);
            Assert.Contains("-125000", Assert.Single(negative.Rejected).Raw.Select(r => r.Value));
        }

        Assert.EndsWith(",-125000\r\n", Encoding.UTF8.GetString(Written(false, "x", -125_000m)), StringComparison.Ordinal);
    }

    [Fact]
    public Task Any_text_survives_the_way_out_and_back() =>
        Gen.OneOf(Gen.Char["=+-@'\"\t\r\n\0＝＋－＠−,;_x0aAđẾ "].Array[0, 12].Select(c => new string(c)), Gen.String[0, 20]).Array[200].SampleAsync(
            async texts =>
            {
                foreach (var kind in new[] { ".csv", ".xlsx" })
                {
                    using var file = new MemoryStream();
                    TableExport.Write(
                        file, kind == ".xlsx", Heading, texts.Select((t, i) => (IReadOnlyList<object?>)[$"Gạo {i}", "HTX", t, 125_000m]));
                    var list = await ReadList.Of(file.ToArray(), kind);

                    Assert.Equal(200, list.Rows);
                    foreach (var record in list.Records)
                    {
                        var number = int.Parse(record.ProductName.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
                        Assert.Equal(Expected(texts[number]), Note(record.Raw));
                    }
                }
            },
            iter: 20);

    private static async Task ComesBackAsync(string text)
    {
        foreach (var kind in new[] { ".csv", ".xlsx" })
        {
            Assert.Equal(Expected(text), Note((await ReadList.Of(Written(kind == ".xlsx", text), kind)).One.Raw));
        }
    }

    /// <summary>As the readers clean any text.</summary>
    private static string Expected(string text) => VietnameseText.CleanLines(SpreadsheetText.Plain(text)) ?? "";

    private static string Note(IReadOnlyList<KeyValuePair<string, string>> raw) => raw.FirstOrDefault(c => c.Key == "Ghi chú").Value ?? "";

    private static byte[] Written(bool isWorkbook, string text, decimal price = 125_000m)
    {
        using var file = new MemoryStream();
        TableExport.Write(file, isWorkbook, Heading, [["Gạo", "HTX", text, price]]);
        return file.ToArray();
    }
}
