using System.Text.Json;

namespace OcopMarket.Sandbox.Postmart;

// Request bodies, sections 1, 3 and 6 of the contract. A parameter without a default must be there; null is refused where the
// type says so.

internal sealed record LoginBody(string Username, string Password, string CustomerCode);

internal sealed record RegisterBody(
    string Name, string OwnerName, string Phone, string ProvinceCode, string CommuneCode, string Address);

internal sealed record ItemsBody(string ShopCode, IReadOnlyList<ItemBody> Items);

/// <param name="Price">Dong; a create must have it, an update ignores it, as it does sale price and quantity.</param>
/// <param name="Weight">Grams; length, width and height in centimetres.</param>
internal sealed record ItemBody(
    string ItemCode, string Name, string CategoryId, string ShortDescription, string Description, int Weight, decimal Length,
    decimal Width, decimal Height, string Unit, string Origin, IReadOnlyList<string> Images, IReadOnlyList<AttributeBody> Attributes,
    bool Submit, long? Price = null, int? Quantity = null, long? SalePrice = null, string? Brand = null, string? Gtin = null,
    OcopBody? Ocop = null);

internal sealed record OcopBody(int Star, string CertificateNo, string IssuedDate, string ExpiredDate);

internal sealed record AttributeBody(string Id, string Value);

internal sealed record PriceStockBody(string ShopCode, IReadOnlyList<PriceStockItem> Items);

/// <param name="SalePrice">Undefined = unchanged, null = the sale ends.</param>
internal sealed record PriceStockItem(string ItemCode, long? Price = null, JsonElement SalePrice = default, int? Quantity = null);

internal sealed record StatusBody(string ShopCode, IReadOnlyList<StatusItem> Items);

internal sealed record StatusItem(string ItemCode, string Action);

/// <summary>One line of a batch's answer.</summary>
internal sealed record ItemResult(
    string ItemCode, bool Success, string? ProductId, int? Status, string? ErrorCode = null, string? Message = null, string? Field = null)
{
    public static ItemResult Of(PostmartItem item) => new(item.Content.ItemCode, true, item.ProductId, item.Status);

    public static ItemResult Refused(string itemCode, ItemError error, PostmartItem? item = null, bool tellStatus = false) =>
        new(itemCode, false, item?.ProductId, tellStatus ? item?.Status : null, error.Code, error.Message, error.Field);
}

internal sealed record ItemError(string Code, string Field, string Message);
