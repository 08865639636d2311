using OcopMarket.Web.Text;

namespace OcopMarket.Web.Tests;

[Trait("Category", "Culture")]
public sealed class VietnamFormatTests
{
    [Fact]
    public void Numbers_have_dots_for_thousands() => Assert.Equal("68.627", VietnamFormat.Number(68627));

    [Fact]
    public void Money_is_joined_to_its_sign_by_a_no_break_space() => Assert.Equal("1.250.000\u00A0₫", VietnamFormat.Money(1250000m));

    [Fact]
    public void Percent_has_a_comma() => Assert.Equal("92,3%", VietnamFormat.Percent(923, 1000));

    [Fact]
    public void A_share_of_nothing_is_a_dash() => Assert.Equal("-", VietnamFormat.Percent(0, 0));

    [Theory]
    [InlineData(500, "500\u00A0g")]
    [InlineData(800, "0,8\u00A0kg")]
    [InlineData(1250, "1,25\u00A0kg")]
    [InlineData(75, "75\u00A0g")]
    public void Weight_is_said_in_grams_or_kilograms(int grams, string text) => Assert.Equal(text, VietnamFormat.Weight(grams));

    [Fact]
    public void A_moment_late_in_the_UTC_evening_is_the_next_day_in_Viet_Nam() =>
        Assert.Equal("22/04/2023 01:02", VietnamFormat.Moment(new(2023, 4, 21, 18, 2, 0, TimeSpan.Zero)));

    [Fact]
    public void Days_are_day_month_year() => Assert.Equal("21/04/2023", VietnamFormat.Day(new DateOnly(2023, 4, 21)));
}
