using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

internal sealed record VosoCategory(long CategoryId, string CategoryName, long ParentId, bool IsLeaf);

internal sealed record VosoAttribute(string AttributeCode, string AttributeName, string DataType, bool Required, IReadOnlyList<string> Values);

/// <summary>Section 3: the ngành as parents 100-500, the criteria set n as leaf 5000 + n.</summary>
internal static class VosoCategories
{
    public const long Root = -1;

    private static readonly IReadOnlyList<VosoCategory> All =
    [
        .. OcopTaxonomy.Branches.Select((name, i) => new VosoCategory((i + 1) * 100, name, Root, false)),
        .. OcopTaxonomy.Sets.Select(s => new VosoCategory(5000 + s.Number, s.Name, s.Branch * 100, true))
    ];

    private static readonly IReadOnlyList<VosoAttribute> Food =
    [
        new("HSD", "Hạn sử dụng", "TEXT", true, []),
        new("BAO_QUAN", "Bảo quản", "SELECT", false, ["Nhiệt độ thường", "Ngăn mát", "Ngăn đông"])
    ];

    private static readonly IReadOnlyList<VosoAttribute> Other = [new("CHAT_LIEU", "Chất liệu", "TEXT", false, [])];

    public static IEnumerable<VosoCategory> Offered(SandboxSettings settings) =>
        All.Where(c => !settings.RetiredCategories.Contains(VosoState.IdText(c.CategoryId)));

    public static VosoCategory? Find(SandboxSettings settings, long id) => Offered(settings).FirstOrDefault(c => c.CategoryId == id);

    public static bool IsFoodOrDrink(long leaf) => OcopTaxonomy.Sets.Any(s => leaf == 5000 + s.Number && s.IsFoodOrDrink);

    public static IReadOnlyList<VosoAttribute> AttributesOf(long leaf) => IsFoodOrDrink(leaf) ? Food : Other;
}
