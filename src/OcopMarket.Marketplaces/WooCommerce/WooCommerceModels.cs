using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.WooCommerce;

// Bodies as the sheet writes them. In answers everything may be missing: only what we use is read, unknown fields are ignored.

internal static class WooCommerceJson
{
    public static JsonSerializerOptions Options { get; } = PlatformJson.Create(JsonNamingPolicy.SnakeCaseLower, JsonIgnoreCondition.WhenWritingNull);
}

/// <summary>At most 100 in all; the answer has one row for each, in the same order.</summary>
internal sealed record WooCommerceBatch<TItem>
{
    public IReadOnlyList<TItem>? Create { get; init; }
    public IReadOnlyList<TItem>? Update { get; init; }
    public IReadOnlyList<long>? Delete { get; init; }
}

/// <summary>A product as it is written; what is null is not sent and stays as it is.</summary>
internal sealed record WooCommerceItem
{
    public long? Id { get; init; }
    public string? Name { get; init; }
    public string? Type { get; init; }
    public string? Sku { get; init; }

    /// <summary>Whole dong as text; an empty <see cref="SalePrice"/> ends a sale.</summary>
    public string? RegularPrice { get; init; }
    public string? SalePrice { get; init; }
    public string? Description { get; init; }

    /// <summary>Without it a stock is dropped silently.</summary>
    public bool? ManageStock { get; init; }
    public int? StockQuantity { get; init; }
    public string? Status { get; init; }
    public IReadOnlyList<WooCommerceRef>? Categories { get; init; }
    public IReadOnlyList<WooCommercePicture>? Images { get; init; }
}

internal sealed record WooCommerceRef(long Id);

/// <summary>By its id where the shop has it, else by our address.</summary>
internal sealed record WooCommercePicture(long? Id, string? Src, string? Alt);

internal sealed record WooCommerceBatchAnswer(
    IReadOnlyList<WooCommerceProduct>? Create, IReadOnlyList<WooCommerceProduct>? Update, IReadOnlyList<WooCommerceProduct>? Delete);

internal sealed record WooCommerceProduct(
    long? Id, string? Name, string? Permalink, string? DateModifiedGmt, string? Status, string? Description, string? Sku,
    [property: JsonConverter(typeof(TextOrNumber))] string? RegularPrice, [property: JsonConverter(typeof(TextOrNumber))] string? SalePrice,
    bool? ManageStock, decimal? StockQuantity, string? StockStatus, IReadOnlyList<WooCommerceCategory>? Categories,
    IReadOnlyList<WooCommercePicture>? Images, WooCommerceError? Error);

internal sealed record WooCommerceCategory(long? Id, string? Name, long? Parent);

internal sealed record WooCommerceNewCategory(string Name);

internal sealed record WooCommerceHook(string Name, string Topic, string DeliveryUrl, string Secret);

internal sealed record WooCommerceHookAnswer(long? Id, string? Status);

internal sealed record WooCommerceError(string? Code, string? Message, WooCommerceErrorData? Data);

/// <param name="ResourceId">Of the product that has the code, or of the category that has the name.</param>
/// <param name="Params">Field -> what is wrong with it.</param>
internal sealed record WooCommerceErrorData(long? ResourceId, JsonElement? Params);
