using System.Globalization;
using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>Names of provinces, districts and communes as lists write them.</summary>
internal static partial class PlaceText
{
    private static readonly CultureInfo Vietnamese = CultureInfo.GetCultureInfo("vi-VN");

    /// <summary>"Tỉnh Trà Vinh" and "TRÀ VINH" are "Trà Vinh"; a name that is no province stays as written.</summary>
    public static string? Province(string? text)
    {
        var name = text is null ? null : VietnameseText.Clean(ProvinceWord().Replace(text, ""));
        return name is null ? null : Headings.Default.Provinces.GetValueOrDefault(VietnameseText.Fold(name), FromCapitals(name));
    }

    /// <summary>Short forms written out ("TP. Trà Vinh" -> "Thành phố Trà Vinh"), capitals as in running text.</summary>
    public static string? Unit(string? text)
    {
        if (VietnameseText.Clean(text) is not { } clean)
        {
            return null;
        }

        var spelled = Short()
            .Replace(FromCapitals(clean), match => match.Groups["w"].Value.ToUpperInvariant()
            .Replace(".", "", StringComparison.Ordinal) switch
        {
            "TP" => "Thành phố ",
            "TX" => "Thị xã ",
            "TT" => "Thị trấn ",
            "H" => "Huyện ",
            "X" => "Xã ",
            "P" => "Phường ",
            _ => match.Value,
        });
        return FirstUpper(spelled);
    }

    /// <summary>The province that a title names: "DANH SÁCH SẢN PHẨM OCOP TỈNH TRÀ VINH NĂM 2022".</summary>
    public static string? ProvinceIn(string title)
    {
        var folded = VietnameseText.Fold(title);
        foreach (var word in (string[])["tinh ", "thanh pho ", "tp "])
        {
            var at = folded.IndexOf(word, StringComparison.Ordinal);
            var rest = at < 0 ? "" : folded[(at + word.Length)..];
            var found = Headings.Default.Provinces.Keys
                .Where(name => rest == name || rest.StartsWith(name + " ", StringComparison.Ordinal))
                .MaxBy(name => name.Length);
            if (found is not null && (word == "tinh " || Headings.Default.Cities.Contains(found)))
            {
                return Headings.Default.Provinces[found];
            }
        }

        return null;
    }

    /// <summary>"Ấp 3, xã Phú Cần, huyện Tiểu Cần, tỉnh Trà Vinh" taken apart; what the text does not name is null.</summary>
    public static (string? Commune, string? District, string? Province) Address(string text)
    {
        string? commune = null, district = null, province = null;
        foreach (var part in text.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var unit = Unit(part)!;
            if (ProvinceIn(unit) is { } named)
            {
                province = named;
            }
            else if (Level(unit) is { } level)
            {
                (commune, district) = level == Field.Commune ? (commune ?? unit, district) : (commune, district ?? unit);
            }
        }

        return (commune, district, province);
    }

    /// <summary>Commune or district by the word that a name begins with; null for any other text. With its marks: "Xà bông dừa"
    /// and
    /// "Phương Nam" are no communes.</summary>
    public static Field? Level(string unit) =>
        CommuneWord().IsMatch(unit) ? Field.Commune : DistrictWord().IsMatch(unit) ? Field.District : null;

    /// <summary>"HUYỆN CHÂU THÀNH" -> "Huyện Châu Thành". Text that is not all in capitals stays.</summary>
    private static string FromCapitals(string text)
    {
        if (!text.Any(char.IsUpper) || text.Any(char.IsLower))
        {
            return text;
        }

        var title = Vietnamese.TextInfo.ToTitleCase(text.ToLower(Vietnamese));
        return SecondWord().Replace(title, match => match.Value.ToLower(Vietnamese) is var lower ? FirstUpper(lower) : title);
    }

    private static string FirstUpper(string text) => char.ToUpper(text[0], Vietnamese) + text[1..];

    [GeneratedRegex(@"^\s*(?:t[ỉi]nh|t\.)\s+", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ProvinceWord();

    [GeneratedRegex(@"^(?<w>tp|tx|tt|h|x|p)(?:\.\s*|\s+)(?=\p{L}|[0-9])", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Short();

    [GeneratedRegex(@"^(?:xã|phường|thị trấn|thi tran|đặc khu)\s", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CommuneWord();

    [GeneratedRegex(@"^(?:huyện|huyen|quận|thị xã|thi xa|thành phố|thanh pho)\s", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex DistrictWord();

    [GeneratedRegex(@"^(?:Thành Phố|Thị Xã|Thị Trấn)\b", RegexOptions.None, 1000)]
    private static partial Regex SecondWord();
}
