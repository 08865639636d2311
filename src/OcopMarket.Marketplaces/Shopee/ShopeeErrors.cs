using System.Collections.Frozen;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>The one table: the envelope's error -> what to do. What is not here is a refusal.</summary>
internal static class ShopeeErrors
{
    /// <summary>Wrong parameters, and also a timestamp that is too old or too new: the clock is ours to mend.</summary>
    private const string Parameter = "error_param";

    private static readonly FrozenDictionary<string, FailureKind> Kinds = new Dictionary<string, FailureKind>(StringComparer.Ordinal)
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

    public static FailureKind KindOf(string error) => Kinds.GetValueOrDefault(error, FailureKind.Rejected);
}
