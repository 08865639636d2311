using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Voso;

// Bodies as the sheet writes them: UPPER_CASE fields by policy, the envelope and the login in lower case by name.

internal static class VosoJson
{
    public static JsonSerializerOptions Options { get; } = PlatformJson.Create(JsonNamingPolicy.SnakeCaseUpper, JsonIgnoreCondition.Never);
}

internal sealed record VosoLogin(string Username, string Password);

internal sealed record VosoToken(
    [property: JsonPropertyName("token")] string? Token, [property: JsonPropertyName("expired")] long? Expired);

internal sealed record VosoEnvelope(
    [property: JsonPropertyName("status")] int? Status, [property: JsonPropertyName("error")] bool? Error,
    [property: JsonPropertyName("message")] string? Message, [property: JsonPropertyName("data")] JsonElement? Data);

internal sealed record VosoFieldError(string? Field, string? Message);

/// <summary>What create and update have in common; the parts that only a create carries are absent when null.</summary>
internal sealed record VosoProduct
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ProductId { get; init; }
    public required string MerchantSku { get; init; }
    public required string ProductName { get; init; }
    public required long CategoryId { get; init; }
    public required string ProductDescription { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ProductPrice { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ProductDiscountPrice { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ProductQuantity { get; init; }
    public required int ProductWeight { get; init; }
    public int? ProductLength { get; init; }
    public int? ProductWidth { get; init; }
    public int? ProductHeight { get; init; }
    public string? Origin { get; init; }
    public string? Unit { get; init; }
    public required IReadOnlyList<string> ImageUrls { get; init; }
    public bool IsOcop { get; init; }
    public int? OcopStar { get; init; }
    public string? OcopCertNo { get; init; }
    public string? OcopCertExpire { get; init; }
    public required IReadOnlyList<VosoAttribute> Attributes { get; init; }
}

internal sealed record VosoAttribute(string Code, string Value);

internal sealed record VosoInventory(IReadOnlyList<VosoInventoryRow> List);

internal sealed record VosoInventoryRow
{
    public required long ProductId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Price { get; init; }

    /// <summary>0 ends a sale.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? DiscountPrice { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Quantity { get; init; }
}

internal sealed record VosoInventoryAnswer(
    [property: JsonConverter(typeof(TextOrNumber))] string? ProductId, bool? Error, string? Message);

internal sealed record VosoStateChange(long ProductId, string State);

internal sealed record VosoState([property: JsonConverter(typeof(TextOrNumber))] string? ProductId, string? State);

internal sealed record VosoListQuery
{
    public required int Page { get; init; }
    public required int PageSize { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MerchantSku { get; init; }

    /// <summary>Unix ms.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UpdatedFrom { get; init; }
}

internal sealed record VosoListPage(int? Total, IReadOnlyList<VosoListed>? Items);

internal sealed record VosoListed(
    [property: JsonConverter(typeof(TextOrNumber))] string? ProductId,
    string? MerchantSku,
    string? ProductName,
    [property: JsonConverter(typeof(TextOrNumber))] string? State,
    string? Reason,
    decimal? Price,
    decimal? DiscountPrice,
    decimal? Quantity,
    string? Url,
    long? UpdatedAt);

internal sealed record VosoMerchant(
    [property: JsonConverter(typeof(TextOrNumber))] string? MerchantId, string? MerchantName, string? State, bool? IdentityVerified, int? TotalProduct);

internal sealed record VosoCategory(
    [property: JsonConverter(typeof(TextOrNumber))] string? CategoryId, string? CategoryName,
    [property: JsonConverter(typeof(TextOrNumber))] string? ParentId, bool? IsLeaf);

internal sealed record VosoAttributeRule(
    string? AttributeCode, string? AttributeName, string? DataType, bool? Required, IReadOnlyList<string>? Values);
