using System.Globalization;
using System.Text.RegularExpressions;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Sources.Normalising;

/// <summary>Money, weight, length and count as lists write them, with the Vietnamese signs for thousands and fractions.</summary>
internal static partial class AmountText
{
    /// <summary>Whole dong: "125.000 đ", "125,000", "125 nghìn", "1,2 triệu". None for "liên hệ", "thỏa thuận", "-".</summary>
    public static Parsed<decimal> Price(CellValue cell, string hint)
    {
        if (IsNone(cell))
        {
            return Parsed<decimal>.None;
        }

        var match = cell.Number is { } given ? null : PriceShape().Match(cell.Text);
        if (match is { Success: false } || (cell.Number ?? Number(match!.Groups["n"].Value)) is not { } number)
        {
            return Parsed<decimal>.Bad;
        }

        var dong = number * (Factor(match?.Groups["u"].Value) ?? Factor(hint) ?? 1m);
        return Math.Abs(dong - Math.Round(dong)) < 0.01m ? Math.Round(dong) : Parsed<decimal>.Bad;
    }

    /// <summary>Grams: "500g", "0,5 kg". A volume is no weight: <see cref="IsVolume"/>.</summary>
    public static Parsed<int> Grams(CellValue cell, string hint)
    {
        if (IsNone(cell))
        {
            return Parsed<int>.None;
        }

        var match = cell.Number is { } given ? null : WeightShape().Match(cell.Text);
        if (match is { Success: false } || (cell.Number ?? Number(match!.Groups["n"].Value)) is not { } number)
        {
            return Parsed<int>.Bad;
        }

        var unit = match is null || match.Groups["u"].Length == 0 ? WeightUnit(hint)
            : WeightUnit(VietnameseText.Fold(match.Groups["u"].Value));
        return unit is { } factor && Math.Abs(number * factor) < int.MaxValue ? (int)Math.Round(number * factor)
            : Parsed<int>.Bad;
    }

    public static bool IsVolume(CellValue cell) => VolumeShape().IsMatch(cell.Text);

    /// <summary>Centimetres; millimetres and metres when the cell or the heading says so.</summary>
    public static Parsed<decimal> Centimetres(CellValue cell, string hint)
    {
        if (IsNone(cell))
        {
            return Parsed<decimal>.None;
        }

        var match = cell.Number is null ? LengthShape().Match(cell.Text) : null;
        if (match is { Success: false } || (cell.Number ?? Number(match!.Groups["n"].Value)) is not { } number)
        {
            return Parsed<decimal>.Bad;
        }

        var unit = match is null || match.Groups["u"].Length == 0 ? hint : match.Groups["u"].Value;
        return unit.Split(' ')[^1].ToLowerInvariant() switch { "mm" => number / 10m, "m" => number * 100m, _ => number };
    }

    /// <summary>"20 x 10 x 5 cm": length, width, height.</summary>
    public static (Parsed<decimal> Length, Parsed<decimal> Width, Parsed<decimal> Height) Dimensions(CellValue cell, string hint)
    {
        if (IsNone(cell))
        {
            return default;
        }

        var parts = Times().Split(cell.Text);
        if (parts.Length != 3)
        {
            return (Parsed<decimal>.Bad, default, default);
        }

        var unit = Centimetre().Match(parts[2]) is { Success: true } match ? match.Value : hint;
        return (Centimetres(new(parts[0]), unit), Centimetres(new(parts[1]), unit), Centimetres(new(parts[2]), unit));
    }

    /// <summary>A whole number; "hết hàng" is 0.</summary>
    public static Parsed<int> Count(CellValue cell)
    {
        if (IsNone(cell))
        {
            return Parsed<int>.None;
        }

        if (cell.Folded is "het" or "het hang")
        {
            return 0;
        }

        var number = cell.Number
            ?? (CountShape().Match(cell.Text) is { Success: true } match ? Number(match.Groups["n"].Value) : null);
        return number is { } n && n == decimal.Truncate(n) && Math.Abs(n) <= int.MaxValue ? (int)n : Parsed<int>.Bad;
    }

    private static bool IsNone(CellValue cell) => cell.IsBlank
        || cell.Folded is "" or "lien he" or "thoa thuan" or "gia lien he" or "gia thoa thuan"
        or "trong" or "khong" or "khong co" or "chua co" or "chua ro" or "theo thoi gia" or "thoi gia" or "theo thoi diem" or "cap nhat sau";

    // "125.000" and "1,250,000": groups of three are thousands; any other single sign is the fraction's.
    private static decimal? Number(string text)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal);
        if (Thousands().IsMatch(plain))
        {
            plain = plain.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        }

        return decimal.TryParse(
            plain.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private static decimal? Factor(string? unit) => unit is null ? null : VietnameseText.Fold(unit) switch
    {
        "k" => 1_000m,
        var u when ThousandWord().IsMatch(u) => 1_000m,
        var u when u.Split(' ').Any(w => w is "trieu" or "tr") => 1_000_000m,
        _ => null,
    };

    private static decimal? WeightUnit(string unit) => unit.Split(' ')[^1] switch
    {
        "g" or "gr" or "gam" or "gram" or "grams" => 1m,
        "kg" or "kilogam" or "kilogram" or "ky" or "ki" => 1_000m,
        "lang" => 100m,
        "ta" => 100_000m,
        _ => null,
    };

    [GeneratedRegex(@"^(?<n>[-−]?[0-9][0-9., ]*?)\s*(?<u>k|nghìn|ngàn|ngh|triệu|tr)?\s*(?:₫|đồng|đ|d|vnđ|vnd|dong)?\.?\s*(?:/\s*[^0-9]*[\p{L} 0-9.,]*)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PriceShape();

    [GeneratedRegex(@"^(?<n>[-−]?[0-9][0-9., ]*?)\s*(?<u>kg|kilogam|kilogram|ký|kí|ki|ky|g|gr|gam|gram|grams|lạng|tạ)?\.?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex WeightShape();

    [GeneratedRegex(@"^[0-9][0-9.,]*\s*(?:ml|l|lít|lit|cc)\.?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex VolumeShape();

    [GeneratedRegex(@"^(?<n>[-−]?[0-9][0-9., ]*?)\s*(?<u>mm|cm|m)?\.?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex LengthShape();

    [GeneratedRegex(@"^(?:còn\s+)?(?<n>[-−]?[0-9][0-9.,]*)\s*(?:\p{L}[\p{L} ]*)?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CountShape();

    [GeneratedRegex(@"\s*[x×*]\s*", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Times();

    [GeneratedRegex(@"mm|cm|m", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Centimetre();

    // "0,500 kg" is half a kilogram: nobody begins thousands with a nought.
    [GeneratedRegex(@"^[-−]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)$", RegexOptions.None, 1000)]
    private static partial Regex Thousands();

    [GeneratedRegex(@"\b(?:nghin|ngan|ngh|1000|1 000)\b", RegexOptions.None, 1000)]
    private static partial Regex ThousandWord();
}
