using System.Collections.Frozen;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>The one table: the envelope's error -> what to do. A code that is not here is a refusal of which staff read the raw words.</summary>
internal static class ShopeeErrors
{
    public const string ItemNotFound = "error_item_not_found";
    public const string InvalidLogistics = "error_invalid_logistic_info";
    public const string NotWhileReviewed = "error_busi_cannot_delist_reviewing_or_banned_item";

    /// <summary>Wrong parameters of the call, and also a timestamp that is too old or too new: the clock is ours to mend. The same code is said of
    /// a wrong field of an item.</summary>
    private const string Parameter = "error_param";

    private static readonly string[] _callWords = ["timestamp", "partner_id", "sign", "access_token", "shop_id", "shopid"];

    private static readonly FrozenDictionary<string, FailureKind> _kinds = new Dictionary<string, FailureKind>(StringComparer.Ordinal)
    {
        ["error_sign"] = FailureKind.Misconfigured,
        [Parameter] = FailureKind.Misconfigured,
        ["invalid_partner_id"] = FailureKind.Misconfigured,
        ["error_partner_key_expired"] = FailureKind.Misconfigured,
        ["error_api_permission"] = FailureKind.Misconfigured,
        ["error_api_call_restricted"] = FailureKind.Misconfigured,
        ["api_suspended"] = FailureKind.Misconfigured,
        ["source_ip_undeclared"] = FailureKind.Misconfigured,
        ["error_auth"] = FailureKind.Unauthorized,
        ["invalid_acceess_token"] = FailureKind.Unauthorized, // the platform's own spelling
        ["partner_shop_no_link"] = FailureKind.Unauthorized,
        ["shop_no_linked"] = FailureKind.Unauthorized,
        ["shop_access_expired"] = FailureKind.Unauthorized,
        ["refresh_token_expired"] = FailureKind.Unauthorized,
        ["error_shop_refresh_token"] = FailureKind.Unauthorized,
        ["error_rate_limit"] = FailureKind.RateLimited,
        ["error_limit"] = FailureKind.RateLimited,
        ["error_server"] = FailureKind.Ambiguous,
        ["error_inner"] = FailureKind.Ambiguous,
        ["error_system_busy"] = FailureKind.Ambiguous,
        ["error_network"] = FailureKind.Ambiguous,
        ["error_unknown"] = FailureKind.Ambiguous,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Said of the whole shop, whichever item was sent.</summary>
    private static readonly FrozenSet<string> _ofShop = FrozenSet.Create(
        StringComparer.Ordinal, "shop_banned", "error_kyc_auth", "error_seller_under_penalty", "error_busi_invalid_shop_status",
        "error_busi_invalid_account_status", "error_holiday_on_add_item", "error_reach_shop_item_limit");

    /// <summary>Refusals of an item -> our name of the field.</summary>
    private static readonly FrozenDictionary<string, string> _fields = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ItemNotFound] = "sku",
        ["error_item_not_belong_shop"] = "sku",
        ["error_repeated_mtsku"] = "sku",
        ["error_name_length_limit"] = "title",
        ["error_item_name_empty"] = "title",
        ["error_item_name_is_too_short"] = "title",
        ["error_title_exceeds_max_length"] = "title",
        ["error_title_character_forbidden"] = "title",
        ["error_desc_length_min_limit"] = "description",
        ["error_desc_hash_tag_over_limit"] = "description",
        ["error_check_luc_fail"] = "description",
        ["error_image_num_min"] = "images",
        ["error_image_unavailable"] = "images",
        ["error_invalid_category"] = "category",
        ["error_forbidden_category"] = "category",
        ["error_category_is_block"] = "category",
        ["error_invalid_attribute"] = "attributes",
        ["error_less_required_attribute"] = "attributes",
        ["error_value_id_must_equal_zero"] = "attributes",
        ["error_value_name_required"] = "attributes",
        ["error_invalid_brand"] = "brand",
        ["error_brand_forbidden"] = "brand",
        ["error_duplicated_brand"] = "brand",
        [InvalidLogistics] = "weight",
        ["error_invalid_price"] = "price",
        ["error_price_exceed_min_limitt"] = "price", // the platform's own spelling
        ["error_price_exceed_max_limitt"] = "price",
        ["error_invalid_days_to_ship"] = "state",
        ["error_param_validate"] = "gtin",
        ["error_item_uneditable"] = "state",
        ["error_unlist_item_fail"] = "state",
        ["error_unlist_item_all_failed"] = "state",
        [NotWhileReviewed] = "state",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Codes => _kinds.Keys.Concat(_ofShop).Concat(_fields.Keys);

    /// <summary>By code first, by what the message speaks of second: several of the platform's texts share one code.</summary>
    public static FailureKind KindOf(string error, string? message)
    {
        var kind = _kinds.GetValueOrDefault(error, FailureKind.Rejected);
        return error == Parameter && message is { Length: > 0 } && !Array.Exists(_callWords, w => message.Contains(w, StringComparison.OrdinalIgnoreCase))
            ? FailureKind.Rejected
            : kind;
    }

    public static bool IsOfShop(string? error) => error is not null && _ofShop.Contains(error);

    public static string? FieldOf(string? error) => error is null ? null : _fields.GetValueOrDefault(error);
}
