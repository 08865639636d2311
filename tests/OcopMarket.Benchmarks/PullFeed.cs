using System.Globalization;
using System.Text;

namespace OcopMarket.Benchmarks;

/// <summary>Listings of 12 columns as NDJSON, about 780 bytes a line, in the state of one day. Each day 1 % change, 0.1 % go and 0.1 %
/// come.</summary>
internal static class PullFeed
{
    private const string Text =
        "Sản phẩm được chế biến từ nguyên liệu trồng tại địa phương theo quy trình truyền thống, không dùng chất bảo quản, "
        + "đóng gói hút chân không, giữ trọn hương vị; thích hợp làm quà tặng trong những ngày lễ tết và dùng hằng ngày trong gia đình.";

    public static async Task WriteAsync(string file, int rows, int day, int? exportedOn, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(false), 1 << 20);
        var part = Math.Max(1, rows / 1_000);
        for (var n = 0; n < rows + (part * day); n++)
        {
            // A step that shares no factor with the number of rows shuffles them.
            var i = n < rows ? (int)(n * 7_368_787L % rows) : n;
            if (i < rows && i % 1_000 >= 1_000 - day)
            {
                continue;
            }

            var price = 50_000 + (i % 100 < day ? 1_000 : 0);
            var exported = exportedOn is { } stamp ? string.Create(CultureInfo.InvariantCulture, $",\"exported\":{stamp}") : "";
            await writer.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"sku\":\"OCOP-{i:D8}\",\"productName\":\"Bánh tráng dừa sữa thương hạng {i}\",\"producerName\":\"Hợp tác xã {i / 8}\",\"province\":\"Trà Vinh\",\"district\":\"Tiểu Cần\",\"commune\":\"Phú Cần\",\"description\":\"{Text}\",\"priceVnd\":{price},\"stockUnits\":{i % 500},\"weightGrams\":500,\"unit\":\"gói\",\"brand\":\"Nhãn {i % 97}\"{exported}}}").AsMemory(),
                cancellationToken);
        }
    }
}
