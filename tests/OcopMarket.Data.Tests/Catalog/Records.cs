using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Tests.Catalog;

/// <summary>Records as a source gives them, with keys made the way sources make them.</summary>
internal static class Records
{
    public static SourceRecord Product(string name, string? producer = "HTX Nông nghiệp Phú Cần", int row = 2) => Keyed(new()
    {
        Position = new(null, row),
        Key = "",
        ProductName = name,
        ProducerName = producer,
        Province = "Trà Vinh",
        District = "Huyện Tiểu Cần",
        Commune = "Xã Phú Cần",
        Raw = [new("Tên sản phẩm", name), new("Chủ thể", producer ?? "")],
    });

    public static SourceRecord Selling(this SourceRecord record, decimal price, string? variant = null, string? sku = null) =>
        Keyed(record with { Offer = record.Offer with { PriceVnd = price, VariantName = variant, Sku = sku, StockUnits = 10 } });

    public static SourceRecord Certified(
        this SourceRecord record, int? stars, DateOnly? issuedOn, string? decision = "612/QĐ-UBND", int? year = null) =>
        Keyed(record with
        {
            Certification = new()
            {
                Kind = RecognitionKind.Recognised,
                Stars = stars,
                IssuedOn = issuedOn,
                DecisionNo = decision,
                Year = year,
            },
        });

    public static SourceRecord With(this SourceRecord record, Func<OfferFacts, OfferFacts> change) =>
        Keyed(record with { Offer = change(record.Offer) });

    public static SourceRecord Keyed(SourceRecord record, int ordinal = 0) => record with { Key = RecordKey.Row(record, ordinal) };

    public static SourcePage Page(params SourceRecord[] records) => Page(records, "end");

    public static SourcePage Page(SourceRecord[] records, string cursor, int repeated = 0) => new(records, [], repeated, cursor);
}
