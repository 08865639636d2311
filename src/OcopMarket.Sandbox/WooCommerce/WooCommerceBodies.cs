using System.Globalization;
using System.Text.Json;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>A product as a call writes it: what is absent stays as it is, unknown fields are ignored.</summary>
internal sealed class WooInput(JsonElement body)
{
    public string? Name => Text("name");
    public string? Type => Text("type");
    public string? Sku => Text("sku");
    public string? Description => Text("description");
    public string? Status => Text("status");
    public bool? ManageStock => Find("manage_stock") is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? flag.GetBoolean() : null;
    public int? StockQuantity => Find("stock_quantity") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var units) ? units : null;

    /// <summary>A price that is no number is kept as none; one below zero is taken.</summary>
    public string? RegularPrice => Price("regular_price");
    public string? SalePrice => Price("sale_price");

    /// <summary>Null: not named.</summary>
    public IReadOnlyList<long>? Categories => Find("categories") is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(c => Number(c, "id")).OfType<long>()]
        : null;

    public IReadOnlyList<WooPicture>? Images => Find("images") is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(i => new WooPicture(Number(i, "id"), Text(i, "src"), Text(i, "alt")))]
        : null;

    /// <summary>The first field that is not what the schema says.</summary>
    public WooError? Fault()
    {
        foreach (var field in (string[])["name", "type", "sku", "regular_price", "sale_price", "description", "status"])
        {
            if (Find(field) is { } value && value.ValueKind != JsonValueKind.String)
            {
                return WooError.InvalidParameter(field, "rest_invalid_type", $"{field} is not of type string.");
            }
        }

        return Status is { } status && !WooCommerceStatus.Writable.Contains(status)
            ? WooError.InvalidParameter("status", "rest_not_in_enum", $"status is not one of {string.Join(", ", WooCommerceStatus.Writable)}.")
            : null;
    }

    public static long? Number(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private string? Text(string name) => Text(body, name);

    private string? Price(string name) => Text(name) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? text
        : "";

    private JsonElement? Find(string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

/// <summary>A picture that the shop has (<paramref name="Id"/>), or one to be fetched.</summary>
internal sealed record WooPicture(long? Id, string? Source, string? Alt);
