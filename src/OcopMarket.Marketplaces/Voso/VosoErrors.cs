using System.Collections.Frozen;
using System.Globalization;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>The one table: status of the envelope -> what to do. A status that is not here is a refusal of which staff read the
/// raw words.</summary>
internal static class VosoErrors
{
    public const int Ok = 200;
    public const int NotAllowed = 203;
    public const int Invalid = 205;
    public const int NotFound = 404;
    public const int Locked = 423;
    public const int TooMany = 429;

    /// <summary>Ours: the login that was given opens another shop.</summary>
    public const string ShopDiffers = "shop_differs";

    private static readonly FrozenDictionary<int, FailureKind> Kinds = new Dictionary<int, FailureKind>
    {
        [202] = FailureKind.Unauthorized,
        [NotAllowed] = FailureKind.Rejected,
        [204] = FailureKind.Unauthorized,
        [Invalid] = FailureKind.Rejected,
        [NotFound] = FailureKind.Rejected,
        [Locked] = FailureKind.Rejected,
        [TooMany] = FailureKind.RateLimited,
        [500] = FailureKind.Ambiguous,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["MERCHANT_SKU"] = "sku",
        ["PRODUCT_ID"] = "sku",
        ["PRODUCT_NAME"] = "title",
        ["CATEGORY_ID"] = "category",
        ["PRODUCT_DESCRIPTION"] = "description",
        ["PRODUCT_PRICE"] = "price",
        ["PRICE"] = "price",
        ["PRODUCT_DISCOUNT_PRICE"] = "salePrice",
        ["DISCOUNT_PRICE"] = "salePrice",
        ["PRODUCT_QUANTITY"] = "stock",
        ["QUANTITY"] = "stock",
        ["PRODUCT_WEIGHT"] = "weight",
        ["PRODUCT_LENGTH"] = "size",
        ["PRODUCT_WIDTH"] = "size",
        ["PRODUCT_HEIGHT"] = "size",
        ["ORIGIN"] = "origin",
        ["UNIT"] = "unit",
        ["IMAGE_URLS"] = "images",
        ["IS_OCOP"] = "certificate",
        ["OCOP_STAR"] = "certificate",
        ["OCOP_CERT_NO"] = "certificate",
        ["OCOP_CERT_EXPIRE"] = "certificate",
        ["ATTRIBUTES"] = "attributes",
        ["STATE"] = "state",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Codes => Kinds.Keys.Select(k => Code(k));

    public static FailureKind KindOf(int status) => Kinds.GetValueOrDefault(status, FailureKind.Rejected);

    public static string Code(int? status) => status?.ToString(CultureInfo.InvariantCulture) ?? "unknown";

    /// <summary>Our name of the platform's field. What is no field of the product is an attribute's code.</summary>
    public static string? FieldOf(string? field)
    {
        var head = field?.Split('.', '[')[0];
        return string.IsNullOrEmpty(head) ? null : Fields.GetValueOrDefault(head, "attributes");
    }

    /// <summary>423 and 203 are said of a shop and of a single product alike; only the text tells which.</summary>
    public static bool SpeaksOfProduct(string? message) => VietnameseText.Fold(message).StartsWith("san pham ", StringComparison.Ordinal);
}
