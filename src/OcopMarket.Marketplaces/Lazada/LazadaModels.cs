using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Lazada;

// Bodies as the sheet writes them. In answers everything may be missing: only what we use is read, unknown fields are ignored.

internal static class LazadaJson
{
    public static readonly JsonSerializerOptions Options = PlatformJson.Create(JsonNamingPolicy.SnakeCaseLower, JsonIgnoreCondition.WhenWritingNull);

    /// <summary>The platform spells one name in two ways from call to call: <c>item_id</c>, <c>itemId</c>, <c>SkuId</c>.</summary>
    public static JsonElement? Field(JsonElement? owner, string name)
    {
        if (owner is not { ValueKind: JsonValueKind.Object } body)
        {
            return null;
        }

        foreach (var property in body.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && Plain(property.Name) == Plain(name))
            {
                return property.Value;
            }
        }

        return null;
    }

    /// <summary>Also of a number; null for anything else.</summary>
    public static string? Text(JsonElement? owner, string name) => Field(owner, name) switch
    {
        { ValueKind: JsonValueKind.String } text => StorableText.Of(text.GetString()),
        { ValueKind: JsonValueKind.Number } number => number.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : number.GetRawText(),
        _ => null,
    };

    /// <summary>A number, or a text that is one.</summary>
    public static decimal? Number(JsonElement? owner, string name) =>
        decimal.TryParse(Text(owner, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e13m ? number : null;

    /// <summary>Null: there is no list of this name.</summary>
    public static IReadOnlyList<JsonElement>? List(JsonElement? owner, string name) =>
        Field(owner, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : null;

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}

/// <summary>What every answer has. <c>detail</c> carries the cause where a code says only which call failed; its shape is not documented.</summary>
internal record LazadaAnswer
{
    [JsonConverter(typeof(TextOrNumber))]
    public string? Code { get; init; }
    public string? Type { get; init; }
    public string? Message { get; init; }
    public JsonElement? Detail { get; init; }
    public JsonElement? Data { get; init; }
}

/// <summary>Tokens stand beside the code, and whose they are in a list that has one of two names.</summary>
internal sealed record LazadaTokens : LazadaAnswer
{
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    public long? ExpiresIn { get; init; }
    public IReadOnlyList<LazadaCountry>? CountryUserInfo { get; init; }
    public IReadOnlyList<LazadaCountry>? CountryUserInfoList { get; init; }
}

internal sealed record LazadaCountry(string? Country, [property: JsonConverter(typeof(TextOrNumber))] string? SellerId);

internal sealed record LazadaDocument([property: JsonPropertyName("Request")] LazadaRequest Request);

internal sealed record LazadaRequest([property: JsonPropertyName("Product")] LazadaProduct Product);

/// <summary>Body of create and update: an update has the id, and neither category nor brand. Every value is a text.</summary>
internal sealed record LazadaProduct
{
    [JsonPropertyName("ItemId")]
    public string? ItemId { get; init; }

    [JsonPropertyName("PrimaryCategory")]
    public string? PrimaryCategory { get; init; }

    [JsonPropertyName("Images")]
    public LazadaImages? Images { get; init; }

    [JsonPropertyName("Attributes")]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    [JsonPropertyName("Skus")]
    public LazadaSkus? Skus { get; init; }
}

internal sealed record LazadaImages([property: JsonPropertyName("Image")] IReadOnlyList<string> Image);

internal sealed record LazadaSkus([property: JsonPropertyName("Sku")] IReadOnlyList<LazadaSku> Sku);

/// <summary>Content writes the small names, the price and stock call the great ones.</summary>
internal sealed record LazadaSku
{
    [JsonPropertyName("ItemId")]
    public string? ItemId { get; init; }

    [JsonPropertyName("SkuId")]
    public string? SkuId { get; init; }

    [JsonPropertyName("SellerSku")]
    public string? SellerSku { get; init; }

    [JsonPropertyName("quantity")]
    public string? StartQuantity { get; init; }

    [JsonPropertyName("price")]
    public string? StartPrice { get; init; }

    [JsonPropertyName("Quantity")]
    public string? Quantity { get; init; }

    [JsonPropertyName("Price")]
    public string? Price { get; init; }

    [JsonPropertyName("Status")]
    public string? Status { get; init; }

    /// <summary>Centimetres.</summary>
    [JsonPropertyName("package_length")]
    public string? PackageLength { get; init; }

    [JsonPropertyName("package_width")]
    public string? PackageWidth { get; init; }

    [JsonPropertyName("package_height")]
    public string? PackageHeight { get; init; }

    /// <summary>Kilograms.</summary>
    [JsonPropertyName("package_weight")]
    public string? PackageWeight { get; init; }

    [JsonPropertyName("Images")]
    public LazadaImages? Images { get; init; }
}

internal sealed record LazadaPush(
    int? MessageType, [property: JsonConverter(typeof(TextOrNumber))] string? SellerId, long? Timestamp, JsonElement? Data);
