using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Core.Catalog.Editing;

/// <summary>The value of a field, or that there is none, in one spelling: text as it is, numbers with a point, days as year-month-day.</summary>
public readonly record struct EditValue(string? Text)
{
    public static readonly EditValue None;

    private static readonly NumberFormatInfo _vietnamese = NumberFormatInfo.ReadOnly(new()
    {
        NumberGroupSeparator = ".",
        NumberDecimalSeparator = ",",
        NumberGroupSizes = [3],
    });

    /// <summary>Travels with a form, so that it is known what somebody saw before they typed.</summary>
    public string Mark => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text is null ? "-" : "+" + Text)))[..16];

    public decimal? Number => decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public DateOnly? Day => DateOnly.TryParseExact(Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public int? Whole => Number is { } n and >= int.MinValue and <= int.MaxValue && n == decimal.Truncate(n) ? (int)n : null;

    public static EditValue Of(string? text) => new(string.IsNullOrEmpty(text) ? null : text);

    public static EditValue Of(decimal? number) => new(number?.ToString("0.####", CultureInfo.InvariantCulture));

    public static EditValue Of(DateOnly? day) => new(day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <param name="stored">As a source states it, or a table holds it.</param>
    public static EditValue Of(EditField field, JsonNode? stored) => stored switch
    {
        null => None,
        JsonValue v when field.IsText || field.Kind == EditKind.Day => v.TryGetValue<string>(out var text) ? Of(text) : None,
        JsonValue v => v.TryGetValue<decimal>(out var number) ? Of(number) : None,
        _ => None,
    };

    /// <summary>As a source would state it.</summary>
    public JsonNode? ToJson(EditField field) => Text is null ? null
        : field.IsText || field.Kind == EditKind.Day ? JsonValue.Create(Text) : JsonValue.Create(Number!.Value);

    /// <summary>As a person types it: 1.250.000; 500 g; 1,5 kg; 21/04/2023.</summary>
    public string Shown(EditKind kind) => (kind, Number, Day) switch
    {
        (EditKind.Money or EditKind.Count, { } number, _) => number.ToString("#,0", _vietnamese),
        (EditKind.Centimetres, { } number, _) => number.ToString("0.#", _vietnamese),
        // A fraction of three digits would be read as thousands.
        (EditKind.Grams, { } grams, _) when grams >= 1000 && grams % 100 == 0 => (grams / 1000).ToString("0.#", _vietnamese) + " kg",
        (EditKind.Grams, { } grams, _) => grams.ToString("#,0", _vietnamese) + " g",
        (EditKind.Day, _, { } day) => day.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture),
        _ => Text ?? "",
    };
}
