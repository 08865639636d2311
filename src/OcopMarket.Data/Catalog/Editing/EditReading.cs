using System.Text.Json.Nodes;
using Dapper;
using OcopMarket.Core.Catalog.Editing;

namespace OcopMarket.Data.Catalog.Editing;

/// <summary>Reads a product as a person edits it.</summary>
internal static class EditReading
{
    /// <returns>Null: there is none for whoever asks.</returns>
    public static async Task<EditProduct?> ReadAsync(SqlMapper.GridReader grid)
    {
        var product = await grid.ReadSingleOrDefaultAsync<ProductRow>();
        var variants = (await grid.ReadAsync<VariantRow>()).AsList();
        var rows = (await grid.ReadAsync<StatedRow>()).AsList();
        var pictures = (await grid.ReadAsync<PictureRow>()).AsList();
        if (product is null)
        {
            return null;
        }

        var states = new EditStates { Product = Facts(rows.Find(r => r.IsPortal && r.VariantKey.Length == 0)?.Product) };
        foreach (var row in rows.Where(r => r.IsPortal && r.VariantKey.Length > 0))
        {
            states.Variants[row.VariantKey] = Facts(row.Variant);
        }

        var uploaded = states.Strings("images");
        var listed = rows.Where(r => !r.IsPortal).ToList();
        return new()
        {
            Id = product.Id,
            Key = product.Key,
            ProducerId = product.ProducerId,
            UnitCode = product.UnitCode,
            Producer = product.Producer,
            GoneAt = product.GoneAt,
            Version = product.Version,
            LastBy = product.LastBy,
            LastAt = product.LastAt,
            Whole = new(product.Id, "", null, Fields(EditField.OfProduct, product.Facts, states.Product, listed, r => r.Product)),
            Variants = [.. variants.Select(v => new EditPart(
                v.Id, v.Key, v.Name,
                Fields(
                    EditField.OfEachVariant, v.Facts, states.Variants.GetValueOrDefault(v.Key), listed.FindAll(r => r.VariantId == v.Id), r => r.Variant)))],
            Pictures = [.. pictures.Select(p => new EditPicture(p.Sha256, p.Position, p.Width, p.Height, uploaded.Contains(p.Sha256)))],
            States = states,
        };
    }


    private static List<FieldStanding> Fields(
        IReadOnlyList<EditField> fields, string shown, JsonObject? set, List<StatedRow> listed, Func<StatedRow, string?> scope)
    {
        var values = JsonNode.Parse(shown)!.AsObject();
        var lists = listed.Select(r => (Row: r, Facts: Facts(scope(r)))).ToList();
        return [.. fields.Select(field =>
        {
            var said = lists.Find(l => l.Facts.ContainsKey(field.Column));
            return new FieldStanding(
                field, EditValue.Of(field, values[field.Column]), set?.ContainsKey(field.Column) == true,
                said.Row is null ? null : new(EditValue.Of(field, said.Facts[field.Column]), said.Row.Source, said.Row.RowNo));
        })];
    }

    private static JsonObject Facts(string? json) => json is null ? [] : JsonNode.Parse(json)?.AsObject() ?? [];

    private sealed record ProductRow
    {
        public long Id { get; init; }
        public string Key { get; init; } = "";
        public long ProducerId { get; init; }
        public string? UnitCode { get; init; }
        public string Producer { get; init; } = "";
        public DateTimeOffset? GoneAt { get; init; }
        public int Version { get; init; }
        public string? LastBy { get; init; }
        public DateTimeOffset? LastAt { get; init; }
        public string Facts { get; init; } = "{}";
    }

    private sealed record VariantRow
    {
        public long Id { get; init; }
        public string Key { get; init; } = "";
        public string? Name { get; init; }
        public string Facts { get; init; } = "{}";
    }

    private sealed record StatedRow
    {
        public long? VariantId { get; init; }
        public string VariantKey { get; init; } = "";
        public bool IsPortal { get; init; }
        public string Source { get; init; } = "";
        public int RowNo { get; init; }
        public string? Product { get; init; }
        public string? Variant { get; init; }
    }

    private sealed record PictureRow
    {
        public string Sha256 { get; init; } = "";
        public int Position { get; init; }
        public int Width { get; init; }
        public int Height { get; init; }
    }
}
