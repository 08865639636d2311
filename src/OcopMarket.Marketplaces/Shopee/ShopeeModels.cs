using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

// Bodies as the sheet writes them. In answers everything may be missing: only what we use is read, unknown fields are ignored.

internal static class ShopeeJson
{
    public static readonly JsonSerializerOptions Options = PlatformJson.Create(JsonNamingPolicy.SnakeCaseLower, JsonIgnoreCondition.WhenWritingNull);
}

/// <summary>Body of <c>token/get</c> and <c>access_token/get</c>.</summary>
internal sealed record ShopeeTokenRequest(long PartnerId, long ShopId)
{
    public string? Code { get; init; }
    public string? RefreshToken { get; init; }
}

/// <summary>What every answer has. Tokens and the shop have their fields beside it, all else in a <c>response</c>.</summary>
internal record ShopeeAnswer
{
    public string? Error { get; init; }
    public string? Message { get; init; }
}

internal sealed record ShopeeReply<TResponse> : ShopeeAnswer
    where TResponse : class
{
    public TResponse? Response { get; init; }
}

internal sealed record ShopeeTokens : ShopeeAnswer
{
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    public long? ExpireIn { get; init; }

    [JsonConverter(typeof(TextOrNumber))]
    public string? ShopId { get; init; }
    public IReadOnlyList<long>? ShopIdList { get; init; }
}

internal sealed record ShopeeShop : ShopeeAnswer
{
    public string? ShopName { get; init; }
    public string? Status { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? ExpireTime { get; init; }
}

/// <summary>Body of <c>add_item</c>; an <c>update_item</c> has the id, and neither price, stock, state nor the seller's code.</summary>
internal sealed record ShopeeItem
{
    public long? ItemId { get; init; }
    public string? ItemName { get; init; }
    public string? Description { get; init; }
    public long? CategoryId { get; init; }
    public long? OriginalPrice { get; init; }

    /// <summary>Kilograms.</summary>
    public decimal? Weight { get; init; }
    public ShopeeDimension? Dimension { get; init; }
    public ShopeeImages? Image { get; init; }
    public IReadOnlyList<ShopeeLogistic>? LogisticInfo { get; init; }
    public ShopeeBrand? Brand { get; init; }
    public IReadOnlyList<ShopeeAttribute>? AttributeList { get; init; }
    public IReadOnlyList<ShopeeStock>? SellerStock { get; init; }
    public string? ItemStatus { get; init; }
    public string? ItemSku { get; init; }
    public string? Condition { get; init; }
}

/// <summary>Whole centimetres.</summary>
internal sealed record ShopeeDimension(int PackageLength, int PackageWidth, int PackageHeight);

internal sealed record ShopeeImages(IReadOnlyList<string> ImageIdList);

internal sealed record ShopeeLogistic(long LogisticId, bool Enabled);

internal sealed record ShopeeBrand(long BrandId, string OriginalBrandName);

internal sealed record ShopeeAttribute(long AttributeId, IReadOnlyList<ShopeeAttributeValue> AttributeValueList);

internal sealed record ShopeeAttributeValue(long ValueId, string OriginalValueName);

internal sealed record ShopeeStock(long Stock);

internal sealed record ShopeePriceChange(long ItemId, IReadOnlyList<ShopeePrice> PriceList);

internal sealed record ShopeePrice(long OriginalPrice);

internal sealed record ShopeeStockChange(long ItemId, IReadOnlyList<ShopeeStockRow> StockList);

internal sealed record ShopeeStockRow(IReadOnlyList<ShopeeStock> SellerStock);

internal sealed record ShopeeUnlist(IReadOnlyList<ShopeeUnlistRow> ItemList);

internal sealed record ShopeeUnlistRow(long ItemId, bool Unlist);

internal sealed record ShopeeItemId(long ItemId);

internal sealed record ShopeeWritten
{
    public long? ItemId { get; init; }
    public string? ItemStatus { get; init; }
}

/// <summary>Answer of price, stock and visibility: a row for each model or item.</summary>
internal sealed record ShopeeRows(IReadOnlyList<ShopeeRow>? SuccessList, IReadOnlyList<ShopeeRow>? FailureList);

internal sealed record ShopeeRow(long? ItemId, string? FailedReason);

internal sealed record ShopeeFound(IReadOnlyList<long>? ItemIdList, int? TotalCount);

internal sealed record ShopeePage(IReadOnlyList<ShopeePageRow>? Item, bool? HasNextPage, long? NextOffset);

internal sealed record ShopeePageRow(long? ItemId, string? ItemStatus);

internal sealed record ShopeeBaseInfo(IReadOnlyList<ShopeeListed>? ItemList);

internal sealed record ShopeeListed
{
    public long? ItemId { get; init; }
    public string? ItemName { get; init; }
    public string? ItemSku { get; init; }
    public string? ItemStatus { get; init; }
    public IReadOnlyList<ShopeeShownPrice>? PriceInfo { get; init; }
    public ShopeeShownStock? StockInfoV2 { get; init; }
}

internal sealed record ShopeeShownPrice(decimal? OriginalPrice, decimal? CurrentPrice);

internal sealed record ShopeeShownStock(ShopeeStockSummary? SummaryInfo);

internal sealed record ShopeeStockSummary(long? TotalAvailableStock);

internal sealed record ShopeeViolations(IReadOnlyList<ShopeeViolation>? ItemList);

internal sealed record ShopeeViolation(long? ItemId, IReadOnlyList<ShopeeViolationDetail>? ItemStatusDetails);

internal sealed record ShopeeViolationDetail(string? ViolationType, string? ViolationReason, string? Suggestion);

internal sealed record ShopeeCategories(IReadOnlyList<ShopeeCategory>? CategoryList);

internal sealed record ShopeeCategory(
    long? CategoryId, long? ParentCategoryId, string? OriginalCategoryName, string? DisplayCategoryName, bool? HasChildren);

internal sealed record ShopeeTrees(IReadOnlyList<ShopeeTree>? List);

internal sealed record ShopeeTree(long? CategoryId, IReadOnlyList<ShopeeAttributeRule>? AttributeTree);

internal sealed record ShopeeAttributeRule(
    long? AttributeId, bool? Mandatory, string? Name, ShopeeAttributeInfo? AttributeInfo, IReadOnlyList<ShopeeAttributeOption>? AttributeValueList);

internal sealed record ShopeeAttributeInfo(int? InputType, int? InputValidationType, IReadOnlyList<string>? AttributeUnitList);

internal sealed record ShopeeAttributeOption(string? Name);

internal sealed record ShopeeChannels(IReadOnlyList<ShopeeChannel>? LogisticsChannelList);

internal sealed record ShopeeChannel(
    long? LogisticsChannelId, bool? Enabled, string? FeeType, long? MaskChannelId, ShopeeWeightLimit? WeightLimit);

/// <summary>Kilograms; 0 or nothing: no bound.</summary>
internal sealed record ShopeeWeightLimit(decimal? ItemMaxWeight, decimal? ItemMinWeight);

internal sealed record ShopeeUploaded(ShopeeImageInfo? ImageInfo, IReadOnlyList<ShopeeImageAnswer>? ImageInfoList);

internal sealed record ShopeeImageAnswer(string? Error, string? Message);

internal sealed record ShopeeImageInfo(string? ImageId, IReadOnlyList<ShopeeImageUrl>? ImageUrlList);

internal sealed record ShopeeImageUrl(string? ImageUrl);

internal sealed record ShopeePush(int? Code, [property: JsonConverter(typeof(TextOrNumber))] string? ShopId, long? Timestamp, ShopeePushed? Data);

internal sealed record ShopeePushed(long? ItemId, [property: JsonConverter(typeof(TextOrNumber))] string? ShopId);
