using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

internal sealed record PostmartCategory(string Id, string ParentId, string Name, bool IsLeaf);

/// <param name="Type">text, number, select or date.</param>
internal sealed record PostmartAttribute(
    string Id, string Name, string Type, string? Unit, bool Required, int? MaxLength, IReadOnlyList<string> Options);

/// <summary>Section 4: the ngành as parents 10-50, the criteria set n as leaf 1000 + n.</summary>
internal static class PostmartCategories
{
    public static readonly IReadOnlyList<PostmartCategory> All =
    [
        .. OcopTaxonomy.Branches.Select((name, i) => new PostmartCategory($"{(i + 1) * 10}", "0", name, false)),
        .. OcopTaxonomy.Sets.Select(s => new PostmartCategory($"{1000 + s.Number}", $"{s.Branch * 10}", s.Name, true))
    ];

    private static readonly PostmartAttribute Origin = Text("xuat-xu", "Xuất xứ", true);

    private static readonly IReadOnlyList<PostmartAttribute> Food =
    [
        Text("han-su-dung", "Hạn sử dụng", true),
        Origin,
        Text("giay-attp", "Giấy chứng nhận an toàn thực phẩm", true),
        new("khoi-luong-tinh", "Khối lượng tịnh", "number", "g", false, null, []),
        new("ngay-san-xuat", "Ngày sản xuất", "date", null, false, null, []),
        new("bao-quan", "Bảo quản", "select", null, false, null, ["Nhiệt độ thường", "Ngăn mát", "Ngăn đông"])
    ];

    private static readonly IReadOnlyList<PostmartAttribute> Other = [Origin, Text("chat-lieu", "Chất liệu", false)];

    public static IEnumerable<PostmartCategory> Offered(SandboxSettings settings) =>
        All.Where(c => !settings.RetiredCategories.Contains(c.Id));

    public static PostmartCategory? Find(SandboxSettings settings, string id) => Offered(settings).FirstOrDefault(c => c.Id == id);

    /// <param name="leaf">A leaf's id, also one that has been withdrawn.</param>
    public static bool IsFoodOrDrink(string leaf) => OcopTaxonomy.Sets.Any(s => leaf == $"{1000 + s.Number}" && s.IsFoodOrDrink);

    public static IReadOnlyList<PostmartAttribute> AttributesOf(string leaf) => IsFoodOrDrink(leaf) ? Food : Other;

    private static PostmartAttribute Text(string id, string name, bool required) => new(id, name, "text", null, required, 100, []);
}
