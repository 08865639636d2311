using System.Text.Json;

namespace OcopMarket.Sandbox.Shopee;

// Section 8. What is null was not sent; what the sandbox does not act on is taken as it comes.

internal sealed record ItemBody
{
    public long? ItemId { get; init; }
    public string? ItemName { get; init; }
    public string? Description { get; init; }
    public string? DescriptionType { get; init; }
    public long? CategoryId { get; init; }
    public decimal? OriginalPrice { get; init; }
    public decimal? Weight { get; init; }
    public DimensionBody? Dimension { get; init; }
    public ImageBody? Image { get; init; }
    public IReadOnlyList<LogisticBody>? LogisticInfo { get; init; }
    public BrandBody? Brand { get; init; }
    public IReadOnlyList<AttributeBody>? AttributeList { get; init; }
    public IReadOnlyList<StockBody>? SellerStock { get; init; }
    public string? ItemStatus { get; init; }
    public string? ItemSku { get; init; }
    public string? Condition { get; init; }
    public string? GtinCode { get; init; }
    public JsonElement? PreOrder { get; init; }
    public JsonElement? Wholesale { get; init; }
    public JsonElement? VideoUploadId { get; init; }
    public JsonElement? PurchaseLimitInfo { get; init; }
    public JsonElement? SizeChartInfo { get; init; }
    public JsonElement? TaxInfo { get; init; }
}

internal sealed record DimensionBody(int PackageLength, int PackageWidth, int PackageHeight);

internal sealed record ImageBody(IReadOnlyList<string> ImageIdList)
{
    public string? ImageRatio { get; init; }
}

internal sealed record LogisticBody(long LogisticId, bool Enabled)
{
    public bool? IsFree { get; init; }
    public decimal? ShippingFee { get; init; }
    public long? SizeId { get; init; }
}

internal sealed record BrandBody(long BrandId, string OriginalBrandName);

internal sealed record AttributeBody(long AttributeId, IReadOnlyList<AttributeValueBody> AttributeValueList);

internal sealed record AttributeValueBody(long ValueId)
{
    public string? OriginalValueName { get; init; }
    public string? ValueUnit { get; init; }
}

internal sealed record StockBody(int Stock)
{
    public string? LocationId { get; init; }
}

internal sealed record PriceBody(long ItemId, IReadOnlyList<PriceRowBody> PriceList);

internal sealed record PriceRowBody(decimal OriginalPrice)
{
    public long? ModelId { get; init; }
}

internal sealed record StockChangeBody(long ItemId, IReadOnlyList<StockRowBody> StockList);

internal sealed record StockRowBody(IReadOnlyList<StockBody> SellerStock)
{
    public long? ModelId { get; init; }
}

internal sealed record UnlistBody(IReadOnlyList<UnlistRowBody> ItemList);

internal sealed record UnlistRowBody(long ItemId, bool Unlist);

internal sealed record DeleteBody(long ItemId);
