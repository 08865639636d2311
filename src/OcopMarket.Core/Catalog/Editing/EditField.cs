namespace OcopMarket.Core.Catalog.Editing;

/// <summary>How a field is typed, shown and stored.</summary>
public enum EditKind { Line, Lines, Money, Count, Grams, Centimetres, Day, Digits }

/// <summary>A field of a product, or of one of its variants, that a person may set. What certifies a product is none.</summary>
/// <param name="Name">In forms, and in the words of the pages.</param>
/// <param name="Column">Of the table, and in what sources state.</param>
public sealed record EditField(string Name, string Column, EditKind Kind, bool OfVariant)
{
    /// <summary>May not be empty.</summary>
    public bool Required { get; init; }

    /// <summary>Most characters of a text.</summary>
    public int Most { get; init; } = 500;

    /// <summary>In the order of the form.</summary>
    public static IReadOnlyList<EditField> OfProduct { get; } =
    [
        new("name", "name", EditKind.Line, false) { Required = true },
        new("shortDescription", "short_description", EditKind.Line, false) { Most = 2_000 },
        new("description", "description", EditKind.Lines, false) { Most = 30_000 },
        new("ingredients", "ingredients", EditKind.Lines, false) { Most = 5_000 },
        new("usage", "usage", EditKind.Lines, false) { Most = 5_000 },
        new("storage", "storage", EditKind.Lines, false) { Most = 5_000 },
        new("shelfLife", "shelf_life", EditKind.Line, false),
        new("brand", "brand", EditKind.Line, false),
        new("origin", "origin", EditKind.Line, false),
        new("foodSafetyNo", "food_safety_no", EditKind.Line, false),
    ];

    /// <inheritdoc cref="OfProduct"/>
    public static IReadOnlyList<EditField> OfEachVariant { get; } =
    [
        new("price", "list_price_vnd", EditKind.Money, true),
        new("stock", "stock_units", EditKind.Count, true),
        new("salePrice", "sale_price_vnd", EditKind.Money, true),
        new("saleFrom", "sale_from", EditKind.Day, true),
        new("saleTo", "sale_to", EditKind.Day, true),
        new("weight", "weight_grams", EditKind.Grams, true),
        new("length", "length_cm", EditKind.Centimetres, true),
        new("width", "width_cm", EditKind.Centimetres, true),
        new("height", "height_cm", EditKind.Centimetres, true),
        new("unit", "unit", EditKind.Line, true) { Most = 100 },
        new("gtin", "gtin", EditKind.Digits, true),
    ];

    public bool IsText => Kind is EditKind.Line or EditKind.Lines or EditKind.Digits;
}
