using System.Collections.Frozen;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>The one table: the envelope's code -> what to do. A code that is not here is a refusal of which staff read the raw words.</summary>
internal static class LazadaErrors
{
    /// <summary>Said of what is reviewed, refused or off already: which of them, a read tells.</summary>
    public const string NotOnline = "E0004";

    /// <summary>Recalled by the sheet and not documented: of the clock or the call, and perhaps of a field.</summary>
    private const string Parameter = "InvalidParameter";

    private static readonly string[] _callWords = ["timestamp", "app_key", "sign", "access_token"];

    private static readonly FrozenDictionary<string, FailureKind> _kinds = new Dictionary<string, FailureKind>(StringComparer.Ordinal)
    {
        ["IncompleteSignature"] = FailureKind.Misconfigured,
        ["MissingParameter"] = FailureKind.Misconfigured,
        ["MissingPartner"] = FailureKind.Misconfigured,
        [Parameter] = FailureKind.Misconfigured,
        ["AUTH_TYPE_UNSUPPORTED"] = FailureKind.Misconfigured,
        ["IllegalAccessToken"] = FailureKind.Unauthorized,
        ["IllegalRefreshToken"] = FailureKind.Unauthorized,
        ["ApiCallLimit"] = FailureKind.RateLimited,
        ["901"] = FailureKind.RateLimited,
        ["4154"] = FailureKind.RateLimited,
        ["4147"] = FailureKind.RateLimited, // somebody else edits the product: nothing landed
        ["ServiceTimeout"] = FailureKind.Ambiguous,
        ["6"] = FailureKind.Ambiguous,
        ["E0006"] = FailureKind.Ambiguous,
        ["506"] = FailureKind.Ambiguous,
        ["513"] = FailureKind.Ambiguous,
        ["1000"] = FailureKind.Ambiguous,
        ["4135"] = FailureKind.Ambiguous,
        ["4159"] = FailureKind.Ambiguous,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Said of the whole shop, whichever product was sent.</summary>
    private static readonly FrozenSet<string> _ofShop = FrozenSet.Create(StringComparer.Ordinal, "SellerNotActive", "SellerNotVerified", "4128", "4148");

    private static readonly FrozenSet<string> _skuTaken = FrozenSet.Create(StringComparer.Ordinal, "4105", "4126", "4141");

    private static readonly FrozenSet<string> _absent = FrozenSet.Create(StringComparer.Ordinal, "207", "208", "EDIT_ITEM_NOT_BELONG_SELLER");

    /// <summary>Refusals of an item -> our name of the field.</summary>
    private static readonly FrozenDictionary<string, string> _fields = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["4105"] = "sku",
        ["4126"] = "sku",
        ["4141"] = "sku",
        ["4127"] = "sku",
        ["4136"] = "sku",
        ["4137"] = "sku",
        ["4150"] = "sku",
        ["4193"] = "sku",
        ["4216"] = "sku",
        ["207"] = "sku",
        ["208"] = "sku",
        ["E0001"] = "sku",
        ["E0002"] = "sku",
        ["E0003"] = "sku",
        ["EDIT_ITEM_NOT_BELONG_SELLER"] = "sku",
        ["4129"] = "title",
        ["4160"] = "title",
        ["4131"] = "description",
        ["4120"] = "attributes",
        ["4107"] = "attributes",
        ["4108"] = "attributes",
        ["4110"] = "attributes",
        ["4115"] = "attributes",
        ["4125"] = "attributes",
        ["4140"] = "attributes",
        ["4167"] = "attributes",
        ["10002"] = "attributes",
        ["201"] = "category",
        ["512"] = "category",
        ["4123"] = "category",
        ["4124"] = "category",
        ["4134"] = "category",
        ["4163"] = "category",
        ["4151"] = "description",
        ["4221"] = "description",
        ["4130"] = "brand",
        ["4142"] = "brand",
        ["4156"] = "brand",
        ["4168"] = "brand",
        ["300"] = "images",
        ["302"] = "images",
        ["303"] = "images",
        ["203"] = "images",
        ["504"] = "images",
        ["4116"] = "images",
        ["4138"] = "images",
        ["4139"] = "images",
        ["4153"] = "images",
        ["4158"] = "images",
        ["4169"] = "images",
        ["4166"] = "gtin",
        ["4104"] = "price",
        ["4117"] = "price",
        ["4118"] = "price",
        ["4119"] = "price",
        ["4121"] = "price",
        ["4157"] = "price",
        ["212"] = "stock",
        ["4152"] = "stock",
        ["4170"] = "stock",
        ["4149"] = "size",
        ["4164"] = "weight",
        ["4165"] = "size",
        ["4155"] = "state",
        ["4162"] = "state",
        ["4218"] = "state",
        ["4225"] = "state",
        [NotOnline] = "state",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Fields of the platform, as details name them -> ours.</summary>
    private static readonly FrozenDictionary<string, string> _named = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = "title",
        ["description"] = "description",
        ["short_description"] = "shortDescription",
        ["brand"] = "brand",
        ["brand_id"] = "brand",
        ["price"] = "price",
        ["quantity"] = "stock",
        ["images"] = "images",
        ["primarycategory"] = "category",
        ["sellersku"] = "sku",
        ["skuid"] = "sku",
        ["sku_id_list"] = "sku",
        ["package_length"] = "size",
        ["package_width"] = "size",
        ["package_height"] = "size",
        ["package_weight"] = "weight",
        ["status"] = "state",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>A refusal of which the code says only the call, or whose field the table does not have.</summary>
    private static readonly string[] _whole = ["500", "501", "503", "1", "5", "30", "204", "1001", "4132", "4133", "4171", "InvalidCode"];

    public static IEnumerable<string> Codes => _kinds.Keys.Concat(_ofShop).Concat(_fields.Keys).Concat(_whole);

    /// <summary>By code first; of a code that no table knows the platform's own word SYSTEM says that it was in trouble itself.</summary>
    public static FailureKind KindOf(string code, string? type, string? message)
    {
        if (code == Parameter && message is { Length: > 0 } && !Array.Exists(_callWords, w => message.Contains(w, StringComparison.OrdinalIgnoreCase)))
        {
            return FailureKind.Rejected;
        }

        var isKnown = _ofShop.Contains(code) || _fields.ContainsKey(code) || _whole.Contains(code);
        return _kinds.GetValueOrDefault(code, type == "SYSTEM" && !isKnown ? FailureKind.Ambiguous : FailureKind.Rejected);
    }

    public static bool IsOfShop(string code) => _ofShop.Contains(code);

    public static bool IsSkuTaken(string code) => _skuTaken.Contains(code);

    /// <summary>Of a read by the platform's id: it has no such item, or another seller has it.</summary>
    public static bool IsAbsent(string code) => _absent.Contains(code);

    public static string? FieldOf(string code, IEnumerable<string> named) => _fields.GetValueOrDefault(code)
        ?? named.Select(n => _named.GetValueOrDefault(n)).FirstOrDefault(f => f is not null) ?? (named.Any() ? "attributes" : null);
}
