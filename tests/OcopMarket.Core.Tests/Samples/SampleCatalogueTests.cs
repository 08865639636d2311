using System.Text.Json;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;

namespace OcopMarket.Core.Tests.Samples;

[Trait("Category", "Culture")]
public sealed class SampleCatalogueTests
{
    private static readonly string[] OfferNames =
    [
        "priceVnd", "salePriceVnd", "stockUnits", "weightGrams", "lengthCm", "widthCm", "heightCm", "unit", "variantName", "gtin",
        "shortDescription", "description", "shelfLife", "foodSafetyNo", "images",
    ];

    [Fact]
    public void Rows_are_numbered_in_order_and_name_their_invented_values()
    {
        Assert.Equal(Enumerable.Range(1, 77), SampleFiles.Rows.Select(r => r.GetProperty("row").GetInt32()));
        foreach (var row in SampleFiles.Rows)
        {
            var invented = row.GetProperty("invented").EnumerateArray().Select(v => v.GetString()!).ToHashSet();
            var unmarked = OfferNames.Where(n => IsGiven(row.GetProperty(n)) && !invented.Contains(n));
            Assert.Empty(unmarked);
            Assert.Equal(SampleFiles.Text(row, "producerName")!.Contains(" Mẫu ", StringComparison.Ordinal), invented.Contains("producerName"));
        }
    }

    [Fact]
    public void Counts_are_those_that_expected_json_states()
    {
        var counts = SampleFiles.Expected.GetProperty("counts");
        var days = SampleFiles.Rows.Select(r => SampleFiles.Number(r, "expiresInDays")).OfType<int>().ToList();
        Assert.Equal(counts.GetProperty("valid").GetInt32(), days.Count(d => d > 200));
        Assert.Equal(counts.GetProperty("renewalWindow").GetInt32(), days.Count(d => d is >= 120 and <= 180));
        Assert.Equal(counts.GetProperty("expired").GetInt32(), days.Count(d => d < 0));
        Assert.Equal(counts.GetProperty("potentialFiveStar").GetInt32(), SampleFiles.Rows.Count - days.Count);
        Assert.Equal(counts.GetProperty("products").GetInt32(), SampleFiles.Rows.Select(Product).Distinct().Count());
        Assert.Equal(counts.GetProperty("producers").GetInt32(), SampleFiles.Rows.Select(r => Product(r).Producer).Distinct().Count());
    }

    [Fact]
    public void Two_rows_of_one_product_carry_the_same_offer()
    {
        foreach (var rows in SampleFiles.Rows.GroupBy(Product))
        {
            Assert.Single(rows.Select(r => string.Join('\n', OfferNames.Select(n => r.GetProperty(n).GetRawText()))).Distinct());
        }
    }

    [Fact]
    public void Only_the_rows_that_must_not_go_live_lack_something()
    {
        foreach (var row in SampleFiles.Rows)
        {
            var issue = SampleFiles.NotLive.GetValueOrDefault(row.GetProperty("row").GetInt32());
            Assert.Equal(issue == "price_missing", SampleFiles.Number(row, "priceVnd") is null);
            Assert.Equal(issue == "price_out_of_range", SampleFiles.Number(row, "priceVnd") > 500_000_000);
            Assert.Equal(issue == "stock_missing", SampleFiles.Number(row, "stockUnits") is null);
            Assert.Equal(issue == "out_of_stock", SampleFiles.Number(row, "stockUnits") == 0);
            Assert.Equal(issue == "weight_missing", SampleFiles.Number(row, "weightGrams") is null);
            Assert.Equal(issue == "image_missing", row.GetProperty("images").GetArrayLength() == 0);
            Assert.Equal(issue == "category_missing", SampleFiles.Number(row, "criteriaSetNo") == 26);
            var isFood = SampleFiles.Number(row, "criteriaSetNo") <= 17;
            Assert.Equal(issue == "food_safety_missing", isFood && SampleFiles.Text(row, "foodSafetyNo") is null);
        }
    }

    [Fact]
    public void Every_picture_exists_and_only_the_one_named_is_too_small()
    {
        foreach (var row in SampleFiles.Rows)
        {
            var tooSmall = SampleFiles.NotLive.GetValueOrDefault(row.GetProperty("row").GetInt32()) == "image_too_small";
            foreach (var image in row.GetProperty("images").EnumerateArray())
            {
                Assert.True(ImageHeader.TryRead(File.ReadAllBytes(SampleFiles.Sample(image.GetString()!)), out var header));
                Assert.Equal(new ImageHeader("image/jpeg", tooSmall ? 300 : 800, tooSmall ? 300 : 800), header);
            }
        }
    }

    private static bool IsGiven(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };

    private static (string Producer, string Name) Product(JsonElement row) =>
        (VietnameseText.Fold(SampleFiles.Text(row, "producerName")), VietnameseText.Fold(SampleFiles.Text(row, "productName")));
}

[Trait("Category", "Culture")]
public sealed class OcopTablesTests
{
    [Fact]
    public void Every_successor_and_predecessor_is_a_unit_of_its_time()
    {
        var units = SampleFiles.Table("admin-units.csv");
        var begins = units.Select(u => (u[0], u[5])).ToHashSet();
        var ends = units.Select(u => (u[0], u[6])).ToHashSet();
        Assert.Equal(units.Count, begins.Count);
        Assert.All(SampleFiles.Table("admin-unit-succession.csv"), s =>
        {
            Assert.Contains((s[0], s[1]), ends);
            Assert.Contains((s[2], s[3]), begins);
        });
    }

    [Fact]
    public void Certificate_rules_are_those_of_the_act_in_force()
    {
        var rules = CertificateRules.Parse(File.ReadAllText(Path.Combine(SampleFiles.Config, "ocop", "certificate-rules.json")));
        Assert.Equal((36, 180, 120, 180), (rules.TermMonths, rules.RenewalOpensDays, rules.RenewalClosesDays, rules.GraceDays));
        Assert.Equal(new CertificateRules().LegalBases, rules.LegalBases);
    }
}
