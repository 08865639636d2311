using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Sellers;

/// <summary>Copies of identity cards are not kept, by law and because nobody here needs them: what is named like one is refused.</summary>
public static class IdentityPapers
{
    private static readonly string[] _names = ["cccd", "cmnd", "cmtnd", "can cuoc", "chung minh nhan dan", "chung minh thu", "identity card", "id card", "passport", "ho chieu"];

    public const string ReasonVi = "Không lưu ảnh hay số căn cước, CMND. Anh/chị chỉ gửi phiếu ủy quyền đã ký, che số giấy tờ.";

    public const string ReasonEn = "Identity cards and their numbers are not kept. Hand in only the signed mandate, with such numbers covered.";

    /// <summary>Whether a file's name, a heading or a text calls something an identity card.</summary>
    public static bool Names(string? text)
    {
        var folded = $" {VietnameseText.Fold(text)} ";
        return Array.Exists(_names, n => folded.Contains($" {n} ", StringComparison.Ordinal) || folded.Contains($" {n.Replace(" ", "", StringComparison.Ordinal)} ", StringComparison.Ordinal));
    }
}
