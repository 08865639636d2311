namespace OcopMarket.Sandbox.Common;

/// <summary>A criteria set of decision 26/2026/QĐ-TTg; <paramref name="Branch"/> 1-5 is its ngành (I-V).</summary>
internal sealed record OcopSet(int Number, int Branch, string Name)
{
    public bool IsFoodOrDrink => Branch is 1 or 2;
}

/// <summary>Sets 1-25 of decision 26/2026/QĐ-TTg (official text). Set 26, tourism services, is sold on neither floor.</summary>
internal static class OcopTaxonomy
{
    /// <summary>In the order of the ngành, from 1.</summary>
    public static readonly IReadOnlyList<string> Branches = ["Thực phẩm", "Đồ uống", "Dược liệu", "Thủ công mỹ nghệ", "Sinh vật cảnh"];

    public static readonly IReadOnlyList<OcopSet> Sets =
    [
        new(1, 1, "Rau, củ, quả, hạt tươi"),
        new(2, 1, "Thịt, thủy sản, trứng, sữa tươi"),
        new(3, 1, "Gạo, ngũ cốc, hạt sơ chế khác"),
        new(4, 1, "Mật ong, mật khác và nông sản thực phẩm khác"),
        new(5, 1, "Đồ ăn nhanh"),
        new(6, 1, "Chế biến từ gạo, ngũ cốc"),
        new(7, 1, "Chế biến từ rau, củ, quả, hạt"),
        new(8, 1, "Chế biến từ thịt, thủy sản, trứng, sữa, các sản phẩm từ mật ong, mật khác và nông sản thực phẩm khác"),
        new(9, 1, "Tương, nước mắm, gia vị dạng lỏng khác"),
        new(10, 1, "Gia vị khác (muối, hành, tỏi, tiêu)"),
        new(11, 1, "Chè tươi, chè chế biến"),
        new(12, 1, "Sản phẩm trà từ thực vật khác"),
        new(13, 1, "Cà phê, cacao"),
        new(14, 2, "Rượu trắng"),
        new(15, 2, "Đồ uống có cồn khác"),
        new(16, 2, "Nước khoáng thiên nhiên, nước uống đóng chai"),
        new(17, 2, "Đồ uống không cồn khác"),
        new(18, 3, "Thực phẩm chức năng, thuốc dược liệu, thuốc cổ truyền"),
        new(19, 3, "Mỹ phẩm có thành phần từ dược liệu"),
        new(20, 3, "Tinh dầu và dược liệu khác"),
        new(21, 4, "Thủ công mỹ nghệ"),
        new(22, 4, "Vải, may mặc"),
        new(23, 5, "Hoa"),
        new(24, 5, "Cây cảnh"),
        new(25, 5, "Động vật cảnh")
    ];
}
