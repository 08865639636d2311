using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Catalog;
using OcopMarket.Testing;

namespace OcopMarket.Web.Tests.Editing;

/// <summary>A portal over a catalogue that was really pulled: the product of a first producer, of which a second person of staff looks after both.</summary>
public sealed class EditedPortal : EmptyPortal
{
    /// <summary>A dark dot; its first bytes and its end are real.</summary>
    public static byte[] Png() => Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    public Task PullAsync(decimal price, string? description = "Mật hoa dừa cô đặc từ mật tươi, không thêm đường.", int stock = 40) =>
        PullAsync(Record("Mật hoa dừa Sokfarm", "Công ty TNHH Trà Vinh Farm", price, description, stock));

    protected override async Task SeedAsync()
    {
        await PullAsync(185_000);
        await PullAsync(Record("Chả hoa", "Cơ sở Năm Thụy", 80_000, null, 3));
        await ExecuteAsync(
            "UPDATE producer SET unit_now = '84'; UPDATE product SET unit_code = '84'; UPDATE variant SET unit_code = '84'; UPDATE certification SET unit_code = '84'");
    }

    private async Task PullAsync(SourceRecord record)
    {
        var clock = TimeProvider.System;
        var runs = new SourceRunStore(DataSource, clock);
        await using var run = await runs.StartAsync(
            new(new("danh-sach", "Danh sách xã", "csv", false), new("test", Guid.NewGuid().ToString(), null), "test", "test.csv"), CancellationToken.None);
        await new CatalogueStore(DataSource, new CertificateRules(), TestMarks.Of, clock).ApplyPageAsync(run, new([record], [], 0, "end"), null, CancellationToken.None);
        await runs.FinishAsync(run, false, CancellationToken.None);
    }

    private static SourceRecord Record(string name, string producer, decimal price, string? description, int stock)
    {
        var record = new SourceRecord
        {
            Position = new(null, 2),
            Key = "",
            ProductName = name,
            ProducerName = producer,
            Province = "Trà Vinh",
            CriteriaSetNo = 8,
            Certification = new()
            {
                Kind = RecognitionKind.Recognised,
                Stars = 3,
                IssuedOn = VietnamDay.Of(TimeProvider.System.GetUtcNow()).AddYears(-1),
                DecisionNo = "612/QĐ-UBND",
            },
            Offer = new()
            {
                PriceVnd = price,
                StockUnits = stock,
                WeightGrams = 650,
                Description = description,
                ShelfLife = "12 tháng",
                Origin = "Việt Nam",
            },
            Raw = [new("Tên", name)],
        };
        return record with { Key = RecordKey.Row(record, 0) };
    }
}
