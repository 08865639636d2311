using OcopMarket.Core.Certifications;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>Rows of Trà Vinh's products as public pages state them (documented), laid out as the province's list: merged
/// heading over two
/// rows, a numbered section per district with its count, empty cells where the source is silent, a total at the end.</summary>
[Trait("Category", "Culture")]
public sealed class RealListTests
{
    private const string Dantoc = "https://dantocmiennui.vn/tra-vinh-cong-nhan-them-26-san-pham-ocop/301321.html";
    private const string Withheld = "household name withheld (full personal name in source); household ";
    private const string Farm = "Công ty TNHH Trà Vinh Farm";
    private const string CauKe = "Công ty TNHH Chế biến Dừa sáp Cầu Kè";

    [Fact]
    public async Task The_provincial_list_gives_each_row_as_it_stands()
    {
        var list = await ReadList.Of(Workbook());

        Assert.Equal((12, 0, 0, 12), (list.Records.Count, list.Rejected.Count, list.Repeated, list.Check.Rows!.Value));
        Assert.Equal(12, list.Records.Select(record => record.Key).Distinct().Count());
        Assert.All(list.Records, record => Assert.Equal("Trà Vinh", record.Province));
        var honey = list.Records[8];
        Assert.Equal((Farm, "Huyện Tiểu Cần", "Xã Phú Cần"), (honey.ProducerName, honey.District, honey.Commune));
        Assert.Equal(
            (null, RecognitionKind.PotentialFiveStar, "611/QĐ-UBND", new DateOnly(2021, 3, 30), 2020),
            (honey.Certification!.Stars, honey.Certification.Kind, honey.Certification.DecisionNo,
                honey.Certification.IssuedOn!.Value,
                honey.Certification.Year!.Value));
    }

    [Fact]
    public async Task A_product_recognised_twice_is_one_product_and_withheld_households_stay_apart()
    {
        var list = await ReadList.Of(Workbook());
        var products = list.Records.GroupBy(RecordKey.Product).ToArray();

        // Mật hoa dừa (2020, 2023), Dừa sáp Hòa Tân (2020, 2023), Dừa sáp sợi VICOSAP and "Dừa sáp sợi - VICOSAP" (2020, 2023).
        Assert.Equal(9, products.Length);
        Assert.Equal(3, products.Count(product => product.Count() == 2));
        var threeColours = list.Records.Where(record => record.ProductName == "Bánh tét 3 màu").ToArray();
        Assert.Equal(2, threeColours.Select(RecordKey.Producer).Distinct().Count());
        Assert.All(threeColours, record => Assert.Null(record.ProducerName));
    }

    [Fact]
    public async Task Remark_and_addresses_of_one_column_are_told_apart()
    {
        var record = (await ReadList.Of(Workbook())).Records[1];

        Assert.Equal((Withheld + "A", Dantoc), (record.Note, record.SourceUrl));
    }

    [Fact]
    public async Task A_row_without_star_or_group_is_no_error()
    {
        var tour = (await ReadList.Of(Workbook())).Records[3];

        Assert.Equal((null, null, 2022),
            (tour.Certification!.Stars, tour.Certification.DecisionNo, tour.Certification.Year!.Value));
    }

    private static XlsxFile Workbook()
    {
        var file = new XlsxFile();
        file.Sheet("Phụ lục").Row("DANH SÁCH SẢN PHẨM OCOP TỈNH TRÀ VINH").Row("(tổng hợp từ các nguồn công khai, xem cột Nguồn)")
            .Row()
            .Row("TT", "Tên sản phẩm", "Chủ thể OCOP", "Loại hình chủ thể", "Địa chỉ", null, "Hạng sao", "Năm công nhận",
                "Quyết định công nhận", null, "Ghi chú / Nguồn")
            .Row(null, null, null, null, "Xã, phường, thị trấn", "Huyện, thị xã, thành phố", null, null, "Số", "Ngày")
            .Row("I", "CHƯA RÕ ĐỊA BÀN", null, null, null, null, null, null, null, null, "5 sản phẩm")
            .Row(1, "Dừa sáp Hòa Tân", "Hợp tác xã Dừa sáp Hòa Tân", "hợp tác xã", null, null, "4 sao", 2020, "612/QĐ-UBND",
                "2021-03-30", Dantoc)
            .Row(2, "Bánh tét 3 màu", null, "hộ kinh doanh", null, null, "4 sao", 2020, "612/QĐ-UBND", "2021-03-30",
                $"{Withheld}A {Dantoc}")
            .Row(3, "Bánh tét 3 màu", null, "hộ kinh doanh", null, null, "3 sao", 2020, "612/QĐ-UBND", "2021-03-30",
                $"{Withheld}B {Dantoc}")
            .Row(4, "Điểm du lịch cộng đồng Cồn Chim", null, null, null, null, null, 2022, null, "2022-12-30",
                "3 or 4 stars: source does not say which")
            .Row(5, "Dừa sáp Hòa Tân", "Hợp tác xã Dừa sáp Hòa Tân", "hợp tác xã", null, null, "4 sao", 2023)
            .Row("II", "HUYỆN CẦU KÈ", null, null, null, null, null, null, null, null, "2 sản phẩm")
            .Row(6, "Dừa sáp sợi VICOSAP", CauKe, "công ty", "Xã Thạnh Phú", "Huyện Cầu Kè", "4 sao", 2020, "612/QĐ-UBND",
                "2021-03-30")
            .Row(7, "Dừa sáp sợi - VICOSAP", CauKe, "công ty", "Xã Thạnh Phú", "Huyện Cầu Kè", "5 sao", 2023)
            .Row("III", "HUYỆN DUYÊN HẢI", null, null, null, null, null, null, null, null, "1 sản phẩm")
            .Row(8, "Tôm khô", "Cơ sở Tôm khô Tiến Hải", "cơ sở sản xuất", "Xã Đông Hải", "Huyện Duyên Hải", "3 sao", 2019)
            .Row("IV", "HUYỆN TIỂU CẦN", null, null, null, null, null, null, null, null, "3 sản phẩm")
            .Row(9, "Mật hoa dừa", Farm, "công ty", "Xã Phú Cần", null, "Tiềm năng 5 sao", 2020, "611/QĐ-UBND", "2021-03-30")
            .Row(10, "Giấm mật hoa dừa", Farm, "công ty", "Xã Phú Cần", "Huyện Tiểu Cần", "4 sao", 2022, "1693/QĐ-UBND",
                "2022-08-22")
            .Row(11, "Mật hoa dừa", Farm, "công ty", "Xã Phú Cần", "Huyện Tiểu Cần", "5 sao", 2023)
            .Row("V", "THÀNH PHỐ TRÀ VINH", null, null, null, null, null, null, null, null, "1 sản phẩm")
            .Row(12, "Yến sào", "Cơ sở Yến sào Phú Hòa - Trà Vinh", "cơ sở sản xuất", null, null, "4 sao", 2022, "1693/QĐ-UBND",
                "2022-08-22")
            .Row(null, "Tổng cộng: 12 sản phẩm")
            .Merge("A1:K1", "A2:K2", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "G4:G5", "H4:H5", "K4:K5", "E4:F4", "I4:J4");
        return file;
    }
}
