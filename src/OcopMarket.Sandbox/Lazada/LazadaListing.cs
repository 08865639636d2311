using System.Globalization;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>What the platform tells of a seller's products (sections 8 and 9) and of what products may be (section 6).</summary>
internal sealed class LazadaListing(LazadaPlatform platform)
{
    private const int MaxPage = 50;
    private const int MaxOffset = 10_000;
    private const int MaxCodes = 100;
    private static readonly string[] Filters = ["all", "live", "inactive", "deleted", "pending", "rejected", "sold-out"];

    private LazadaState State => platform.State;

    /// <summary>By time of change and then by id: the sheet names no order. <c>all</c> leaves the deleted ones out: the sheet does not say.</summary>
    public Answer List(long seller, IReadOnlyDictionary<string, string> given, CallRequest request)
    {
        if (given.GetValueOrDefault("filter") is not { } filter || !Filters.Contains(filter))
        {
            return LazadaAnswers.Refused("36", "E036: Invalid status filter");
        }

        if (Number(given, "offset", 0) is not (>= 0 and <= MaxOffset and { } offset))
        {
            return LazadaAnswers.Refused("14", "E014: Invalid Offset");
        }

        if (Number(given, "limit", 20) is not (>= 1 and <= MaxPage and { } limit))
        {
            return LazadaAnswers.Refused("19", "E019: Invalid Limit");
        }

        DateTimeOffset since = default;
        if (given.GetValueOrDefault("update_after") is { } text && !TryTime(text, out since))
        {
            return LazadaAnswers.Refused("17", "E017: Invalid Date Format");
        }

        if (!TryCodes(given.GetValueOrDefault("sku_seller_list"), out var codes))
        {
            return LazadaAnswers.Refused("70", "E070: You have corrupt data in your sku seller list.");
        }

        var found = State.ProductsOf(seller).Where(p => p.VisibleAt <= platform.Now && Matches(p, filter) && p.UpdatedAt >= since)
            .Where(p => codes is null || codes.Contains(p.SellerSku)).OrderBy(p => p.UpdatedAt).ThenBy(p => p.ItemId).ToList();
        return LazadaAnswers.Data(new { TotalProducts = found.Count, Products = found.Skip(offset).Take(limit).Select(p => Listed(p, StatusOf(p, request))) });
    }

    public Answer Item(long seller, string? id, CallRequest request) =>
        id is null ? LazadaAnswers.Refused("200", "E200: Empty SellerSku")
        : State.Product(seller, id) is { } product ? Answer.Json(200, new Dictionary<string, object> { ["code"] = "0", ["data"] = Shown(product, StatusOf(product, request)), ["request_id"] = "0ba2887315178178017221014" }, LazadaAnswers.Wire)
        : State.Products.Find(id) is null ? LazadaAnswers.Refused("208", "E208: Item not exist")
        : LazadaAnswers.Refused("EDIT_ITEM_NOT_BELONG_SELLER", "You are not authorized to edit the item.");

    public Answer Categories() => LazadaAnswers.Data(Children(0));

    public static Answer Attributes(IReadOnlyDictionary<string, string> given) =>
        Number(given, "primary_category_id", -1) is { } id && LazadaCatalogue.Find(id) is { IsLeaf: true }
            ? LazadaAnswers.Data(LazadaCatalogue.AttributesOf(id).Select(a => new
            {
                a.Id,
                a.Name,
                a.Label,
                IsMandatory = a.IsMandatory ? 1 : 0,
                AttributeType = "normal",
                a.InputType,
                IsSaleProp = 0,
                Options = a.Options.Select(o => new { Id = o.Key, Name = o.Value, EnName = o.Value }),
                Advanced = new { IsKeyProp = 0 },
            }))
            : LazadaAnswers.Refused("57", "E057: No attribute sets linked to that category");

    public static Answer Brands(IReadOnlyDictionary<string, string> given) =>
        Number(given, "startRow", 0) is not (>= 0 and { } start) || Number(given, "pageSize", 40) is not (>= 1 and <= 200 and { } size)
            ? LazadaAnswers.Refused("5", "E005: Invalid Request Format")
            : LazadaAnswers.Data(new
            {
                StartRow = start,
                PageIndex = (start / size) + 1,
                PageSize = size,
                TotalRecord = LazadaCatalogue.Brands.Count,
                Module = LazadaCatalogue.Brands.Skip(start).Take(size).Select(b => new { BrandId = b.Key, Name = b.Value, NameEn = b.Value, GlobalIdentifier = b.Value }),
            });

    private IEnumerable<object> Children(long parent) => LazadaCatalogue.Categories
        .Where(c => c.Parent == parent && !LazadaCatalogue.IsRetired(platform.Settings, c.Id))
        .Select(c => new { CategoryId = c.Id, c.Name, Leaf = c.IsLeaf, Var = false, Children = c.IsLeaf ? null : Children(c.Id) });

    private static bool Matches(LazadaProductRow product, string filter) => filter switch
    {
        "all" => product.Status != LazadaStatus.Deleted,
        "live" => product.Status == LazadaStatus.Active && product.Quantity > 0,
        "inactive" => product.Status == LazadaStatus.InActive,
        "deleted" => product.Status == LazadaStatus.Deleted,
        "pending" => product.Status == LazadaStatus.Pending,
        "rejected" => product.Status == LazadaStatus.Suspended,
        _ => product.Status == LazadaStatus.Active && product.Quantity == 0
    };

    private static string StatusOf(LazadaProductRow product, CallRequest request) =>
        request.UnknownStatus && (request.FaultSku is null || request.FaultSku == product.SellerSku) ? LazadaStatus.Unknown : product.Status;

    /// <summary>As <c>/products/get</c> spells it.</summary>
    private Dictionary<string, object?> Listed(LazadaProductRow product, string status) => Common(product, status, new()
    {
        ["item_id"] = product.ItemId,
        ["primary_category"] = product.Content.Category,
        ["created_time"] = Millis(product.CreatedAt),
        ["updated_time"] = Millis(product.UpdatedAt),
    });

    /// <summary>As <c>/product/item/get</c> spells it.</summary>
    private Dictionary<string, object?> Shown(LazadaProductRow product, string status) => Common(product, status, new()
    {
        ["itemId"] = product.ItemId,
        ["primaryCategory"] = product.Content.Category,
        ["createdTime"] = Millis(product.CreatedAt),
        ["updatedTime"] = Millis(product.UpdatedAt),
    });

    private Dictionary<string, object?> Common(LazadaProductRow product, string status, Dictionary<string, object?> named)
    {
        named["status"] = status;
        named["subStatus"] = product.SubStatus;
        named["images"] = product.Content.Images;
        named["attributes"] = product.Content.Attributes;
        named["variation"] = new { };
        named["trialProduct"] = false;
        named["suspendedSkus"] = Array.Empty<object>();
        named["rejectReason"] = product.Reasons.Count == 0
            ? null
            : product.Reasons.Select(r => new Dictionary<string, string> { ["suggestion"] = r.Suggestion, ["violationDetail"] = r.ViolationDetail });
        named["skus"] = new[]
        {
            new Dictionary<string, object?>
            {
                ["SkuId"] = product.SkuId,
                ["SellerSku"] = product.SellerSku,
                ["ShopSku"] = product.ShopSku,
                ["Status"] = status == LazadaStatus.Active ? "active" : product.Status == LazadaStatus.Deleted ? "deleted" : "inactive",
                ["quantity"] = product.Quantity,
                ["Available"] = product.Quantity,
                ["price"] = (double)product.Price,
                ["special_price"] = 0.0,
                ["package_length"] = Decimals(product.Content.Length),
                ["package_width"] = Decimals(product.Content.Width),
                ["package_height"] = Decimals(product.Content.Height),
                ["package_weight"] = product.Content.Weight.ToString(CultureInfo.InvariantCulture),
                ["Images"] = Array.Empty<string>(),
                ["Url"] = platform.UrlOf(product),
            },
        };
        return named;
    }

    private static string Millis(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Decimals(decimal number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static bool TryCodes(string? text, out HashSet<string>? codes)
    {
        codes = null;
        try
        {
            codes = text is null ? null : JsonSerializer.Deserialize<HashSet<string>>(text);
            return text is null || codes is { Count: >= 1 and <= MaxCodes };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>ISO 8601 with an offset, with or without its colon.</summary>
    private static bool TryTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ssZ"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static int? Number(IReadOnlyDictionary<string, string> given, string name, int otherwise) =>
        given.GetValueOrDefault(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
