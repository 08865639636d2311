using System.Collections.Frozen;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>The one table: code -> what to do. A code that is not here is a refusal of which staff read the raw words.</summary>
internal static class PostmartErrors
{
    public const string ItemCodeExisted = "ITEM_CODE_EXISTED";
    public const string ItemNotFound = "ITEM_NOT_FOUND";
    public const string LimitExceeded = "LIMIT_EXCEEDED";
    public const string ShopExisted = "SHOP_EXISTED";

    private static readonly FrozenDictionary<string, FailureKind> Kinds = new Dictionary<string, FailureKind>
    {
        ["AUTH_FAILED"] = FailureKind.Unauthorized,
        ["TOKEN_EXPIRED"] = FailureKind.Unauthorized,
        ["SHOP_NOT_FOUND"] = FailureKind.Rejected,
        ["SHOP_LOCKED"] = FailureKind.Rejected,
        ["SHOP_NOT_VERIFIED"] = FailureKind.Rejected,
        [ShopExisted] = FailureKind.Rejected,
        [ItemCodeExisted] = FailureKind.Rejected,
        [ItemNotFound] = FailureKind.Rejected,
        ["CATEGORY_INVALID"] = FailureKind.Rejected,
        ["CATEGORY_NOT_LEAF"] = FailureKind.Rejected,
        ["ATTRIBUTE_REQUIRED"] = FailureKind.Rejected,
        ["NAME_TOO_LONG"] = FailureKind.Rejected,
        ["NAME_FORBIDDEN_WORD"] = FailureKind.Rejected,
        ["PRICE_INVALID"] = FailureKind.Rejected,
        ["IMAGE_REQUIRED"] = FailureKind.Rejected,
        ["IMAGE_INVALID"] = FailureKind.Rejected,
        ["CERTIFICATE_EXPIRED"] = FailureKind.Rejected,
        [LimitExceeded] = FailureKind.RateLimited,
        ["SYSTEM_BUSY"] = FailureKind.Ambiguous,
        ["BAD_REQUEST"] = FailureKind.Rejected,
        ["ITEM_LOCKED"] = FailureKind.Rejected,
        ["STATUS_INVALID"] = FailureKind.Rejected,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["itemCode"] = "sku",
        ["name"] = "title",
        ["categoryId"] = "category",
        ["shortDescription"] = "shortDescription",
        ["description"] = "description",
        ["price"] = "price",
        ["salePrice"] = "salePrice",
        ["quantity"] = "stock",
        ["weight"] = "weight",
        ["length"] = "size",
        ["width"] = "size",
        ["height"] = "size",
        ["unit"] = "unit",
        ["brand"] = "brand",
        ["origin"] = "origin",
        ["gtin"] = "gtin",
        ["images"] = "images",
        ["ocop"] = "certificate",
        ["attributes"] = "attributes",
        ["action"] = "state",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Codes => Kinds.Keys;

    public static FailureKind KindOf(string? code) => Kinds.GetValueOrDefault(code ?? "", FailureKind.Rejected);

    /// <summary>Our name of the platform's field. What is no field of the item is an attribute's id.</summary>
    public static string? FieldOf(string? field)
    {
        var head = field?.Split('.', '[')[0];
        return string.IsNullOrEmpty(head) ? null : Fields.GetValueOrDefault(head, "attributes");
    }
}
