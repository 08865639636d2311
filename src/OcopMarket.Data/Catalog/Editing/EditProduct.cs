using System.Text.Json.Nodes;
using OcopMarket.Core.Catalog.Editing;

namespace OcopMarket.Data.Catalog.Editing;

/// <summary>What a list says of a field that a person may set.</summary>
/// <param name="Source">The list's name.</param>
public sealed record ListValue(EditValue Value, string Source, int Row);

/// <summary>A field as it stands.</summary>
/// <param name="IsSet">A person set it: it stays until they take it back.</param>
/// <param name="Listed">What the newest list that states it says; null: none does.</param>
public sealed record FieldStanding(EditField Field, EditValue Value, bool IsSet, ListValue? Listed);

/// <summary>The product itself (<see cref="Key"/> is empty), or one of its variants, with its fields in the order of the form.</summary>
public sealed record EditPart(long Id, string Key, string? Name, IReadOnlyList<FieldStanding> Fields)
{
    public FieldStanding this[string field] => Fields.First(f => f.Field.Name == field);
}

public sealed record EditPicture(string Sha256, int Position, int Width, int Height, bool IsUploaded);

/// <summary>A product as a person edits it: what is shown, what of it people set, what lists say.</summary>
public sealed record EditProduct
{
    public required long Id { get; init; }
    public required string Key { get; init; }
    public required long ProducerId { get; init; }
    public string? UnitCode { get; init; }
    public required string Producer { get; init; }
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>Of the newest edit; 0: nobody edited it yet.</summary>
    public required int Version { get; init; }
    public string? LastBy { get; init; }
    public DateTimeOffset? LastAt { get; init; }
    public required EditPart Whole { get; init; }
    public required IReadOnlyList<EditPart> Variants { get; init; }
    public required IReadOnlyList<EditPicture> Pictures { get; init; }
    public string Name => Whole["name"].Value.Text ?? "";
    public IEnumerable<EditPart> Parts => [Whole, .. Variants];

    /// <summary>Of the pictures as they are shown, in their order.</summary>
    public string PicturesMark => EditValue.Of(string.Join(' ', Pictures.Select(p => p.Sha256))).Mark;

    /// <summary>Somebody added, took away or arranged pictures.</summary>
    public bool ArrangesPictures => EditPictures.Columns.Any(States.Product.ContainsKey);

    /// <summary>All that people say of it now.</summary>
    internal EditStates States { get; init; } = new();
}

/// <summary>What people say of a product, as it is kept with every version.</summary>
internal sealed class EditStates
{
    public JsonObject Product { get; init; } = [];

    /// <summary>By the key of the variant.</summary>
    public SortedDictionary<string, JsonObject> Variants { get; init; } = new(StringComparer.Ordinal);

    public JsonObject Of(string part) => part.Length == 0 ? Product
        : Variants.TryGetValue(part, out var found) ? found : Variants[part] = [];

    public JsonObject ToJson() => new()
    {
        ["product"] = Product.DeepClone(),
        ["variants"] = new JsonObject(Variants.Where(v => v.Value.Count > 0).Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value.DeepClone()))),
    };

    public static EditStates Parse(string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        var states = new EditStates { Product = root["product"]!.DeepClone().AsObject() };
        foreach (var (key, facts) in root["variants"]!.AsObject())
        {
            states.Variants[key] = facts!.DeepClone().AsObject();
        }

        return states;
    }

    public EditStates Copy() => Parse(ToJson().ToJsonString());

    public string[] Strings(string column) => [.. Product[column]?.AsArray().Select(n => n!.GetValue<string>()) ?? []];
}
