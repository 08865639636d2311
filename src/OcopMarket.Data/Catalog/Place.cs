using OcopMarket.Core.Catalog;

namespace OcopMarket.Data.Catalog;

/// <summary>Names of places as they are compared: folded, with the usual abbreviations of the type word written out ("TP. Trà Vinh" and
/// "Thành phố Trà Vinh" are one).</summary>
internal static class Place
{
    private static readonly (string Short, string Full)[] Types =
    [
        ("tp ", "thanh pho "), ("tx ", "thi xa "), ("tt ", "thi tran "), ("h ", "huyen "), ("q ", "quan "), ("p ", "phuong "), ("x ", "xa "),
        ("t ", "tinh "),
    ];

    /// <summary>Null when nothing is left.</summary>
    public static string? Fold(string? name)
    {
        var folded = VietnameseText.Fold(name);
        foreach (var (brief, full) in Types)
        {
            if (folded.StartsWith(brief, StringComparison.Ordinal))
            {
                return full + folded[brief.Length..];
            }
        }

        return folded.Length == 0 ? null : folded;
    }
}
