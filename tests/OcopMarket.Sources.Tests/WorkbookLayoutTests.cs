using System.Text;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>Lists as provinces, districts and businesses lay them out.</summary>
[Trait("Category", "Culture")]
public sealed class WorkbookLayoutTests
{
    [Fact]
    public async Task A_plain_list_in_the_first_row_is_read()
    {
        var file = new XlsxFile { SharedTexts = true };
        file.Sheet("Sheet1").Row("STT", "Tên sản phẩm", "Chủ thể", "Số sao").Row(1, "Mật hoa dừa", "HTX Sokfarm", 4);

        var list = await ReadList.Of(file);

        Assert.Equal(("Mật hoa dừa", "HTX Sokfarm", 4),
            (list.One.ProductName, list.One.ProducerName, list.One.Certification!.Stars));
        Assert.Equal((ReportingKind.Cooperative, new RowPosition("Sheet1", 2)),
            (list.One.ProducerKind!.Value, list.One.Position));
    }

    [Fact]
    public async Task Cover_and_note_sheets_are_passed_over_and_named()
    {
        var file = new XlsxFile();
        file.Sheet("Bìa").Row("UBND TỈNH TRÀ VINH").Row("BÁO CÁO OCOP NĂM 2022");
        file.Sheet("Danh sách").Row("Tên sản phẩm", "Chủ thể").Row("Bánh tét", "Hộ kinh doanh Hai Lý");
        file.Sheet("Tổng hợp").Row("Huyện", "Số sản phẩm", "3 sao", "4 sao").Row("Cầu Kè", 5, 1, 4);
        file.Sheet("Cũ", hidden: true).Row("Tên sản phẩm", "Chủ thể").Row("Bánh cũ", "X");

        var list = await ReadList.Of(file);

        Assert.Equal("Bánh tét", list.One.ProductName);
        Assert.All(["Bìa", "Tổng hợp", "Cũ"], sheet =>
            Assert.Contains($"\"{sheet}\"", list.Check.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_heading_over_two_rows_with_groups_far_down_the_sheet_is_found()
    {
        var file = new XlsxFile();
        var sheet = file.Sheet("PL 1");
        for (var i = 0; i < 30; i++)
        {
            sheet.Row(i == 3 ? "DANH SÁCH SẢN PHẨM OCOP TỈNH TRÀ VINH NĂM 2022" : null);
        }

        sheet.Row("TT", "Sản phẩm", null, "Chủ thể", null, "Giấy chứng nhận", null)
            .Row(null, "Tên", "Hạng", "Tên", "Địa chỉ", "Số", "Ngày cấp")
            .Row("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)")
            .Row(1, "Gạo tím", "3 sao", "HTX Huyền Hội", "Ấp 3, xã Huyền Hội, huyện Càng Long", "GCN-01",
                new DateOnly(2022, 1, 12))
            .Merge("A31:A32", "B31:C31", "D31:E31", "F31:G31");

        var record = (await ReadList.Of(file)).One;

        Assert.Equal(("Gạo tím", "HTX Huyền Hội", "GCN-01"),
            (record.ProductName, record.ProducerName, record.Certification!.CertificateNo));
        Assert.Equal(("Trà Vinh", "Huyện Càng Long", "Xã Huyền Hội"), (record.Province, record.District, record.Commune));
        Assert.Equal((3, new DateOnly(2022, 1, 12)), (record.Certification.Stars, record.Certification.IssuedOn!.Value));
    }

    [Fact]
    public async Task One_producer_merged_over_several_rows_belongs_to_each()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Chủ thể", "Tên sản phẩm", "Sao")
            .Row(1, "Cơ sở Năm Thụy", "Chả hoa", 4).Row(2, null, "Chả hoa trứng muối", 3).Row(3, null, "Chả lụa", 3)
                .Row(4, null, "Nem", 3)
            .Merge("B2:B4");

        var list = await ReadList.Of(file);

        Assert.Equal(["Cơ sở Năm Thụy", "Cơ sở Năm Thụy", "Cơ sở Năm Thụy", null],
            list.Records.Select(record => record.ProducerName));
    }

    [Fact]
    public async Task Sections_name_the_district_until_one_names_none()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Tên sản phẩm", "Chủ thể", "Hạng")
            .Row("I", "HUYỆN CẦU KÈ", null, "2 sản phẩm").Row(1, "Dừa sáp", "HTX A", "4 sao")
                .Row(2, "Kẹo dừa", "HTX A", "Bốn sao")
            .Row("II. THỊ XÃ DUYÊN HẢI (1 sản phẩm)").Row(1, "Tôm khô", "HTX B", "★★★")
            .Row("III", "CHƯA RÕ ĐỊA BÀN").Row(1, "Bánh tét", null, "****")
            .Row(null, "Tổng cộng: 4 sản phẩm").Merge("A5:D5");

        var list = await ReadList.Of(file);

        Assert.Equal(["Huyện Cầu Kè", "Huyện Cầu Kè", "Thị xã Duyên Hải", null], list.Records.Select(record => record.District));
        Assert.Equal([4, 4, 3, 4], list.Records.Select(record => record.Certification!.Stars!.Value));
        Assert.Empty(list.Rejected);
    }

    [Fact]
    public async Task Blank_lines_totals_signatures_and_repeated_headings_are_no_products()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Tên sản phẩm", "Chủ thể", "Năm").Row(1, "Yến sào", "Cơ sở Phú Hòa", 2022).Row()
            .Row(null, null, "  ")
            .Row("TT", "Tên sản phẩm", "Chủ thể", "Năm").Row(2, "Tôm khô", "Cơ sở Tiến Hải", 2019).Row(3)
            .Row("Tổng cộng", null, 2).Row(null, null, "Trà Vinh, ngày 5 tháng 1 năm 2023")
            .Row(null, "NGƯỜI LẬP BIỂU", "TM. ỦY BAN NHÂN DÂN").Row(null, null, "KT. CHỦ TỊCH")
                .Row(null, "Nguyễn Văn A", "Trần Thị B");

        var list = await ReadList.Of(file);

        Assert.Equal(["Yến sào", "Tôm khô"], list.Records.Select(record => record.ProductName));
        Assert.Equal((0, 2, 2), (list.Rejected.Count, list.Rows, list.Check.Rows!.Value));
    }

    [Fact]
    public async Task Star_columns_with_marks_give_the_star()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Tên sản phẩm", "Chủ thể", "Hạng đạt được", null, null)
            .Row(null, null, null, "3 sao", "4 sao", "Tiềm năng 5 sao")
            .Row(1, "Gạo", "HTX A", "x").Row(2, "Muối", "HTX B", null, "x").Row(3, "Mật", "HTX C", null, null, "X")
            .Merge("A1:A2", "B1:B2", "C1:C2", "D1:F1");

        var list = await ReadList.Of(file);

        Assert.Equal([3, 4, null], list.Records.Select(record => record.Certification!.Stars));
        Assert.Equal(RecognitionKind.PotentialFiveStar, list.Records[2].Certification!.Kind);
    }

    [Fact]
    public async Task A_decision_in_one_cell_is_number_and_day()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("Tên sản phẩm OCOP", "Đơn vị sản xuất", "Quyết định công nhận")
            .Row("Bột ca cao", "Công ty TNHH Cacao Mêkong", "Quyết định số 612/QĐ-UBND ngày 30/3/2021 của UBND tỉnh");

        var facts = (await ReadList.Of(file)).One.Certification!;

        Assert.Equal(("612/QĐ-UBND", new DateOnly(2021, 3, 30)), (facts.DecisionNo, facts.IssuedOn!.Value));
    }

    [Fact]
    public async Task A_shop_list_with_prices_weights_and_units_in_headings_is_read()
    {
        var file = new XlsxFile();
        file.Sheet("Hàng")
            .Row("Tên hàng hóa", "Nhà sản xuất", "Giá bán (nghìn đồng)", "Khối lượng (kg)", "Quy cách", "Tồn kho",
            "Kích thước (cm)", "Mã vạch")
            .Row("Đường hoa dừa", "Công ty Trà Vinh Farm", new Formula("100+25", 125), 0.5, "Hũ 500 g", 120, "20x10x10",
                8936012340012d);

        var offer = (await ReadList.Of(file)).One.Offer;

        Assert.Equal((125_000m, 500, "Hũ 500 g", 120), (offer.PriceVnd, offer.WeightGrams, offer.VariantName, offer.StockUnits));
        Assert.Equal((20m, 10m, 10m, "8936012340012"), (offer.LengthCm, offer.WidthCm, offer.HeightCm, offer.Gtin));
    }

    [Fact]
    public async Task Decomposed_text_with_stray_spaces_is_the_same_list()
    {
        static XlsxFile List(Func<string, string> write)
        {
            var file = new XlsxFile();
            file.Sheet("1").Row(write("Tên sản phẩm"), write("Chủ thể"), write("Hạng sao"))
                .Row(write("Mật hoa dừa"), write("Hợp tác xã Đồng Tâm"), write("Bốn sao"));
            return file;
        }

        var plain = await ReadList.Of(List(text => text));
        var stray = await ReadList.Of(List(text =>
            $"  {text.Normalize(NormalizationForm.FormD).Replace(" ", "\u00A0 ", StringComparison.Ordinal)}\u200B "));

        Assert.Equal(Facts(plain.One), Facts(stray.One));
    }

    [Fact]
    public async Task Two_sheets_with_different_headings_are_one_list()
    {
        var file = new XlsxFile();
        file.Sheet("2021").Row("Tên sản phẩm", "Chủ thể", "Năm").Row("Gạo", "HTX A", 2021);
        file.Sheet("2022").Row("DANH SÁCH").Row("Năm công nhận", "Chủ thể OCOP", "Tên SP").Row("Năm 2022", "HTX B", "Muối");

        var list = await ReadList.Of(file);

        Assert.Equal([("Gạo", 2021), ("Muối", 2022)],
            list.Records.Select(record => (record.ProductName, record.Certification!.Year!.Value)));
    }

    [Fact]
    public async Task Only_the_named_sheets_are_read()
    {
        var file = new XlsxFile();
        file.Sheet("A").Row("Tên sản phẩm", "Chủ thể").Row("Gạo", "HTX A");
        file.Sheet("B").Row("Tên sản phẩm", "Chủ thể").Row("Muối", "HTX B");

        Assert.Equal("Muối", (await ReadList.Of(file, settings => settings with { Sheets = ["B"] })).One.ProductName);
        Assert.Equal("sheet_missing", (await Assert.ThrowsAsync<SourceException>(
            () => ReadList.Of(file, settings => settings with { Sheets = ["C"] }))).Code);
    }

    [Fact]
    public async Task A_heading_that_nobody_knows_is_named_and_its_cells_are_kept()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("Tên sản phẩm", "Chủ thể", "Độ Brix").Row("Mật hoa dừa", "HTX A", "72");

        var list = await ReadList.Of(file);

        Assert.Contains("\"Độ Brix\"", list.Check.Description, StringComparison.Ordinal);
        Assert.Contains(KeyValuePair.Create("Độ Brix", "72"), list.One.Raw);
    }

    [Fact]
    public async Task A_product_that_sounds_like_a_place_or_a_group_is_a_product()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Tên sản phẩm", "Chủ thể", "Năm").Row(1, "Xà bông dừa").Row(2, "Phương Nam trà")
            .Row(3, "Nhóm trà thảo mộc", null, 2020)
            .Row(4, "Tinh dầu gấc").Row(5, "Tổng hợp hạt dinh dưỡng").Row(null, "HUYỆN CẦU KÈ").Row(6, "Quan âm tượng gỗ");

        var list = await ReadList.Of(file);

        Assert.Equal((6, "Huyện Cầu Kè"), (list.Records.Count, list.Records[5].District));
        Assert.All(list.Records.Take(5), record => Assert.Null(record.Commune ?? record.District ?? record.GroupText));
    }

    [Fact]
    public async Task Sections_of_stars_years_and_groups_speak_for_rows_that_are_silent()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Tên sản phẩm", "Chủ thể")
            .Row("I", "SẢN PHẨM 4 SAO").Row(1, "Gạo", "HTX A").Row("II", "Sản phẩm công nhận năm 2021").Row(2, "Muối", "HTX B")
            .Row("III", "NHÓM THỰC PHẨM").Row(3, "Mật", "HTX C");

        var list = await ReadList.Of(file);

        Assert.Equal((4, null), (list.Records[0].Certification!.Stars, list.Records[0].Certification!.Year));
        Assert.Equal((2021, null, "NHÓM THỰC PHẨM"),
            (list.Records[1].Certification!.Year, list.Records[1].Certification!.Stars, list.Records[2].GroupText));
        Assert.Null(list.Records[2].Certification);
    }

    [Fact]
    public async Task Communes_under_districts_under_a_province_add_up()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("TT", "Tên sản phẩm", "Chủ thể").Row("A", "TỈNH VĨNH LONG").Row("I", "HUYỆN TRÀ CÚ")
            .Row(1, "XÃ LƯU NGHIỆP ANH").Row(1, "Gạo", "HTX A")
            .Row(2, "XÃ ĐẠI AN").Row(1, "Cốm", "HTX B").Row("II", "HUYỆN CẦU NGANG").Row(1, "Muối", "HTX C")
                .Row("B", "TỈNH BẾN TRE").Row(1, "Kẹo dừa", "HTX D");

        Assert.Equal(
            [("Vĩnh Long", "Huyện Trà Cú", "Xã Lưu Nghiệp Anh"), ("Vĩnh Long", "Huyện Trà Cú", "Xã Đại An"),
                ("Vĩnh Long", "Huyện Cầu Ngang", null), ("Bến Tre", null, null)],
            (await ReadList.Of(file)).Records.Select(record => (record.Province!, record.District, record.Commune)));
    }

    [Fact]
    public async Task Cells_made_to_stall_a_pattern_are_rejected()
    {
        var list = await ReadList.OfCsv($"Tên sản phẩm,Chủ thể,Giá bán\nGạo,HTX A,\"1{new string('\n', 90_000)}x\"\nMuối,HTX B,50000\n");

        Assert.Equal("text_too_long", Assert.Single(list.Rejected).Code);
        Assert.Equal("Muối", list.One.ProductName);
    }

    [Fact]
    public async Task A_list_without_a_recognisable_heading_is_refused()
    {
        var file = new XlsxFile();
        file.Sheet("1").Row("Họ tên", "Điện thoại").Row("A", "1");

        Assert.Equal("header_not_found", (await ReadList.Refused(file.ToBytes(), ".xlsx")).Code);
    }

    private static SourceRecord Facts(SourceRecord record) =>
        record with { Raw = [], Offer = record.Offer with { Images = [] }, Invented = [] };
}
