namespace OcopMarket.Sandbox.Voso;

// Request bodies, sections 1 and 4; VosoFields has looked at them before they are read into these.

internal sealed record LoginBody(string Username, string Password);

internal sealed record CreateBody(
    string MerchantSku, string ProductName, long CategoryId, string ProductDescription, long ProductPrice, int ProductQuantity,
    int ProductWeight, decimal ProductLength, decimal ProductWidth, decimal ProductHeight, string Origin, string Unit,
    IReadOnlyList<string> ImageUrls, bool IsOcop, IReadOnlyList<VosoAttributeValue> Attributes, long? ProductDiscountPrice = null,
    int? OcopStar = null, string? OcopCertNo = null, string? OcopCertExpire = null)
{
    public VosoContent ToContent() => new(
        MerchantSku, ProductName, CategoryId, ProductDescription, ProductWeight, ProductLength, ProductWidth, ProductHeight, Origin, Unit,
        ImageUrls, IsOcop, OcopStar, OcopCertNo, OcopCertExpire, Attributes);
}

internal sealed record UpdateBody(
    long ProductId, string MerchantSku, string ProductName, long CategoryId, string ProductDescription, int ProductWeight,
    decimal ProductLength, decimal ProductWidth, decimal ProductHeight, string Origin, string Unit, IReadOnlyList<string> ImageUrls,
    bool IsOcop, IReadOnlyList<VosoAttributeValue> Attributes, int? OcopStar = null, string? OcopCertNo = null,
    string? OcopCertExpire = null)
{
    public VosoContent ToContent() => new(
        MerchantSku, ProductName, CategoryId, ProductDescription, ProductWeight, ProductLength, ProductWidth, ProductHeight, Origin, Unit,
        ImageUrls, IsOcop, OcopStar, OcopCertNo, OcopCertExpire, Attributes);
}

internal sealed record InventoryBody(IReadOnlyList<InventoryItem> List);

/// <param name="DiscountPrice">0 ends a sale, null leaves it.</param>
internal sealed record InventoryItem(long ProductId, long? Price = null, long? DiscountPrice = null, int? Quantity = null);

internal sealed record InventoryResult(long ProductId, bool Error, string? Message);

internal sealed record StateBody(long ProductId, string State);

internal sealed record ListBody(int Page, int PageSize, string? State = null, string? MerchantSku = null, long? UpdatedFrom = null);
