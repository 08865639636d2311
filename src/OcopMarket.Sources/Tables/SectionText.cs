using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Tables;

/// <summary>What a section's title says of the rows under it: a place, a star, a year, a group, a kind of recognition.</summary>
internal static partial class SectionText
{
    public static bool IsPlace(string label) => Place(Strip(label)) is not null;

    /// <summary>Null when the title says nothing that a row could be given.</summary>
    public static (Field Field, string Text)? Read(string label)
    {
        var text = Strip(label);
        var folded = VietnameseText.Fold(text);
        return Place(text)
            ?? (StarText.Read(new(text)) is { Stars.Unreadable: false } star
            && (star.Stars.Value ?? (object?)star.Kind) is not null
                ? (Field.Stars, text)
            : YearTitle().Match(folded) is { Success: true } year ? (Field.Year, year.Groups["y"].Value)
            : Headings.Begins(folded, ["nhom", "nganh"]) ? (Field.GroupText, text)
            : RecognitionText.Read(new(Products().Replace(folded, ""))) is { Value: RecognitionKind }
                ? (Field.Recognition, Products().Replace(folded, ""))
            : null);
    }

    /// <summary>How deep a section lies: letters over roman numbers over the rest; of one numbering, a province over a district
    /// over a commune.</summary>
    public static int Level(string running, string label, Field? names)
    {
        var number = Numbered().Match(running.Length > 0 && running != label ? running + "." : label).Groups["n"].Value;
        var numbering = number.Length == 0 || char.IsAsciiDigit(number[0]) ? 2
            : number is "A" or "B" or "C" or "D" or "E" or "F" or "G" or "H" ? 0 : 1;
        return (numbering * 10) + names switch { Field.Province => 1, Field.District => 2, Field.Commune => 3, _ => 0 };
    }

    // An empty text: a section that names no place, so the place of the section before ends.
    private static (Field, string)? Place(string text)
    {
        var folded = VietnameseText.Fold(text);
        return Headings.Begins(folded, Headings.Default.NoPlace) ? (Field.District, "")
            : PlaceText.ProvinceIn(text) is { } province && Headings.Begins(folded, ["tinh", "tp", "thanh pho"])
                ? (Field.Province, province)
            : PlaceText.Unit(text) is not { } unit ? null
            : PlaceText.Level(unit) is { } level ? (level, unit)
            : null;
    }

    private static string Strip(string label) =>
        VietnameseText.Clean(Counted().Replace(Numbered().Replace(label, ""), "")) is { } text ? text.TrimEnd(':', ' ', '.') : "";

    [GeneratedRegex(@"^\s*(?<n>[IVXLC]+|[A-H]|[0-9]+)\s*[.)\-:/]\s*", RegexOptions.None, 1000)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\s*[:(\-–]?\s*[0-9]+\s*(?:sản phẩm|sp|chủ thể)[^\p{L}]*$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(?:(?:cac )?san pham )?(?:ocop )?(?:duoc )?(?:cong nhan |danh gia |dat )?nam (?<y>20[0-9]{2})$", RegexOptions.None, 1000)]
    private static partial Regex YearTitle();

    [GeneratedRegex(@"^(?:cac )?san pham (?:ocop )?(?:duoc )?", RegexOptions.None, 1000)]
    private static partial Regex Products();
}
