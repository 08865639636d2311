using System.Text.Json;

namespace OcopMarket.Sandbox.Voso;

internal enum FieldKind
{
    Text,
    Whole,
    Number,
    Flag,
    Texts,
    Objects
}

internal sealed record FieldSpec(string Name, FieldKind Kind, bool Required = true);

/// <summary>Which fields a body has, and of what kind: each unknown, missing or wrong one is named.</summary>
internal static class VosoFields
{
    public static readonly IReadOnlyList<FieldSpec> Login = [new("USERNAME", FieldKind.Text), new("PASSWORD", FieldKind.Text)];

    public static readonly IReadOnlyList<FieldSpec> Content =
    [
        new("MERCHANT_SKU", FieldKind.Text),
        new("PRODUCT_NAME", FieldKind.Text),
        new("CATEGORY_ID", FieldKind.Whole),
        new("PRODUCT_DESCRIPTION", FieldKind.Text),
        new("PRODUCT_WEIGHT", FieldKind.Whole),
        new("PRODUCT_LENGTH", FieldKind.Number),
        new("PRODUCT_WIDTH", FieldKind.Number),
        new("PRODUCT_HEIGHT", FieldKind.Number),
        new("ORIGIN", FieldKind.Text),
        new("UNIT", FieldKind.Text),
        new("IMAGE_URLS", FieldKind.Texts),
        new("IS_OCOP", FieldKind.Flag),
        new("OCOP_STAR", FieldKind.Whole, Required: false),
        new("OCOP_CERT_NO", FieldKind.Text, Required: false),
        new("OCOP_CERT_EXPIRE", FieldKind.Text, Required: false),
        new("ATTRIBUTES", FieldKind.Objects)
    ];

    public static readonly IReadOnlyList<FieldSpec> Create =
    [
        .. Content,
        new("PRODUCT_PRICE", FieldKind.Whole),
        new("PRODUCT_DISCOUNT_PRICE", FieldKind.Whole, Required: false),
        new("PRODUCT_QUANTITY", FieldKind.Whole)
    ];

    public static readonly IReadOnlyList<FieldSpec> Update = [new("PRODUCT_ID", FieldKind.Whole), .. Content];

    public static readonly IReadOnlyList<FieldSpec> Attribute = [new("CODE", FieldKind.Text), new("VALUE", FieldKind.Text)];

    public static readonly IReadOnlyList<FieldSpec> Inventory = [new("LIST", FieldKind.Objects)];

    public static readonly IReadOnlyList<FieldSpec> InventoryItem =
    [
        new("PRODUCT_ID", FieldKind.Whole),
        new("PRICE", FieldKind.Whole, Required: false),
        new("DISCOUNT_PRICE", FieldKind.Whole, Required: false),
        new("QUANTITY", FieldKind.Whole, Required: false)
    ];

    public static readonly IReadOnlyList<FieldSpec> ChangeState = [new("PRODUCT_ID", FieldKind.Whole), new("STATE", FieldKind.Text)];

    public static readonly IReadOnlyList<FieldSpec> List =
    [
        new("PAGE", FieldKind.Whole),
        new("PAGE_SIZE", FieldKind.Whole),
        new("STATE", FieldKind.Text, Required: false),
        new("MERCHANT_SKU", FieldKind.Text, Required: false),
        new("UPDATED_FROM", FieldKind.Whole, Required: false)
    ];

    /// <summary>Parts are those of the one list of objects that a body may hold.</summary>
    public static IReadOnlyList<FieldError> Check(
        JsonElement body, IReadOnlyList<FieldSpec> specs, IReadOnlyList<FieldSpec>? parts = null)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return [new FieldError("$", "Không phải đối tượng JSON hợp lệ")];
        }

        var errors = body.EnumerateObject().Where(p => !specs.Any(s => s.Name == p.Name))
            .Select(p => new FieldError(p.Name, "Trường không có trong quy định")).ToList();
        foreach (var spec in specs)
        {
            var given = body.TryGetProperty(spec.Name, out var value) && value.ValueKind != JsonValueKind.Null;
            if (!given && spec.Required)
            {
                errors.Add(new FieldError(spec.Name, "Thiếu trường bắt buộc"));
            }
            else if (given && !Suits(value, spec.Kind))
            {
                errors.Add(new FieldError(spec.Name, "Sai kiểu dữ liệu"));
            }
            else if (given && spec.Kind == FieldKind.Objects && parts is not null)
            {
                errors.AddRange(value.EnumerateArray().SelectMany(
                    (part, i) => Check(part, parts).Select(e => e with { Field = $"{spec.Name}[{i}].{e.Field}" })));
            }
        }

        return errors;
    }

    private static bool Suits(JsonElement value, FieldKind kind) => kind switch
    {
        FieldKind.Text => value.ValueKind == JsonValueKind.String,
        FieldKind.Whole => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        FieldKind.Number => value.ValueKind == JsonValueKind.Number,
        FieldKind.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        FieldKind.Texts => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String),
        _ => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Object)
    };
}
