using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Sellers;

/// <summary>Copies of identity cards are not kept, by law and because nobody here needs them: what is named like one is refused.</summary>
public static partial class IdentityPapers
{
    public const string ReasonVi = "Không lưu ảnh hay số căn cước, CMND. Anh/chị chỉ gửi phiếu ủy quyền đã ký, che số giấy tờ.";

    public const string ReasonEn = "Identity cards and their numbers are not kept. Hand in only the signed mandate, with such numbers covered.";

    /// <summary>Whether a file's name, a heading or a text calls something an identity card.</summary>
    public static bool Names(string? text) => Card().IsMatch(VietnameseText.Fold(text));

    [GeneratedRegex(@"(?<![a-z])(?:cccd|cmnd|cmtnd|cmt|can ?cuoc|chung ?minh(?: ?nhan ?dan| ?thu)|identity ?card|id ?card|passport|ho ?chieu)(?![a-z])", RegexOptions.None, 1000)]
    private static partial Regex Card();
}
