using OcopMarket.Core.Certifications;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tests;

/// <summary>Cells as people fill them in.</summary>
[Trait("Category", "Culture")]
public sealed class ValueTests
{
    [Theory]
    [InlineData("4", 4)]
    [InlineData("4 sao", 4)]
    [InlineData("Bốn sao", 4)]
    [InlineData("BA SAO", 3)]
    [InlineData("Hạng 4 sao", 4)]
    [InlineData("Đạt hạng năm sao cấp quốc gia", 5)]
    [InlineData("★★★★", 4)]
    [InlineData("★★★☆☆", 3)]
    [InlineData("****", 4)]
    [InlineData("4*", 4)]
    [InlineData("4.0", 4)]
    [InlineData("1 sao", 1)]
    [InlineData("-", null)]
    [InlineData("Chưa xếp hạng", null)]
    public void Stars_are_read(string text, int? expected)
    {
        var (stars, _) = StarText.Read(CellValue.OfText(text));

        Assert.Equal((expected, false), (stars.Value, stars.Unreadable));
    }

    [Theory]
    [InlineData("năm sau sẽ công nhận")]
    [InlineData("3-4 sao")]
    [InlineData("3 hoặc 4 sao")]
    [InlineData("6 sao")]
    [InlineData("0")]
    [InlineData("Tiềm năng 4 sao")]
    [InlineData("★★★★★★")]
    public void Stars_that_say_nothing_sure_are_unreadable(string text) =>
        Assert.True(StarText.Read(CellValue.OfText(text)).Stars.Unreadable);

    [Fact]
    public void Potential_five_stars_is_a_flag_and_no_star()
    {
        var (stars, kind) = StarText.Read(CellValue.OfText("Tiềm năng 5 sao"));

        Assert.Equal((null, false, RecognitionKind.PotentialFiveStar), (stars.Value, stars.Unreadable, kind));
        Assert.Equal((4, RecognitionKind.Upgraded),
            (StarText.Read(CellValue.OfText("Nâng hạng 4 sao")) is var up ? (up.Stars.Value, up.Kind) : default));
    }

    [Theory]
    [InlineData("30/03/2021")]
    [InlineData("30-3-2021")]
    [InlineData("30.3.2021")]
    [InlineData("30/3/21")]
    [InlineData("2021-03-30")]
    [InlineData("2021-03-30 00:00:00")]
    [InlineData("ngày 30 tháng 3 năm 2021")]
    [InlineData("Ngày 30/3/2021")]
    public void Days_are_read(string text) =>
        Assert.Equal(new DateOnly(2021, 3, 30), DateText.Read(CellValue.OfText(text)).Value!.Value.Day);

    [Fact]
    public void Serial_numbers_are_days_and_four_digits_a_year()
    {
        Assert.Equal(new DateOnly(2021, 3, 30), DateText.Read(CellValue.OfNumber(44285)).Value!.Value.Day);
        Assert.Equal(2021, DateText.Read(CellValue.OfNumber(2021)).Value!.Value.Year);
        Assert.Equal(2021, DateText.Read(CellValue.OfText("tháng 3/2021")).Value!.Value.Year);
    }

    [Theory]
    [InlineData("31/02/2021")]
    [InlineData("03/30/2021")]
    [InlineData("sang năm")]
    [InlineData("30/3")]
    [InlineData("30/3/2021 và 5/4/2021")]
    public void Days_that_the_calendar_does_not_have_are_unreadable(string text) =>
        Assert.True(DateText.Read(CellValue.OfText(text)).Unreadable);

    [Theory]
    [InlineData("Quyết định số 612/QĐ-UBND ngày 30/3/2021", "612/QĐ-UBND", "2021-03-30")]
    [InlineData("QĐ số 1693 /QĐ - UBND, ngày 22 tháng 8 năm 2022", "1693/QĐ-UBND", "2022-08-22")]
    [InlineData("612/QĐ-UBND", "612/QĐ-UBND", null)]
    [InlineData("148/2023/QĐ-TTg", "148/2023/QĐ-TTg", null)]
    [InlineData("30/3/2021", null, "2021-03-30")]
    [InlineData("Số 45", "45", null)]
    public void Decisions_are_number_and_day(string text, string? number, string? day) =>
        Assert.Equal(
            (number, day is null ? null : DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)),
            DecisionText.Read(CellValue.OfText(text)));

    [Theory]
    [InlineData("125.000 đ", 125_000)]
    [InlineData("125,000", 125_000)]
    [InlineData("125000 VND", 125_000)]
    [InlineData("125 nghìn", 125_000)]
    [InlineData("125k", 125_000)]
    [InlineData("1,2 triệu đồng", 1_200_000)]
    [InlineData("1.250.000₫", 1_250_000)]
    [InlineData("85.000đ/kg", 85_000)]
    [InlineData("Liên hệ", null)]
    [InlineData("thỏa thuận", null)]
    [InlineData("-", null)]
    public void Prices_are_whole_dong(string text, int? expected)
    {
        var price = AmountText.Price(CellValue.OfText(text), "");

        Assert.Equal((expected, false), ((int?)price.Value, price.Unreadable));
    }

    [Theory]
    [InlineData("100.000 - 120.000")]
    [InlineData("rẻ")]
    [InlineData("12.5.000")]
    [InlineData("100.000,5 đ")]
    public void Prices_that_are_no_amount_are_unreadable(string text) =>
        Assert.True(AmountText.Price(CellValue.OfText(text), "").Unreadable);

    [Theory]
    [InlineData("500g", 500)]
    [InlineData("0,5 kg", 500)]
    [InlineData("0,500 kg", 500)]
    [InlineData("1kg", 1_000)]
    [InlineData("1.500 gam", 1_500)]
    [InlineData("2 lạng", 200)]
    public void Weights_are_grams(string text, int expected) =>
        Assert.Equal(expected, AmountText.Grams(CellValue.OfText(text), "").Value);

    [Fact]
    public void A_weight_without_unit_is_not_guessed()
    {
        Assert.True(AmountText.Grams(CellValue.OfText("500"), "khoi luong").Unreadable);
        Assert.Equal(500, AmountText.Grams(CellValue.OfText("500"), "khoi luong g").Value);
    }

    [Theory]
    [InlineData("HUYỆN CHÂU THÀNH", "Huyện Châu Thành")]
    [InlineData("TP. TRÀ VINH", "Thành phố Trà Vinh")]
    [InlineData("H. Cầu Kè", "Huyện Cầu Kè")]
    [InlineData("thị trấn Càng Long", "Thị trấn Càng Long")]
    [InlineData("P.7", "Phường 7")]
    public void Places_are_written_out(string text, string expected) => Assert.Equal(expected, PlaceText.Unit(text));

    [Theory]
    [InlineData("Tỉnh Trà Vinh", "Trà Vinh")]
    [InlineData("TRÀ VINH", "Trà Vinh")]
    [InlineData("Tinh tra vinh", "Trà Vinh")]
    public void Provinces_have_one_name(string text, string expected) => Assert.Equal(expected, PlaceText.Province(text));
}
