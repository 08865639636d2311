using OcopMarket.Core.People;

namespace OcopMarket.Core.Tests.People;

public sealed class DataScopeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("producer:12")]
    [InlineData("units:29398,84")]
    public void What_is_written_is_read_again(string text)
    {
        Assert.True(DataScope.TryParse(text, out var scope));
        Assert.Equal(text, scope.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" all")]
    [InlineData("ALL")]
    [InlineData("producer:")]
    [InlineData("producer:0")]
    [InlineData("producer:-1")]
    [InlineData("producer:+1")]
    [InlineData("producer:1,2")]
    [InlineData("producer:1 ")]
    [InlineData("units:")]
    [InlineData("units:84,")]
    [InlineData("units:84,all")]
    [InlineData("units:8'4")]
    [InlineData("producer:99999999999999999999")]
    public void What_is_not_one_of_the_forms_is_refused(string? text) => Assert.False(DataScope.TryParse(text, out _));

    [Fact]
    public void No_unit_is_no_row() => Assert.Equal(DataScope.None, DataScope.OfUnits([]));

    [Fact]
    public void Units_are_one_scope_in_any_order() => Assert.Equal(DataScope.OfUnits(["84", "29398"]), DataScope.OfUnits(["29398", "84", "84"]));

    [Fact]
    public void A_code_cannot_carry_anything_else() => Assert.Throws<FormatException>(() => DataScope.OfUnits(["84,all"]));

    [Fact]
    public void Each_form_says_what_it_holds()
    {
        Assert.Equal(12, DataScope.Producer(12).ProducerId);
        Assert.Null(DataScope.All.ProducerId);
        Assert.Equal(["29398", "84"], DataScope.OfUnits(["84", "29398"]).Units);
        Assert.Empty(DataScope.All.Units);
    }
}
