namespace OcopMarket.Sandbox.Shopee;

internal sealed record CategoryRow(long CategoryId, long ParentCategoryId, string OriginalCategoryName, string DisplayCategoryName, bool HasChildren);

/// <param name="InputType">1 choice, 2 choice or own value, 3 free text.</param>
/// <param name="Values">By value id.</param>
internal sealed record AttributeRow(
    long AttributeId, string Name, bool Mandatory, int InputType, int ValidationType, IReadOnlyDictionary<long, string> Values, string? Unit = null);

/// <param name="MaskChannelId">0: not behind another.</param>
internal sealed record ChannelRow(long Id, string Name, bool Enabled, string FeeType, decimal MaxKilograms, long MaskChannelId = 0);

/// <summary>Section 6. The food branch as a public copy of Seller Centre's list has it; attributes, brand and channels are invented.</summary>
internal static class ShopeeCatalogue
{
    public const long Alcohol = 100860;
    public const string NoBrand = "NoBrand";
    public const long Root = 100629;

    public static readonly IReadOnlyList<CategoryRow> Categories =
    [
        new(Root, 0, "Food & Beverages", "Thực phẩm và đồ uống", true),
        new(100645, Root, "Convenience / Ready-to-eat", "Đồ chế biến sẵn", true),
        new(100780, 100645, "Cooked Food", "Đồ ăn chế biến sẵn", false),
        new(100784, 100645, "Instant Noodles", "Mì ăn liền", false),
        new(100646, Root, "Snacks", "Đồ ăn vặt", true),
        new(100785, 100646, "Sweets & Candy", "Kẹo", false),
        new(100792, 100646, "Nuts", "Các loại đậu sấy khô", false),
        new(100793, 100646, "Others", "Khác", false),
        new(100647, Root, "Food Staples", "Nhu yếu phẩm", true),
        new(100797, 100647, "Noodles", "Mì", false),
        new(100798, 100647, "Rice", "Gạo", false),
        new(100800, 100647, "Others", "Khác", false),
        new(100802, 100647, "Preserved Vegetables", "Rau củ ngâm", false),
        new(100648, Root, "Cooking Essentials", "Nguyên liệu nấu ăn", true),
        new(100805, 100648, "Sugar", "Đường", false),
        new(100808, 100648, "Cooking Paste & Kit", "Gói/ bột gia vị", false),
        new(100811, 100648, "Others", "Khác", false),
        new(100650, Root, "Breakfast Cereals & Spread", "Ngũ cốc & mứt", true),
        new(100819, 100650, "Honey & Maple Syrups", "Mật ong và siro", false),
        new(100820, 100650, "Jam & Spread", "Mứt", false),
        new(100651, Root, "Beverages", "Đồ uống", true),
        new(100824, 100651, "Coffee", "Cà phê", false),
        new(100825, 100651, "Tea & Tea Bags", "Trà & trà túi lọc", false),
        new(100828, 100651, "Water", "Nước tinh khiết", false),
        new(100834, 100651, "Traditional & Herbal Drinks", "Trà thảo mộc", false),
        new(100837, 100651, "Others", "Khác", false),
        new(100653, Root, "Fresh & Frozen Food", "Thực phẩm tươi sống & đông lạnh", true),
        new(100850, 100653, "Others", "Khác", false),
        new(100851, 100653, "Vegetables", "Rau củ", false),
        new(100852, 100653, "Fruits", "Trái cây", false),
        new(100855, 100653, "Processed Meat & Seafood", "Thịt và hải sản chế biến sẵn", false),
        new(100655, Root, "Alcoholic Beverages", "Đồ uống có cồn", true),
        new(Alcohol, 100655, "Beer & Cider", "Bia và trái cây lên men", false),
    ];

    public static readonly IReadOnlyList<ChannelRow> Channels =
    [
        new(50021, "Nhanh", true, "FIXED_DEFAULT_PRICE", 30),
        new(50023, "Nhanh, chặng cuối", true, "FIXED_DEFAULT_PRICE", 30, MaskChannelId: 50021),
        new(50022, "Hàng cồng kềnh", true, "SIZE_INPUT", 1000),
        new(50024, "Hỏa tốc", false, "FIXED_DEFAULT_PRICE", 10),
    ];

    public static readonly IReadOnlyDictionary<long, string> Brands = new Dictionary<long, string> { [9100001] = "Sokfarm" };

    private static readonly IReadOnlyList<AttributeRow> Common =
    [
        new(9000001, "Xuất xứ", false, 2, 0, new Dictionary<long, string> { [1] = "Việt Nam", [2] = "Khác" }),
        new(9000002, "Hạn sử dụng", false, 3, 2, new Dictionary<long, string>()),
    ];

    private static readonly AttributeRow Strength = new(9000003, "Nồng độ cồn", true, 3, 3, new Dictionary<long, string>(), "%");

    public static CategoryRow? Find(long id) => Categories.FirstOrDefault(c => c.CategoryId == id);

    public static bool IsRetired(SandboxSettings settings, long id) => settings.RetiredCategories.Contains(ShopeeState.IdText(id));

    public static IReadOnlyList<AttributeRow> AttributesOf(long category) => category == Alcohol ? [.. Common, Strength] : Common;
}
