using System.Text;
using CsCheck;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests;

/// <summary>What a list says does not depend on how it is written down.</summary>
[Trait("Category", "Culture")]
public sealed class ListProperties
{
    private static readonly string[] Headings = ["STT", "Tên sản phẩm", "Chủ thể OCOP", "Hạng sao", "Năm công nhận", "Giá bán",
        "Huyện"];

    private static readonly Gen<string[]> Rows =
        Gen.Select(OneOf("Mật hoa dừa", "Bánh tét ba màu", "Đường phèn", "Chả hoa"),
            OneOf("HTX Đồng Tâm", "Hộ kinh doanh Sơn Ca", ""),
            OneOf("4 sao", "★★★", "", "Tiềm năng 5 sao"), Gen.Int[2018, 2025], Gen.Int[1, 900], OneOf("Huyện Cầu Kè", ""),
            (name, producer, stars, year, price, district) =>
                new[] { "1", name, producer, stars, $"{year}", $"{price}.000 đ", district });

    [Fact]
    public void Order_of_columns_unicode_form_and_blanks_change_nothing() =>
        Gen.Select(Rows.Array[1, 12], Gen.Shuffle(Enumerable.Range(0, Headings.Length).ToArray()), Gen.Bool, Gen.Int[0, 3])
            .Sample(
            (rows, order, decomposed, blanks) =>
            {
                string Write(string text) => new string(' ', blanks)
                    + (decomposed ? text.Normalize(NormalizationForm.FormD) : text) + new string('\u00A0', blanks);
                var plain = Read(Headings, rows, Enumerable.Range(0, Headings.Length), text => text);
                var other = Read(Headings, rows, order, Write);
                Assert.Equal(plain.Records.Select(Facts), other.Records.Select(Facts));
                Assert.Equal((plain.Repeated, rows.Length), (other.Repeated, other.Rows));
            },
            iter: 60);

    [Fact]
    public void Rows_are_always_records_rejected_and_repeated_together() =>
        OneOf("", "4 sao", "x y z", "-", "125.000", "=1+1", "Tổng", "I", "Huyện A", "1", "31/02/2021", "(2)")
            .Array[7].Array[0, 30].Sample(
            cells =>
            {
                var list = Read(Headings, cells, Enumerable.Range(0, Headings.Length), text => text);
                Assert.Equal(list.Check.Rows, list.Rows);
                Assert.Equal(list.Records.Count, list.Records.Select(record => record.Key).Distinct().Count());
            },
            iter: 60);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static ReadList Read(string[] headings, string[][] rows, IEnumerable<int> order, Func<string, string> write)
    {
        var columns = order.ToArray();
        var file = new XlsxFile();
        var sheet = file.Sheet("1").Row([.. columns.Select(column => (object?)write(headings[column]))]);
        foreach (var row in rows)
        {
            sheet.Row([.. columns.Select(column => (object?)write(row[column]))]);
        }

        return ReadList.Of(file).GetAwaiter().GetResult();
    }

    private static string Facts(SourceRecord record) =>
        $"{record.Key} {record.ProductName} {record.ProducerName} {record.District} {record.Certification} {record.Offer.PriceVnd}";
}
