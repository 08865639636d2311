using OcopMarket.Core.Sources;

namespace OcopMarket.Core.Catalog;

/// <summary>The last look at a record before it enters the catalogue: values that cannot be true or cannot be stored reject the row, and
/// only the row. A source that normalises well never meets it.</summary>
public static class RecordGuard
{
    public const decimal MaxPriceVnd = 99_999_999_999_999m;
    private const decimal MaxSideCm = 99_999m;

    /// <returns>Null: the record may enter.</returns>
    public static RejectedRow? Check(SourceRecord record)
    {
        var offer = record.Offer;
        var certification = record.Certification;
        return First(
            record,
            (string.IsNullOrWhiteSpace(record.ProductName), "ProductName", "name_missing",
                "Thiếu tên sản phẩm; hãy ghi tên sản phẩm vào dòng này.", "The product's name is missing; fill it in."),
            (record.Key is not { Length: > 0 and <= 200 }, "Key", "key_unusable",
                "Dòng không có mã nhận dạng dùng được; hãy kiểm tra nguồn.", "The row has no usable key; check the source."),
            (certification?.Stars is < 1 or > 5, "Stars", "stars_out_of_range",
                "Số sao phải từ 1 đến 5; hãy sửa số sao.", "Stars must be 1 to 5; correct them."),
            (certification?.Year is < 2018 or > 2200, "Year", "year_out_of_range",
                "Năm công nhận phải từ 2018; hãy sửa năm.", "The year of recognition must be 2018 or later; correct it."),
            (offer.PriceVnd is < 0 or > MaxPriceVnd || offer.SalePriceVnd is < 0 or > MaxPriceVnd, "PriceVnd", "price_out_of_range",
                "Giá phải là số đồng không âm; hãy sửa giá.", "The price must be a whole, non-negative number of dong; correct it."),
            (offer.StockUnits < 0, "StockUnits", "stock_out_of_range",
                "Số lượng tồn không được âm; hãy sửa số lượng.", "Stock must not be negative; correct it."),
            (offer.WeightGrams < 0, "WeightGrams", "weight_out_of_range",
                "Khối lượng không được âm; hãy sửa khối lượng (gam).", "Weight must not be negative; correct it (grams)."),
            (Side(offer.LengthCm) || Side(offer.WidthCm) || Side(offer.HeightCm), "LengthCm", "size_out_of_range",
                "Kích thước phải từ 0 đến 99.999 cm; hãy sửa kích thước.", "Sizes must be 0 to 99,999 cm; correct them."));
    }

    private static bool Side(decimal? cm) => cm is < 0 or > MaxSideCm;

    private static RejectedRow? First(
        SourceRecord record, params ReadOnlySpan<(bool Wrong, string Column, string Code, string Vi, string En)> checks)
    {
        foreach (var (wrong, column, code, vi, en) in checks)
        {
            if (wrong)
            {
                return new(record.Position, column, code, vi, en, record.Raw);
            }
        }

        return null;
    }
}
