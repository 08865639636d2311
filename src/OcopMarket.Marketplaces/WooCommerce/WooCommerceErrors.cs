using System.Collections.Frozen;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>The one table: code -> what to do. A code that is not here is a refusal of which staff read the raw words.</summary>
internal static class WooCommerceErrors
{
    public const string InvalidSku = "product_invalid_sku";
    public const string InvalidId = "woocommerce_rest_product_invalid_id";
    public const string InvalidPicture = "woocommerce_product_invalid_image_id";
    public const string TermExists = "term_exists";

    /// <summary>Ours: the address that an owner gave cannot be called.</summary>
    public const string ShopAddress = "shop_address";

    /// <summary>Ours: what was read back after a write.</summary>
    public const string Differs = "differs";

    private static readonly FrozenDictionary<string, FailureKind> Kinds = new Dictionary<string, FailureKind>
    {
        ["woocommerce_rest_authentication_error"] = FailureKind.Unauthorized,
        ["woocommerce_rest_cannot_view"] = FailureKind.Unauthorized,
        [InvalidId] = FailureKind.Rejected,
        [InvalidSku] = FailureKind.Rejected,
        ["woocommerce_rest_product_not_created"] = FailureKind.Rejected,
        ["woocommerce_rest_request_entity_too_large"] = FailureKind.Rejected, // a site may allow fewer than 100: then one by one
        [TermExists] = FailureKind.Rejected,
        ["woocommerce_product_image_upload_error"] = FailureKind.Rejected,
        [InvalidPicture] = FailureKind.Transient, // sent by its address with the next attempt
        ["rest_invalid_param"] = FailureKind.Rejected,
        ["rest_no_route"] = FailureKind.Rejected,
        [ShopAddress] = FailureKind.Rejected,
        [$"{Differs}_title"] = FailureKind.Rejected,
        [$"{Differs}_description"] = FailureKind.Rejected,
        [$"{Differs}_category"] = FailureKind.Rejected,
        [$"{Differs}_price"] = FailureKind.Rejected,
        [$"{Differs}_salePrice"] = FailureKind.Rejected,
        [$"{Differs}_stock"] = FailureKind.Rejected,
        [$"{Differs}_images"] = FailureKind.Rejected,
        [$"{Differs}_state"] = FailureKind.Rejected,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["name"] = "title",
        ["sku"] = "sku",
        ["regular_price"] = "price",
        ["sale_price"] = "salePrice",
        ["description"] = "description",
        ["stock_quantity"] = "stock",
        ["manage_stock"] = "stock",
        ["status"] = "state",
        ["categories"] = "category",
        ["images"] = "images",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Codes => Kinds.Keys;

    public static FailureKind KindOf(string? code) => Kinds.GetValueOrDefault(code ?? "", FailureKind.Rejected);

    /// <summary>Our name of the field that an error is about: by its code, else the first of its parameters.</summary>
    public static string? FieldOf(WooCommerceError? error) => error?.Code switch
    {
        InvalidSku or "woocommerce_rest_product_not_created" => "sku",
        "woocommerce_product_image_upload_error" or InvalidPicture => "images",
        _ when error?.Data?.Params is { ValueKind: JsonValueKind.Object } named && named.EnumerateObject().FirstOrDefault() is { Name: { } field } =>
            Fields.GetValueOrDefault(field),
        _ => null,
    };
}
