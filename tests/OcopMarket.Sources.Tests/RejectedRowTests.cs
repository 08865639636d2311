using System.Reflection;
using OcopMarket.Sources.Normalising;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>Which rows are no product, and what they are told.</summary>
[Trait("Category", "Culture")]
public sealed class RejectedRowTests
{
    [Theory]
    [InlineData("sao", "năm sau sẽ công nhận", "stars_unreadable")]
    [InlineData("trạng thái", "không biết gì", "status_unreadable")]
    [InlineData("Năm", "2017", "year_out_of_range")]
    [InlineData("Năm", "2028", "year_out_of_range")]
    [InlineData("Năm", "năm ngoái", "year_unreadable")]
    [InlineData("Ngày cấp", "31/02/2021", "date_unreadable")]
    [InlineData("Ngày cấp", "01/01/2035", "date_out_of_range")]
    [InlineData("Giá bán", "rẻ", "price_unreadable")]
    [InlineData("Giá bán", "-5000", "price_not_positive")]
    [InlineData("Giá bán", "0", "price_not_positive")]
    [InlineData("Giá bán", "125", "price_out_of_range")]
    [InlineData("Khối lượng", "nhẹ", "weight_unreadable")]
    [InlineData("Khối lượng", "9999 kg", "weight_out_of_range")]
    [InlineData("Tồn kho", "-3", "stock_negative")]
    [InlineData("Mã vạch", "12ab", "gtin_unreadable")]
    [InlineData("Hình ảnh", "../../etc/passwd", "image_path")]
    public async Task Rejected_row_keeps_its_number_column_and_reason(string heading, string cell, string code)
    {
        var column = heading == "trạng thái" ? "status" : heading;
        var list = await ReadList.OfCsv($"Tên sản phẩm;Chủ thể;{column}\nGạo;HTX A;\nMuối;HTX B;{cell}\nMật;HTX C;\n");

        var rejected = Assert.Single(list.Rejected);
        Assert.Equal((code, column, new RowPosition(null, 3)), (rejected.Code, rejected.Column, rejected.Position));
        Assert.InRange(rejected.ReasonVi.Length, 20, 160);
        Assert.Contains(KeyValuePair.Create("Tên sản phẩm", "Muối"), rejected.Raw);
        Assert.Equal(["Gạo", "Mật"], list.Records.Select(record => record.ProductName));
    }

    [Fact]
    public async Task A_row_with_content_but_without_name_is_rejected()
    {
        var rejected = Assert.Single((await ReadList.OfCsv("STT,Tên sản phẩm,Chủ thể,Năm\n1,,HTX A,2020\n2,Gạo,HTX A,2020\n"))
            .Rejected);

        Assert.Equal(("name_missing", "Tên sản phẩm"), (rejected.Code, rejected.Column));
    }

    [Theory]
    [InlineData("sao")]
    [InlineData("Năm")]
    [InlineData("Ngày cấp")]
    [InlineData("Giá bán")]
    [InlineData("Khối lượng")]
    public async Task A_missing_value_is_no_error(string heading)
    {
        var list = await ReadList.OfCsv($"Tên sản phẩm,Chủ thể,{heading}\nGạo,HTX A,\nMuối,HTX B,-\n");

        Assert.Equal((2, 0), (list.Records.Count, list.Rejected.Count));
        Assert.All(list.Records, record => Assert.Null(record.Certification));
    }

    [Fact]
    public async Task A_row_repeated_but_for_its_number_is_counted_and_equal_keys_get_ordinals()
    {
        var list = await ReadList.OfCsv("TT,Tên sản phẩm,Chủ thể,Giá bán\n1,Gạo,HTX A,50000\n2,Gạo,HTX A,50000\n3,Gạo,HTX A,60000\n");

        Assert.Equal((2, 1, 3), (list.Records.Count, list.Repeated, list.Rows));
        Assert.Equal(["0", "1"], list.Records.Select(record => record.Key.Split('.')[1]));
        Assert.Equal(list.Records[0].Key.Split('.')[0], list.Records[1].Key.Split('.')[0]);
    }

    [Fact]
    public void Every_reason_is_polite_short_and_in_both_languages()
    {
        var reasons = typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((string Vi, string En))field.GetValue(null)!);

        Assert.All(reasons, reason =>
        {
            Assert.InRange(reason.Vi.Length, 20, 117);
            Assert.InRange(reason.En.Length, 20, 117);
            Assert.Contains("Anh/chị", reason.Vi, StringComparison.Ordinal);
            Assert.DoesNotContain('!', reason.Vi + reason.En);
        });
    }
}
