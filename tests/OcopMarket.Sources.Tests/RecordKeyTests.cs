using OcopMarket.Core.Certifications;

namespace OcopMarket.Sources.Tests;

[Trait("Category", "Culture")]
public sealed class RecordKeyTests
{
    [Fact]
    public void Spelling_does_not_make_another_product()
    {
        var one = Record("Dừa sáp sợi VICOSAP", "Công ty TNHH Chế biến Dừa sáp Cầu Kè", "Trà Vinh");
        var two = Record("DỪA SÁP SỢI - Vicosap", "công ty TNHH chế biến dừa sáp Cầu Kè ", "TRÀ VINH");

        Assert.Equal(RecordKey.Product(one), RecordKey.Product(two));
        Assert.Equal(RecordKey.Producer(one), RecordKey.Producer(two));
    }

    [Fact]
    public void The_same_name_in_another_province_is_another_producer() =>
        Assert.NotEqual(RecordKey.Producer(Record("Gạo", "HTX A", "Trà Vinh")), RecordKey.Producer(Record("Gạo", "HTX A", "Vĩnh Long")));

    [Fact]
    public void Withheld_producers_are_never_merged_by_product_name()
    {
        var four = Record("Bánh tét 3 màu", null, "Trà Vinh") with { Certification = Facts(4) };
        var three = four with { Certification = Facts(3) };
        var twin = four with { Key = RecordKey.Row(four, 1) };

        Assert.Equal(3, new[] { four, three, twin }.Select(RecordKey.Producer).Distinct().Count());
        Assert.Equal(3, new[] { four, three, twin }.Select(RecordKey.Product).Distinct().Count());
    }

    [Fact]
    public void A_row_keeps_its_key_when_price_note_and_spelling_of_the_decision_change()
    {
        var row = Record("Gạo", "HTX A", "Trà Vinh") with { Certification = Facts(4) };
        var again = row with
        {
            Note = "mới",
            Offer = new OfferFacts { PriceVnd = 60_000 },
            Certification = Facts(4) with { DecisionNo = "612 / QÐ-UBND" },
        };

        Assert.Equal(RecordKey.Row(row, 0), RecordKey.Row(again, 0));
        Assert.NotEqual(RecordKey.Row(row, 0), RecordKey.Row(row, 1));
        Assert.Matches("^[a-z2-7]{16}\\.0$", RecordKey.Row(row, 0));
    }

    private static CertificationFacts Facts(int stars) => new() { Kind = RecognitionKind.Recognised, Stars = stars, DecisionNo = "612/QĐ-UBND" };

    private static SourceRecord Record(string name, string? producer, string province) =>
        new() { Position = new(null, 1), Key = "k.0", ProductName = name, ProducerName = producer, Province = province, Raw = [] };
}
