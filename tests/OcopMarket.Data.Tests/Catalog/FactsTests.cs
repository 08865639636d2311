using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Tests.Catalog;

[Trait("Category", "Culture")]
public sealed class FactsTests
{
    /// <summary>Stored rows are compared by this hash: were it another, every row of every source would count as changed once.</summary>
    [Fact]
    public async Task The_hash_of_a_row_stays_what_it_was()
    {
        var full = Records.Product("Mật hoa dừa \"Sokfarm\" <1>", "HTX Hòa Tân").Selling(120_000.5m, "Chai 500 ml", "SK-1")
            .Certified(4, new(2021, 3, 30), year: 2021)
            .With(o => o with { WeightGrams = 500, LengthCm = 12.04m, HeightCm = 7, Description = "dòng một\ndòng hai \U0001F965", Brand = "Sokfarm" });
        full = full with { Invented = ["priceVnd", "Stars"], Note = "ghi chú\0\t", GroupText = "Thực phẩm" };

        Assert.Equal("7d5240354c85c72d 435f3c847140f0c7", await HashAsync(full) + " " + await HashAsync(Records.Product("Bánh tét", null)));
    }

    [Fact]
    public async Task A_heading_that_stands_twice_keeps_both_texts()
    {
        var row = await StagedAsync(Records.Product("Trà") with { Raw = [new("Ghi chú", "một"), new("Ghi chú", "hai"), new("Ghi chú (2)", "ba \ud800")] });

        Assert.Equal("""{"Ghi chú":"một","Ghi chú (2)":"hai","Ghi chú (2) (2)":"ba \uFFFD"}""", System.Text.Encoding.UTF8.GetString(row.Raw).Replace("\uFFFD", "\\uFFFD", StringComparison.Ordinal));
    }

    private static async Task<string> HashAsync(SourceRecord record) => Convert.ToHexStringLower((await StagedAsync(record)).Hash)[..16];

    private static async Task<StagedRow> StagedAsync(SourceRecord record) =>
        (await StagedPage.OfAsync(Records.Page(record), new CertificateRules(), new(null), 0, CancellationToken.None)).Rows.Single();
}
