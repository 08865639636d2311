using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>Which line of the reports a producer belongs to: from the list's own column, else from the words its name begins
/// with.</summary>
internal static class ProducerKindText
{
    private static readonly (string Word, ReportingKind Kind)[] Kinds =
    [
        ("to hop tac", ReportingKind.CooperativeGroup), ("tht", ReportingKind.CooperativeGroup),
            ("cooperativegroup", ReportingKind.CooperativeGroup),
        ("hop tac xa", ReportingKind.Cooperative), ("htx", ReportingKind.Cooperative),
            ("lien hiep hop tac xa", ReportingKind.Cooperative),
        ("cooperative", ReportingKind.Cooperative), ("cong ty", ReportingKind.Company), ("cty", ReportingKind.Company),
        ("company", ReportingKind.Company), ("doanh nghiep", ReportingKind.Enterprise), ("dntn", ReportingKind.Enterprise),
        ("enterprise", ReportingKind.Enterprise), ("ho kinh doanh", ReportingKind.Household), ("hkd", ReportingKind.Household),
        ("ho san xuat", ReportingKind.Household), ("ho gia dinh", ReportingKind.Household),
            ("ho ca the", ReportingKind.Household),
        ("household", ReportingKind.Household), ("co so", ReportingKind.Workshop), ("workshop", ReportingKind.Workshop),
    ];

    public static ReportingKind? Read(string? kindText, string? producerName) =>
        kindText is not null ? Begins(kindText)
            ?? (VietnameseText.Fold(kindText) is "ho" ? ReportingKind.Household : ReportingKind.Other)
        : producerName is not null ? Begins(producerName)
        : null;

    private static ReportingKind? Begins(string text)
    {
        var folded = VietnameseText.Fold(text);
        foreach (var (word, kind) in Kinds)
        {
            if (folded == word || folded.StartsWith(word + " ", StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return null;
    }
}
