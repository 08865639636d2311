using System.Text.Json;

namespace OcopMarket.Web.Parts;

/// <summary>Where a value comes from.</summary>
/// <param name="How">stated, invented or computed.</param>
public sealed record FieldSource(string How, string? Source, int? Row, string? Sheet);

/// <summary>The evidence kept beside a row: field -> source, row, sheet, and how the value is known.</summary>
public sealed class Provenance
{
    private readonly Dictionary<string, FieldSource> _fields = new(StringComparer.OrdinalIgnoreCase);

    public Provenance(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var field in document.RootElement.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.Object))
        {
            _fields[field.Name] = new(
                Text(field.Value, "how") ?? "stated", Text(field.Value, "source"), Number(field.Value, "row"), Text(field.Value, "sheet"));
        }
    }

    /// <summary>Of each field, how it is known.</summary>
    public IReadOnlyDictionary<string, string> Marks =>
        _fields.ToDictionary(f => JsonNamingPolicy.CamelCase.ConvertName(f.Key), f => f.Value.How, StringComparer.Ordinal);

    public FieldSource? Of(string field) => _fields.GetValueOrDefault(field);

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static int? Number(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out var number) ? number : null;
}
