namespace OcopMarket.Sandbox.Lazada;

internal sealed record LazadaCategory(long Id, long Parent, string Name, bool IsLeaf);

/// <param name="Options">By id; empty: free text.</param>
internal sealed record LazadaAttribute(
    long Id, string Name, string Label, bool IsMandatory, string InputType, IReadOnlyDictionary<long, string> Options);

/// <summary>Section 6. The sheet has no category of Vietnam's food branch: names, ids, attributes and brands here are invented.</summary>
internal static class LazadaCatalogue
{
    public const long Alcohol = 90000113;
    public const string NoBrand = "No Brand";

    public static readonly IReadOnlyList<LazadaCategory> Categories =
    [
        new(90000001, 0, "Bách hóa", false),
        new(90000010, 90000001, "Thực phẩm", false),
        new(90000101, 90000010, "Rau, củ, quả tươi", true),
        new(90000102, 90000010, "Gạo và ngũ cốc", true),
        new(90000103, 90000010, "Mật ong và mật khác", true),
        new(90000104, 90000010, "Đồ khô và chế biến", true),
        new(90000011, 90000001, "Đồ uống", false),
        new(90000111, 90000011, "Trà", true),
        new(90000112, 90000011, "Cà phê", true),
        new(Alcohol, 90000011, "Đồ uống có cồn", true),
        new(90000020, 0, "Nhà cửa", false),
        new(90000201, 90000020, "Thủ công mỹ nghệ", true),
    ];

    public static readonly IReadOnlyDictionary<long, string> Brands = new Dictionary<long, string> { [30768] = "Sokfarm", [30769] = NoBrand };

    private static readonly string[] Basic = ["name", "description", "short_description", "brand", "brand_id"];

    private static readonly IReadOnlyList<LazadaAttribute> Common =
    [
        new(100001, "country_origin_hb", "Xuất xứ", false, "enumInput", new Dictionary<long, string> { [1] = "Việt Nam", [2] = "Khác" }),
        new(100002, "shelf_expiry", "Hạn sử dụng", false, "text", new Dictionary<long, string>()),
        new(100003, "storage", "Bảo quản", false, "singleSelect", new Dictionary<long, string> { [11] = "Nơi khô mát", [12] = "Ngăn lạnh" }),
    ];

    private static readonly LazadaAttribute Strength = new(100009, "alcohol_percentage", "Nồng độ cồn", true, "numeric", new Dictionary<long, string>());

    public static LazadaCategory? Find(long id) => Categories.FirstOrDefault(c => c.Id == id);

    public static bool IsRetired(SandboxSettings settings, long id) => settings.RetiredCategories.Contains(LazadaState.IdText(id));

    public static IReadOnlyList<LazadaAttribute> AttributesOf(long category) => category == Alcohol ? [.. Common, Strength] : Common;

    public static bool IsBasic(string attribute) => Basic.Contains(attribute);
}
