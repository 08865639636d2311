using OcopMarket.Core.Catalog.Editing;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tests;

[Trait("Category", "Culture")]
public sealed class FormReadingTests
{
    [Theory]
    [InlineData("price", "1.250.000", "1250000")]
    [InlineData("price", "125 nghìn", "125000")]
    [InlineData("price", "", null)]
    [InlineData("weight", "1,5 kg", "1500")]
    [InlineData("weight", "1.234 g", "1234")]
    [InlineData("weight", "650", "650")]
    [InlineData("weight", "0,25 kg", "250")]
    [InlineData("length", "12,5", "12.5")]
    [InlineData("length", "125 mm", "12.5")]
    [InlineData("stock", "hết hàng", "0")]
    [InlineData("saleFrom", "01/12/2026", "2026-12-01")]
    [InlineData("gtin", "8938 5261 70012", "8938526170012")]
    [InlineData("description", "Một\r\nHai  ", "Một\nHai")]
    [InlineData("name", "  Mắm   rươi ", "Mắm rươi")]
    public void What_people_type_is_read_as_a_list_would_be(string field, string typed, string? value)
    {
        var (read, problem) = FormReading.Read(Field(field), typed);
        Assert.Equal((value, null), (read.Text, problem?.Code));
    }

    [Theory]
    [InlineData("price", "rẻ", "price_unreadable")]
    [InlineData("price", "500", "price_out_of_range")]
    [InlineData("stock", "-1", "stock_negative")]
    [InlineData("weight", "330 ml", "weight_unreadable")]
    [InlineData("weight", "1,234 kg", "weight_out_of_range")]
    [InlineData("saleTo", "2026", "date_unreadable")]
    [InlineData("saleTo", "31/02/2026", "date_unreadable")]
    [InlineData("gtin", "12", "gtin_unreadable")]
    [InlineData("name", "", "name_missing")]
    [InlineData("name", "123", "name_unreadable")]
    public void What_cannot_be_read_is_said_in_both_languages(string field, string typed, string code)
    {
        var (_, problem) = FormReading.Read(Field(field), typed);
        Assert.Equal(code, problem?.Code);
        Assert.NotEqual(problem!.ReasonVi, problem.ReasonEn);
    }

    /// <summary>What the form shows is what it would read.</summary>
    [Theory]
    [InlineData("price", "1250000")]
    [InlineData("weight", "1234")]
    [InlineData("weight", "1500")]
    [InlineData("weight", "999")]
    [InlineData("weight", "12000")]
    [InlineData("stock", "1234567")]
    [InlineData("height", "12.5")]
    [InlineData("saleFrom", "2026-12-01")]
    public void What_is_shown_reads_as_the_same(string field, string value)
    {
        var known = Field(field);
        Assert.Equal(value, FormReading.Read(known, EditValue.Of(value).Shown(known.Kind)).Value.Text);
    }

    private static EditField Field(string name) => EditField.OfProduct.Concat(EditField.OfEachVariant).First(f => f.Name == name);
}
