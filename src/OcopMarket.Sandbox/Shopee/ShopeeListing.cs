using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>What the platform tells of a shop's items (sections 8 and 9) and of what items may be (section 6).</summary>
internal sealed class ShopeeListing(ShopeePlatform platform)
{
    private const int MaxPage = 100;
    private const int MaxIds = 50;

    private ShopeeState State => platform.State;

    /// <summary>By time of change and then by id; the sheet names no order.</summary>
    public Answer List(long shop, CallRequest request)
    {
        var statuses = Texts(request, "item_status");
        if (Number(request, "offset") is not { } offset || Number(request, "page_size") is not (>= 1 and <= MaxPage and { } size)
            || statuses.Count == 0 || statuses.Any(s => !ShopeeStatus.All.Contains(s)))
        {
            return ShopeeAnswers.Refused("error_param", "offset, page_size (1 to 100) and item_status are required.");
        }

        var (from, to) = (Number(request, "update_time_from"), Number(request, "update_time_to"));
        var found = State.ItemsOf(shop).Where(i => i.VisibleAt <= platform.Now && statuses.Contains(i.Status))
            .Where(i => (from is null || i.UpdatedAt.ToUnixTimeSeconds() >= from) && (to is null || i.UpdatedAt.ToUnixTimeSeconds() <= to))
            .OrderBy(i => i.UpdatedAt).ThenBy(i => i.ItemId).ToList();
        var page = found.Skip((int)offset).Take((int)size).ToList();
        var isMore = offset + page.Count < found.Count;
        return ShopeeAnswers.Response(new
        {
            Item = page.Select(i => new { i.ItemId, ItemStatus = i.Status, UpdateTime = i.UpdatedAt.ToUnixTimeSeconds(), Tag = new { Kit = false } }),
            TotalCount = found.Count,
            HasNextPage = isMore,
            NextOffset = isMore ? offset + page.Count : (long?)null,
        });
    }

    /// <summary>Finds codes that begin as asked: a caller must look at each hit.</summary>
    public Answer Search(long shop, CallRequest request)
    {
        var (sku, name) = (request.Parameters.GetValueOrDefault("item_sku"), request.Parameters.GetValueOrDefault("item_name"));
        var offset = request.Parameters.GetValueOrDefault("offset") is { Length: > 0 } given ? Opened(given) : 0;
        if (Number(request, "page_size") is not (>= 1 and <= MaxPage and { } size) || offset is null || (sku is null && name is null))
        {
            return ShopeeAnswers.Refused("error_param", "page_size and one of item_name and item_sku are required.");
        }

        var statuses = Texts(request, "item_status");
        var found = State.ItemsOf(shop).Where(i => i.VisibleAt <= platform.Now && i.Status != ShopeeStatus.SellerDeleted)
            .Where(i => statuses.Count == 0 || statuses.Contains(i.Status))
            .Where(i => (sku is null || i.Sku.StartsWith(sku, StringComparison.OrdinalIgnoreCase))
                && (name is null || i.Content.ItemName.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(i => i.ItemId).ToList();
        var page = found.Skip(offset.Value).Take((int)size).ToList();
        var next = offset.Value + page.Count;
        return ShopeeAnswers.Response(new
        {
            ItemIdList = page.Select(i => i.ItemId),
            TotalCount = found.Count,
            NextOffset = next < found.Count ? $"o{next}" : "",
        });
    }

    /// <summary>An id that the shop has not is left out; the sheet does not say.</summary>
    public Answer BaseInfo(long shop, CallRequest request) => Ids(request) is { } ids
        ? ShopeeAnswers.Response(new { ItemList = ids.Select(id => State.Item(shop, id)).OfType<ShopeeItemRow>().Select(i => Row(i, StatusOf(i, request))) })
        : ShopeeAnswers.Refused("error_param", "item_id_list takes 1 to 50 ids.");

    public Answer Violations(long shop, CallRequest request) => Ids(request) is { } ids
        ? ShopeeAnswers.Response(new
        {
            ItemList = ids.Select(id => State.Item(shop, id)).OfType<ShopeeItemRow>().Select(i => new
            {
                i.ItemId,
                i.Content.ItemName,
                ItemStatus = i.Status,
                Deboost = false,
                ItemStatusDetails = i.Violations,
                DeboostDetails = Array.Empty<object>(),
            }),
        })
        : ShopeeAnswers.Refused("error_param", "item_id_list takes 1 to 50 ids.");

    public Answer Categories(CallRequest request) => request.Parameters.GetValueOrDefault("language") is null or "vi" or "en"
        ? ShopeeAnswers.Response(new { CategoryList = ShopeeCatalogue.Categories.Where(c => !ShopeeCatalogue.IsRetired(platform.Settings, c.CategoryId)) })
        : ShopeeAnswers.Refused("error_param", "Invalid language.");

    /// <summary>For this call the platform spells Vietnamese <c>vn</c>.</summary>
    public static Answer Attributes(CallRequest request)
    {
        var ids = Numbers(request, "category_id_list");
        if (ids is not { Count: >= 1 and <= 20 } || request.Parameters.GetValueOrDefault("language") is not (null or "vn" or "en"))
        {
            return ShopeeAnswers.Refused("error_param", "category_id_list takes 1 to 20 ids, language vn or en.");
        }

        return ids.Any(i => ShopeeCatalogue.Find(i) is not { HasChildren: false })
            ? ShopeeAnswers.Refused("error_invalid_category", "Invalid category id.")
            : ShopeeAnswers.Response(new { List = ids.Select(id => new { CategoryId = id, AttributeTree = ShopeeCatalogue.AttributesOf(id).Select(Tree) }) });
    }

    public static Answer Brands() => ShopeeAnswers.Response(new
    {
        BrandList = ShopeeCatalogue.Brands.Select(b => new { BrandId = b.Key, OriginalBrandName = b.Value, DisplayBrandName = b.Value }),
        HasNextPage = false,
        NextOffset = 0,
        IsMandatory = false,
        InputType = "DROP_DOWN",
    });

    public static Answer Limits() => ShopeeAnswers.Response(new
    {
        PriceLimit = new { MinLimit = ShopeeItemRules.MinPrice, MaxLimit = ShopeeItemRules.MaxPrice },
        StockLimit = new { MinLimit = 0, MaxLimit = ShopeeItemRules.MaxStock },
        ItemNameLengthLimit = new { MinLimit = ShopeeItemRules.MinName, MaxLimit = ShopeeItemRules.MaxName },
        ItemImageCountLimit = new { MinLimit = 1, MaxLimit = ShopeeItemRules.MaxImages },
        ItemDescriptionLengthLimit = new { MinLimit = ShopeeItemRules.MinDescription, MaxLimit = ShopeeItemRules.MaxDescription },
        WeightLimit = new { WeightMandatory = true },
        DimensionLimit = new { DimensionMandatory = false },
        GtinLimit = new { GtinValidationRule = "Optional" },
    });

    public static Answer Channels() => ShopeeAnswers.Response(new
    {
        LogisticsChannelList = ShopeeCatalogue.Channels.Select(c => new
        {
            LogisticsChannelId = c.Id,
            LogisticsChannelName = c.Name,
            c.Enabled,
            CodEnabled = true,
            c.FeeType,
            SizeList = Array.Empty<object>(),
            WeightLimit = new { ItemMaxWeight = c.MaxKilograms, ItemMinWeight = 0m },
            c.MaskChannelId,
        }),
    });

    private static string StatusOf(ShopeeItemRow item, CallRequest request) =>
        request.UnknownStatus && (request.FaultSku is null || request.FaultSku == item.Sku) ? ShopeeStatus.Unknown : item.Status;

    private object Row(ShopeeItemRow item, string status) => new
    {
        item.ItemId,
        item.Content.CategoryId,
        item.Content.ItemName,
        item.Content.Description,
        ItemSku = item.Sku,
        CreateTime = item.CreatedAt.ToUnixTimeSeconds(),
        UpdateTime = item.UpdatedAt.ToUnixTimeSeconds(),
        AttributeList = item.Content.Attributes,
        PriceInfo = new[] { new { Currency = "VND", OriginalPrice = item.Price, CurrentPrice = item.Price } },
        Image = new { ImageIdList = item.Content.Images, ImageUrlList = item.Content.Images.Select(platform.ImageUrlOf) },
        Weight = item.Content.Weight.ToString(CultureInfo.InvariantCulture),
        item.Content.Dimension,
        LogisticInfo = item.Content.Logistics,
        item.Condition,
        ItemStatus = status,
        Deboost = false,
        HasModel = false,
        HasPromotion = false,
        item.Content.Brand,
        StockInfoV2 = new
        {
            SummaryInfo = new { TotalReservedStock = 0, TotalAvailableStock = item.Stock },
            SellerStock = new[] { new { item.Stock } },
        },
    };

    private static object Tree(AttributeRow rule) => new
    {
        rule.AttributeId,
        rule.Mandatory,
        rule.Name,
        AttributeInfo = new
        {
            rule.InputType,
            InputValidationType = rule.ValidationType,
            FormatType = rule.Unit is null ? 1 : 2,
            AttributeUnitList = rule.Unit is null ? Array.Empty<string>() : [rule.Unit],
            MaxValueCount = 1,
        },
        AttributeValueList = rule.Values.Select(v => new { ValueId = v.Key, Name = v.Value }),
    };

    private static int? Opened(string offset) =>
        offset[0] == 'o' && int.TryParse(offset.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static List<long>? Ids(CallRequest request) => Numbers(request, "item_id_list") is { Count: >= 1 and <= MaxIds } ids ? ids : null;

    private static List<long>? Numbers(CallRequest request, string name)
    {
        var numbers = new List<long>();
        foreach (var text in Texts(request, name))
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>The sheet writes lists repeated, with commas and in brackets.</summary>
    internal static List<string> Texts(CallRequest request, string name) =>
        QueryHelpers.ParseQuery(request.Query).TryGetValue(name, out var values)
            ? [.. values.SelectMany(v => (v ?? "").Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))]
            : [];

    private static long? Number(CallRequest request, string name) =>
        long.TryParse(request.Parameters.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
