using OcopMarket.Core.Listings;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>The golden product as the catalogue would hold it.</summary>
internal static class Drafts
{
    public const string Sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static ListingDraft Nectar(string sku = "OCOP-TV-0001") => new()
    {
        SellerSku = sku,
        Title = "Mật hoa dừa cô đặc Sokfarm 500 ml",
        ShortDescription = "Mật hoa dừa cô đặc, thu hoạch tại Trà Vinh.",
        Description = "Mật hoa dừa cô đặc từ mật tươi.\nKhông thêm đường.",
        PriceVnd = 185000.00m,
        SalePriceVnd = 169000m,
        StockUnits = 120,
        WeightGrams = 650,
        LengthCm = 8m,
        WidthCm = 7.5m,
        HeightCm = 21.0m,
        Unit = "chai",
        Brand = "Sokfarm",
        Origin = "Trà Vinh, Việt Nam",
        Gtin = "8938526170012",
        ShelfLife = "12 tháng kể từ ngày sản xuất",
        FoodSafetyNo = "15/2025/NNPTNT-TV",
        CriteriaSetNo = 8,
        Claim = new(5, "1234/QĐ-BNN-VPĐP", new(2025, 6, 10), new(2028, 6, 10)),
        Images = [new(Sha, "image/jpeg", 1200, 900, 240_000, "http://127.0.0.1:5080/media/mat-hoa-dua-1.jpg", "M00000001")],
    };

    public static ListingDraft Mat() => Nectar("OCOP-TV-0002") with
    {
        Title = "Chiếu lác Cà Hom khổ 1,6 m",
        ShortDescription = "Chiếu lác dệt tay.",
        Description = "Chiếu lác dệt tay tại làng nghề Cà Hom.",
        PriceVnd = 420000m,
        SalePriceVnd = null,
        StockUnits = 15,
        WeightGrams = 2100,
        LengthCm = 165m,
        WidthCm = 20m,
        HeightCm = 20m,
        Unit = "chiếc",
        Brand = null,
        Gtin = null,
        ShelfLife = null,
        FoodSafetyNo = null,
        CriteriaSetNo = 21,
        Claim = null,
    };
}
