using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>Field rules of a product, sections 4, 7 and 8.</summary>
internal static partial class LazadaProductRules
{
    private const int MaxNameBytes = 255;
    private const int MaxDescription = 25_000;
    private const int MaxImages = 8;
    private const decimal MaxKilograms = 40;
    private const decimal MaxSides = 300;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\"^~<>|");

    public static LazadaRefusal? CheckContent(LazadaContent product, LazadaPlatform platform) =>
        CheckCategory(product.Category, platform.Settings)
        ?? CheckTexts(product, platform)
        ?? CheckImages(product.Images, platform)
        ?? CheckParcel(product)
        ?? CheckBrand(product.Attributes);

    public static LazadaRefusal? CheckPrice(decimal price) =>
        price <= 0 ? Of("4118", "BIZ_CHECK_PRICE_IS_ZERO", "price")
        : decimal.Round(price, 2) != price ? Of("4104", "BIZ_CHECK_PRICE_PRECISION_INVALID", "price")
        : null;

    public static LazadaRefusal? CheckQuantity(int? quantity) =>
        quantity is null or < 0 ? Of("4152", "THD_INVENTORY_ERR_INV_PARAM_ILLEGAL:illegal parameter:quantity", "quantity") : null;

    /// <summary>Beside the fields that every product has.</summary>
    public static LazadaRefusal? CheckAttributes(LazadaContent product)
    {
        var known = LazadaCatalogue.AttributesOf(product.Category);
        foreach (var (name, value) in product.Attributes.Where(a => !LazadaCatalogue.IsBasic(a.Key)))
        {
            var rule = known.FirstOrDefault(a => a.Name == name);
            var refusal = rule is null ? Of("4140", "CHK_ENUM_PROP_VALUE_NOT_IN_OPTION", name)
                : rule.InputType == "singleSelect" && !rule.Options.Values.Contains(value) ? Of("4115", "CHK_CATPROP_CPV_NOT_ENUM", name)
                : rule.InputType == "numeric" && !decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                    ? Of("4107", "CHECK_CAT_PROP_INVALID_NUMBER", name)
                : null;
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return known.FirstOrDefault(a => a.IsMandatory && string.IsNullOrWhiteSpace(product.Attributes.GetValueOrDefault(a.Name))) is { } missing
            ? Of("4110", "BIZ_CHECK_CAT_PROP_MANDATORY", missing.Name)
            : null;
    }

    private static LazadaRefusal? CheckCategory(long id, SandboxSettings settings) => LazadaCatalogue.Find(id) switch
    {
        null => Of("201", $"E201: {id} Invalid CategoryId", "PrimaryCategory"),
        { IsLeaf: false } => Of("4134", "Please select the last level category.", "PrimaryCategory"),
        _ when LazadaCatalogue.IsRetired(settings, id) => Of("4123", "BIZ_CHECK_MANGROVE_RULE", "PrimaryCategory"),
        _ => null
    };

    private static LazadaRefusal? CheckTexts(LazadaContent product, LazadaPlatform platform) =>
        string.IsNullOrWhiteSpace(product.Name) ? Of("4108", "CHK_BASIC_REQUIRED: name", "name")
        : Encoding.UTF8.GetByteCount(product.Name) > MaxNameBytes ? Of("4160", "The max length of Multi title for locale can not exceed 255 bytes", "name")
        : product.Name.AsSpan().ContainsAny(Forbidden) ? Of("4129", "BIZ_CHECK_PROP_SPECIAL_CHAR", "name")
        : product.Description.Length > MaxDescription ? Of("4120", "CHK_CATPROP_CPV_MAX_LEGNTH", "description")
        : Pictures().Matches(product.Description).Any(m => platform.Images.Find(m.Groups[1].Value) is null) ? Of("4138", "BIZ_CHECK_EXIST_OUTER_IMAGE", "description")
        : null;

    public static LazadaRefusal? CheckImages(IReadOnlyList<string> images, LazadaPlatform platform) =>
        images.Count == 0 ? Of("4139", "BIZ_CHECK_MAIN_IMAGE_REQUIRE", "Images")
        : images.Count > MaxImages ? Of("4169", "CHK_IMAGE_MAX_ITEMS", "Images")
        : images.Any(i => platform.Images.Find(i) is null) ? Of("4138", "BIZ_CHECK_EXIST_OUTER_IMAGE", "Images")
        : images.Distinct(StringComparer.Ordinal).Count() < images.Count ? Of("4116", "BIZ_CHECK_MAIN_IMAGE_DUPLICATE", "Images")
        : null;

    private static LazadaRefusal? CheckParcel(LazadaContent product)
    {
        decimal[] sides = [product.Length, product.Width, product.Height];
        return sides.Any(s => s <= 0 || decimal.Round(s, 2) != s) || product.Weight <= 0 ? Of("4149", "BIZ_CHECK_PACKAGE_DECIMAL_INVALID", "package_length")
            : product.Weight > MaxKilograms ? Of("4164", "BIZ_CHECK_MAX_PACKAGE_WEIGHT", "package_weight")
            : sides.Sum() > MaxSides ? Of("4165", "BIZ_CHECK_MAX_PACKAGE_DIMENISIONS", "package_length")
            : null;
    }

    private static LazadaRefusal? CheckBrand(IReadOnlyDictionary<string, string> attributes) =>
        attributes.GetValueOrDefault("brand_id") is { } id
            ? LazadaCatalogue.Brands.Keys.Select(LazadaState.IdText).Contains(id) ? null : Of("4142", "THD_BRAND_ID_IS_NOT_VALID_IN_CATEGORY", "brand_id")
            : attributes.GetValueOrDefault("brand") is not { Length: > 0 } name ? Of("4108", "CHK_BASIC_REQUIRED: brand", "brand")
            : LazadaCatalogue.Brands.Values.Contains(name) ? null : Of("4142", "THD_BRAND_ID_IS_NOT_VALID_IN_CATEGORY", "brand");

    public static LazadaRefusal Of(string code, string message, string field) => new(code, message) { Detail = new("", field, message) };

    [GeneratedRegex("<img[^>]*\\ssrc\\s*=\\s*[\"']([^\"']*)[\"']", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pictures();
}
