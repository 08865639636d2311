using System.Text;
using OcopMarket.Core.Certifications;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

[Trait("Category", "Culture")]
public sealed class CsvSourceTests
{
    private const string Small = "Tên sản phẩm,Chủ thể,Ghi chú\nMật hoa dừa,Công ty Trà Vinh Farm,\"một, hai\"\nChả hoa,Cơ sở Năm Thụy,\"dòng 1\ndòng 2\"\n";

    public static TheoryData<string> Encodings => ["utf-8", "utf-8-bom", "utf-16", "utf-16BE", "windows-1258"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task The_usual_encodings_give_the_same_records(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Encoding encoding = name switch { "utf-8" => new UTF8Encoding(false), "utf-8-bom" => new UTF8Encoding(true), _ => Encoding.GetEncoding(name) };
        var text = name == "windows-1258" ? Windows1258(Small) : Small;

        var list = await ReadList.Of([.. encoding.GetPreamble(), .. encoding.GetBytes(text)], ".csv");

        Assert.Equal([("Mật hoa dừa", "một, hai"), ("Chả hoa", "dòng 1 dòng 2")], list.Records.Select(record => (record.ProductName, record.Note!)));
        Assert.Equal("Cơ sở Năm Thụy", list.Records[1].ProducerName);
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData(',')]
    public async Task The_separator_is_found(char separator)
    {
        var list = await ReadList.OfCsv($"Tên sản phẩm{separator}Chủ thể{separator}Giá bán\nGạo{separator}HTX A{separator}\"12,5 nghìn\"\n");

        Assert.Equal(12_500m, list.One.Offer.PriceVnd);
    }

    [Fact]
    public async Task Column_names_of_an_open_data_file_are_known()
    {
        var record = (await ReadList.OfCsv(
            "row,province_old,district_old,commune_old,product_name,star,status,group_stated,suggested_set_no,subject_name,subject_type,year,decision_no,decision_date,product_code,source_url,note\n"
            + "14,Trà Vinh,Huyện Tiểu Cần,Xã Phú Cần,Mật hoa dừa,,potential_5_star,thực phẩm,7,Công ty TNHH Trà Vinh Farm,công ty,2020,611/QĐ-UBND,2021-03-30,84-844-29266-1-2021,https://a.vn/1 ; https://b.vn/2,later 5 stars (2023)\n"))
            .One;

        Assert.Equal(("Trà Vinh", "Huyện Tiểu Cần", "Xã Phú Cần", "thực phẩm", 7), (record.Province, record.District, record.Commune, record.GroupText, record.CriteriaSetNo));
        Assert.Equal((RecognitionKind.PotentialFiveStar, null, "84-844-29266-1-2021"), (record.Certification!.Kind, record.Certification.Stars, record.Certification.ProductCode));
        Assert.Equal(("https://a.vn/1 ; https://b.vn/2", "later 5 stars (2023)"), (record.SourceUrl, record.Note));
    }

    [Fact]
    public async Task A_planned_assessment_is_kept_as_such()
    {
        var record = (await ReadList.OfCsv("product_name,subject_name,status\nGạo,HTX A,planned_assessment\n")).One;

        Assert.Equal(RecognitionKind.PlannedAssessment, record.Certification!.Kind);
    }

    [Fact]
    public async Task A_row_with_an_unquoted_separator_is_rejected_and_not_shifted()
    {
        var list = await ReadList.OfCsv("Tên sản phẩm,Chủ thể,Năm\nGạo,HTX A, B,2020\nMuối,HTX B,2021\n");

        Assert.Equal("too_many_cells", Assert.Single(list.Rejected).Code);
        Assert.Equal("Muối", list.One.ProductName);
    }

    [Fact]
    public async Task Blank_lines_do_not_move_row_numbers()
    {
        var list = await ReadList.OfCsv("Tên sản phẩm,Chủ thể\n\n,\nGạo,HTX A\n");

        Assert.Equal(4, list.One.Position.Row);
    }

    [Theory]
    [InlineData("Tên sản phẩm,Chủ thể\nGạo,\"HTX A\n", "file_cut")]
    [InlineData("Tên sản phẩm,Chủ thể\nGạo,HTX A", "file_cut")]
    [InlineData("Tên sản phẩm,Chủ thể,Năm\nGạo,HTX A,2020\nMuối\n", "file_cut")]
    [InlineData("a,b\n1,2\n", "header_not_found")]
    [InlineData("{\"productName\":\"x\"}\n", "wrong_type")]
    [InlineData("Tên\0 sản phẩm,Chủ thể\nGạo,HTX A\n", "encoding_unknown")]
    public async Task A_cut_or_foreign_file_is_refused(string text, string code) =>
        Assert.Equal(code, (await ReadList.Refused(Encoding.UTF8.GetBytes(text), ".csv")).Code);

    [Fact]
    public async Task Letters_of_an_old_font_are_refused_rather_than_guessed()
    {
        // "Tên sản phẩm" in TCVN3 (ABC).
        byte[] tcvn3 = [0x54, 0xAA, 0x6E, 0x20, 0x73, 0xB6, 0x6E, 0x20, 0x70, 0x68, 0xC8, 0x6D, (byte)',', (byte)'x', (byte)'\n'];

        Assert.Equal("encoding_unknown", (await ReadList.Refused(tcvn3, ".csv")).Code);
    }

    // Windows-1258 writes the tone as a sign of its own after the vowel.
    private static string Windows1258(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            var parts = c.ToString().Normalize(NormalizationForm.FormD);
            var tone = parts.IndexOfAny(['\u0300', '\u0301', '\u0303', '\u0309', '\u0323']);
            result.Append(tone < 0 ? c.ToString() : parts.Remove(tone, 1).Normalize(NormalizationForm.FormC) + parts[tone]);
        }

        return result.ToString();
    }
}
