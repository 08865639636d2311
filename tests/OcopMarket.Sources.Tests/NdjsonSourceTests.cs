using System.Text;
using OcopMarket.Core.Catalog;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

[Trait("Category", "Culture")]
public sealed class NdjsonSourceTests
{
    private const string Line = """
        {"productName":"Mật hoa dừa","producerName":"Công ty TNHH Trà Vinh Farm","producerKind":"company","province":"Trà Vinh","district":"Huyện Tiểu Cần","commune":"Xã Phú Cần","criteriaSetNo":7,"stars":5,"recognition":"recognised","decisionNo":"12/QĐ-TW","issuedDaysAgo":400,"expiresInDays":695,"priceVnd":125000,"salePriceVnd":null,"stockUnits":120,"weightGrams":500,"lengthCm":20,"widthCm":10.5,"heightCm":10,"unit":"Chai","variantName":"500 ml","gtin":null,"brand":"Sokfarm","description":"Dòng 1\nDòng 2","shelfLife":"12 tháng","images":["images/mat-hoa-dua-1.jpg"],"invented":["priceVnd","issuedDaysAgo"]}
        """;

    [Fact]
    public async Task A_line_is_a_whole_record()
    {
        var record = (await ReadList.OfNdjson(Line + "\n")).One;

        Assert.Equal(("Mật hoa dừa", ReportingKind.Company, 7, 5),
            (record.ProductName, record.ProducerKind!.Value, record.CriteriaSetNo, record.Certification!.Stars));
        Assert.Equal((125_000m, null, 120, 500, 10.5m),
            (record.Offer.PriceVnd, record.Offer.SalePriceVnd, record.Offer.StockUnits, record.Offer.WeightGrams,
            record.Offer.WidthCm));
        Assert.Equal(("500 ml", "Dòng 1\nDòng 2"), (record.Offer.VariantName, record.Offer.Description));
        Assert.Equal(["images/mat-hoa-dua-1.jpg"], record.Offer.Images);
        Assert.Equal(["PriceVnd", "IssuedOn"], record.Invented);
    }

    [Fact]
    public async Task Offsets_count_from_the_anchor_and_do_not_change_the_identity()
    {
        var today = (await ReadList.OfNdjson(Line)).One;
        var later = (await ReadList.OfNdjson(Line, settings => settings with { AnchorDay = ReadList.Anchor.AddDays(30) })).One;

        Assert.Equal((ReadList.Anchor.AddDays(-400), ReadList.Anchor.AddDays(695)),
            (today.Certification!.IssuedOn!.Value, today.Certification.ExpiresOn!.Value));
        Assert.Equal(ReadList.Anchor.AddDays(-370), later.Certification!.IssuedOn);
        Assert.Equal(today.Key, later.Key);
    }

    [Fact]
    public async Task Offsets_without_an_anchor_refuse_the_file() =>
        Assert.Equal("anchor_missing",
            (await ReadList.Refused(Encoding.UTF8.GetBytes(Line), ".ndjson", settings => settings with { AnchorDay = null }))
            .Code);

    [Fact]
    public async Task A_bad_line_does_not_lose_the_others()
    {
        var list = await ReadList.OfNdjson(
            "{\"productName\":\"Gạo\",\"độ\":1}\n\n{bad}\n[1]\n{\"productName\":{}}\n{\"productName\":\"A\",\"productName\":\"B\"}\n"
            + $"{{\"productName\":\"{new string('x', 3_000_000)}\"}}\n{{\"productName\":\"Muối\",\"images\":\"a.jpg\"}}\n{{\"productName\":\"Mật\"}}\n");

        Assert.Equal(["Gạo", "Mật"], list.Records.Select(record => record.ProductName));
        Assert.Equal(
            [(3, "line_unreadable"), (4, "line_unreadable"), (5, "wrong_type"), (6, "line_unreadable"), (7, "line_too_long"),
                (8, "wrong_type")],
            list.Rejected.Select(row => (row.Position.Row, row.Code)));
        Assert.Contains("\"độ\"", list.Check.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_of_byte_order_and_windows_line_ends_do_no_harm()
    {
        var list = await ReadList.Of([0xEF, 0xBB, 0xBF,
            .. Encoding.UTF8.GetBytes("{\"productName\":\"Gạo\"}\r\n{\"productName\":\"Muối\"}\r\n")], ".ndjson");

        Assert.Equal(2, list.Records.Count);
    }
}
