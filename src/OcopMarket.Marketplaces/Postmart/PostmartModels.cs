using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Postmart;

// Bodies as the sheet writes them. In answers everything may be missing: only what we use is read, unknown fields are ignored.

internal static class PostmartJson
{
    public static JsonSerializerOptions Options { get; } = PlatformJson.Create(JsonNamingPolicy.CamelCase, JsonIgnoreCondition.WhenWritingNull);
}

internal sealed record PostmartLogin(string Username, string Password, string? CustomerCode);

internal sealed record PostmartToken(bool? Success, string? Token, int? ExpiresIn, string? ErrorCode, string? Message);

internal sealed record PostmartEnvelope(bool? Success, string? ErrorCode, string? Message, JsonElement? Data);

internal sealed record PostmartBatch<TItem>(string ShopCode, IReadOnlyList<TItem> Items);

internal sealed record PostmartBatchAnswer(IReadOnlyList<PostmartItemAnswer>? Items);

internal sealed record PostmartItemAnswer(
    string? ItemCode,
    bool? Success,
    [property: JsonConverter(typeof(TextOrNumber))] string? ProductId,
    [property: JsonConverter(typeof(TextOrNumber))] string? Status,
    string? ErrorCode,
    string? Message,
    string? Field);

internal sealed record PostmartItem
{
    public required string ItemCode { get; init; }
    public required string Name { get; init; }
    public required string CategoryId { get; init; }
    public required string ShortDescription { get; init; }
    public required string Description { get; init; }
    public required long Price { get; init; }
    public long? SalePrice { get; init; }
    public required int Quantity { get; init; }
    public required int Weight { get; init; }
    public int? Length { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public string? Unit { get; init; }
    public string? Brand { get; init; }
    public string? Origin { get; init; }
    public string? Gtin { get; init; }
    public required IReadOnlyList<string> Images { get; init; }
    public PostmartOcop? Ocop { get; init; }
    public required IReadOnlyList<PostmartAttribute> Attributes { get; init; }

    /// <summary>False would leave a draft.</summary>
    public bool Submit { get; init; } = true;
}

internal sealed record PostmartOcop(int Star, string CertificateNo, string IssuedDate, string ExpiredDate);

internal sealed record PostmartAttribute(string Id, string Value);

/// <param name="SalePrice">Written also when null: that ends a sale.</param>
internal sealed record PostmartPrice(
    string ItemCode, long Price, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? SalePrice);

internal sealed record PostmartStock(string ItemCode, int Quantity);

internal sealed record PostmartAction(string ItemCode, string Action);

internal sealed record PostmartShopToOpen(
    string Name, string OwnerName, string Phone, string ProvinceCode, string CommuneCode, string Address);

internal sealed record PostmartShop(
    string? ShopCode, string? Name, [property: JsonConverter(typeof(TextOrNumber))] string? Status, string? StatusName, bool? Verified,
    int? ProductCount, string? Url);

internal sealed record PostmartMedia([property: JsonConverter(typeof(TextOrNumber))] string? MediaId, string? Url);

internal sealed record PostmartListPage(int? Total, IReadOnlyList<PostmartListed>? Items);

internal sealed record PostmartListed(
    string? ItemCode,
    [property: JsonConverter(typeof(TextOrNumber))] string? ProductId,
    [property: JsonConverter(typeof(TextOrNumber))] string? Status,
    string? StatusName,
    bool? PendingReview,
    IReadOnlyList<PostmartReason>? RejectReasons,
    decimal? Price,
    decimal? SalePrice,
    decimal? Quantity,
    string? Name,
    string? UpdatedDate,
    string? Url);

internal sealed record PostmartReason(string? Code, string? Field, string? Message);

internal sealed record PostmartCategory(
    [property: JsonConverter(typeof(TextOrNumber))] string? Id, [property: JsonConverter(typeof(TextOrNumber))] string? ParentId,
    string? Name, bool? IsLeaf);

internal sealed record PostmartAttributeRule(
    string? Id, string? Name, string? Type, string? Unit, bool? Required, int? MaxLength, IReadOnlyList<string>? Options);

internal sealed record PostmartCallback(IReadOnlyList<PostmartChanged>? Data, string? SendDate, string? Signature);

internal sealed record PostmartChanged(
    string? ShopCode, string? ItemCode, [property: JsonConverter(typeof(TextOrNumber))] string? ProductId,
    [property: JsonConverter(typeof(TextOrNumber))] string? Status);
