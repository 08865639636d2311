using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>The product writes of section 8.</summary>
internal sealed class LazadaProducts(LazadaPlatform platform)
{
    private const int MaxRows = 50;
    private static readonly string[] Parcel = ["package_length", "package_width", "package_height", "package_weight"];

    private LazadaState State => platform.State;

    public Answer Create(long seller, string? payload, CallRequest request)
    {
        var product = Document(payload);
        LazadaPayload.Only(product, "PrimaryCategory", "Images", "Attributes", "Skus", "AssociatedSku", "disableAutoFillAttribute");
        var skus = LazadaPayload.Skus(product);
        if (skus.Select(s => LazadaPayload.Text(s, "SellerSku")).GroupBy(s => s).Any(g => g.Count() > 1))
        {
            return LazadaAnswers.Refused(Of("4105", "BIZ_CHECK_SELLER_SKU_DUPLICATE", "SellerSku"));
        }

        if (skus is not [{ } sku])
        {
            return LazadaAnswers.Refused(skus.Count > MaxRows ? Of("204", "E204: Too many SKU in one request", "Skus") : Of("4133", "Invalid variation", "Skus"));
        }

        LazadaPayload.Only(sku, ["SellerSku", "quantity", "price", "special_price", "special_from_date", "special_to_date", .. Parcel, "package_content", "Images", "saleProp"]);
        if (LazadaPayload.Text(sku, "SellerSku") is not { Length: > 0 } code)
        {
            return LazadaAnswers.Refused(Of("4150", "SELLER_SKU_INVALID", "SellerSku"));
        }

        if (Parcel.FirstOrDefault(p => LazadaPayload.Text(sku, p) is null) is { } missing)
        {
            return LazadaAnswers.Refused(Of("4108", $"CHK_BASIC_REQUIRED: {missing}", missing));
        }

        var content = Content(product, sku, null);
        var price = Number(sku, "price") ?? 0;
        var quantity = Whole(LazadaPayload.Text(sku, "quantity") ?? "0");
        var refusal = LazadaProductRules.CheckContent(content, platform) ?? LazadaProductRules.CheckImages(Images(sku) ?? content.Images, platform) ?? LazadaProductRules.CheckPrice(price) ?? LazadaProductRules.CheckQuantity(quantity)
            ?? Taken(seller, code) ?? LazadaProductRules.CheckAttributes(content)?.Within("500", "E500: Create product failed", code);
        if (refusal is not null)
        {
            return LazadaAnswers.Refused(refusal);
        }

        var (id, skuId) = (State.NextItemId, State.NextSkuId);
        var lag = platform.Settings.ListLagSeconds * Chance.Of(platform.Settings.Seed, "lag", LazadaState.IdText(id));
        var row = State.Products.Put(Submitted(new(
            id, skuId, seller, code, content, price, quantity!.Value, LazadaStatus.Pending, platform.Now, platform.Now, platform.Now.AddSeconds(lag))
        {
            EndsUnknown = request.UnknownStatus,
        }));
        platform.Pushes.TellOfEdit(row, 3, "PUBLISHED");
        return LazadaAnswers.Data(new
        {
            row.ItemId,
            SkuList = new[] { new { SellerSku = code, row.ShopSku, row.SkuId } },
            ItemStatus = row.Status,
        });
    }

    /// <summary>Only what was sent changes. On sale it stays so and is looked at afterwards; one that was refused is reviewed before.</summary>
    public Answer Update(long seller, string? payload)
    {
        var product = Document(payload);
        LazadaPayload.Only(product, "ItemId", "Attributes", "Skus", "trialProduct");
        if (Standing(seller, LazadaPayload.Text(product, "ItemId")) is not { } row)
        {
            return LazadaAnswers.Refused("4137", "ITEM_NOT_FOUND");
        }

        if (row.SubStatus == LazadaStatus.Lock)
        {
            return LazadaAnswers.Refused("4155", "BIZ_CHECK_NO_EDIT_ITEM_LOCK");
        }

        var skus = LazadaPayload.Skus(product);
        if (skus is not ([] or [{ }]) || skus.Any(s => LazadaPayload.Text(s, "SkuId") is null))
        {
            return LazadaAnswers.Refused(skus.Count > 1 ? "4133" : "4216", skus.Count > 1 ? "Invalid variation" : "skuId is a mandatory field and must be filled in.");
        }

        var sku = skus.Count == 1 ? skus[0] : [];
        LazadaPayload.Only(sku, ["SkuId", "SellerSku", "Status", .. Parcel, "Images"]);
        if (skus.Count == 1 && LazadaPayload.Text(sku, "SkuId") != LazadaState.IdText(row.SkuId))
        {
            return LazadaAnswers.Refused("4136", "SELLER_SKU_NOT_FOUND");
        }

        var content = Content(product, sku, row.Content);
        if ((LazadaProductRules.CheckContent(content, platform) ?? LazadaProductRules.CheckAttributes(content))
            ?.Within("501", "E501: Update product failed", row.SellerSku) is { } refusal)
        {
            return LazadaAnswers.Refused(refusal);
        }

        var status = LazadaPayload.Text(sku, "Status") switch
        {
            "active" when row.Status == LazadaStatus.InActive => LazadaStatus.Active,
            "inactive" when row.Status == LazadaStatus.Active => LazadaStatus.InActive,
            null or "active" or "inactive" => row.Status,
            _ => null
        };
        if (status is null)
        {
            return LazadaAnswers.Refused(Of("501", "E501: Update product failed", "Status").Within("501", "E501: Update product failed", row.SellerSku));
        }

        var isEdit = product.ContainsKey("Attributes") || sku.Any(f => f.Key is not ("SkuId" or "SellerSku" or "Status"));
        var edited = row with { Content = content, Status = status, UpdatedAt = platform.Now };
        if (isEdit && row.Status == LazadaStatus.Suspended)
        {
            edited = edited with { Status = LazadaStatus.Pending, SubStatus = null, Reasons = [] };
        }

        edited = State.Products.Put(isEdit ? Submitted(edited) : edited);
        platform.Pushes.TellOfEdit(edited, 4, "EDITED_UPDATED");
        return LazadaAnswers.Data(new { ItemStatus = edited.Status });
    }

    /// <summary>All rows or none.</summary>
    public Answer PriceQuantity(long seller, string? payload)
    {
        var product = Document(payload);
        LazadaPayload.Only(product, "Skus");
        var skus = LazadaPayload.Skus(product);
        if (skus.Count is 0 or > MaxRows)
        {
            return LazadaAnswers.Refused(skus.Count == 0 ? "30" : "4171", skus.Count == 0 ? "E030: Empty Request" : "The updated SKU quantity exceeds the maximum number 50");
        }

        var rows = new List<LazadaProductRow>();
        foreach (var sku in skus)
        {
            LazadaPayload.Only(sku, "ItemId", "SkuId", "SellerSku", "Price", "SalePrice", "SaleStartDate", "SaleEndDate", "Quantity");
            if (LazadaPayload.Text(sku, "SkuId") is not { } id)
            {
                return LazadaAnswers.Refused("4193", "The SellerSku parameter is no longer supported. Please update your parameter to use SkuId and try again");
            }

            var row = Standing(seller, LazadaPayload.Text(sku, "ItemId"));
            if (row is null || id != LazadaState.IdText(row.SkuId))
            {
                return LazadaAnswers.Refused(Of("207", "E207: SKU not exist", "SkuId").Within("501", "E501: Update product failed", LazadaPayload.Text(sku, "SellerSku") ?? ""));
            }

            var (price, quantity) = (Number(sku, "Price") ?? row.Price, LazadaPayload.Text(sku, "Quantity") is { } text ? Whole(text) : row.Quantity);
            if ((LazadaProductRules.CheckPrice(price) ?? LazadaProductRules.CheckQuantity(quantity))?.Within("501", "E501: Update product failed", row.SellerSku) is { } refusal)
            {
                return LazadaAnswers.Refused(refusal);
            }

            rows.Add(row with { Price = price, Quantity = quantity!.Value, UpdatedAt = platform.Now });
        }

        rows.ForEach(r => State.Products.Put(r));
        return LazadaAnswers.Data(new { });
    }

    /// <summary>What is not on sale cannot be taken off it, also when it is off already.</summary>
    public Answer Deactivate(long seller, string? body)
    {
        var product = Document(body);
        LazadaPayload.Only(product, "ItemId", "Skus");
        if (LazadaPayload.Text(product, "ItemId") is not { } id)
        {
            return LazadaAnswers.Refused("E0001", "Parameter ItemId is mandatory");
        }

        if (Standing(seller, id) is not { } row)
        {
            return LazadaAnswers.Refused("E0002", "Product not exists");
        }

        if (product["Skus"] is JsonObject skus && skus.Count > 0 && LazadaPayload.Text(skus, "SkuId") is var sku && sku != LazadaState.IdText(row.SkuId))
        {
            return sku is null ? LazadaAnswers.Refused("4193", "The SellerSku parameter is no longer supported.") : LazadaAnswers.Refused("E0003", "Seller Sku not exists");
        }

        if (row.Status != LazadaStatus.Active)
        {
            return LazadaAnswers.Refused("E0004", "Product Status not online");
        }

        platform.Pushes.TellOfEdit(State.Products.Put(row with { Status = LazadaStatus.InActive, UpdatedAt = platform.Now }), 4, "EDITED_UPDATED");
        return LazadaAnswers.Data(new { });
    }

    /// <param name="list"><c>["SkuId_ITEM_SKU"]</c>. One that is gone already fails the call.</param>
    public Answer Remove(long seller, string? list)
    {
        var names = JsonNode.Parse(list ?? "null") as JsonArray;
        if (names is null or { Count: 0 })
        {
            return LazadaAnswers.Refused("30", "E030: Empty Request");
        }

        if (names.Count > MaxRows)
        {
            return LazadaAnswers.Refused("204", "E204: Too many SKU in one request");
        }

        var rows = new List<LazadaProductRow>();
        foreach (var name in names.Select(n => (string?)n ?? ""))
        {
            if (name.Split('_') is not ["SkuId", var id, var sku] || Standing(seller, id) is not { } row || sku != LazadaState.IdText(row.SkuId))
            {
                return LazadaAnswers.Refused(Of("207", "E207: SKU not exist", "sku_id_list").Within("503", "E503: Remove product failed", name));
            }

            rows.Add(row);
        }

        foreach (var row in rows)
        {
            platform.Pushes.TellOfEdit(
                State.Products.Put(row with { Status = LazadaStatus.Deleted, ReviewDueAt = null, UpdatedAt = platform.Now }), 5, "DELETED");
        }

        return LazadaAnswers.Data(new { });
    }

    private LazadaRefusal? Taken(long seller, string code) =>
        platform.Settings.SellerSkuIsUnique && State.ProductsOf(seller).Any(p => p.SellerSku == code && p.Status != LazadaStatus.Deleted)
            ? Of("4126", "THD_IC_F_IC_INFRA_PRODUCT_036", "SellerSku")
            : null;

    private static IReadOnlyList<string>? Images(JsonObject given) => LazadaPayload.List(given, "Images", "Image") is not { } images
        ? null
        : [.. images.Select(i => i is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : throw new FormatException("Image must be a text."))];

    private static LazadaContent Content(JsonObject product, JsonObject sku, LazadaContent? old)
    {
        var attributes = new Dictionary<string, string>(old?.Attributes ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (product["Attributes"] is { } given)
        {
            var named = given as JsonObject ?? throw new FormatException("Attributes must be an object.");
            foreach (var (name, _) in named)
            {
                attributes[name] = LazadaPayload.Text(named, name) ?? "";
            }
        }

        var images = Images(product) ?? Images(sku);
        var category = LazadaPayload.Text(product, "PrimaryCategory") is { } text ? Whole(text) ?? 0 : old?.Category ?? 0;
        return new(
            category, attributes, images ?? old?.Images ?? [], Number(sku, "package_length") ?? old?.Length ?? 0, Number(sku, "package_width") ?? old?.Width ?? 0,
            Number(sku, "package_height") ?? old?.Height ?? 0, Number(sku, "package_weight") ?? old?.Weight ?? 0);
    }

    private LazadaProductRow Submitted(LazadaProductRow row)
    {
        var submission = row.Submission + 1;
        var delay = Moderator.Delay(platform.Settings, LazadaState.IdText(row.SellerId), row.SellerSku, submission);
        return row with { Submission = submission, ReviewDueAt = platform.Now + delay };
    }

    private LazadaProductRow? Standing(long seller, string? id) => State.Product(seller, id) is { Status: not LazadaStatus.Deleted } row ? row : null;

    private static JsonObject Document(string? text) => LazadaPayload.Product(text ?? throw new FormatException("There is no document."));

    /// <summary>What is no number counts as 0, which every rule refuses.</summary>
    private static decimal? Number(JsonObject given, string name) => LazadaPayload.Text(given, name) is { } text
        ? decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0
        : null;

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static LazadaRefusal Of(string code, string message, string field) => LazadaProductRules.Of(code, message, field);
}
