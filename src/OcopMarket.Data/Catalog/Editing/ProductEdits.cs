using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Catalog.Editing;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Catalog.Editing;

/// <summary>Writes what people say of a product, in the transaction of whoever says it: rows of the portal's own source, a version, the product worked
/// out anew, and the audit. Its listings are composed again by the workers, who see from the version that they are still to.</summary>
public static class ProductEdits
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>What the form changed is merged with what others changed meanwhile; where both changed one field nothing is written.</summary>
    public static async Task<EditOutcome> SaveAsync(
        NpgsqlTransaction transaction, long id, IReadOnlyList<FieldWish> wishes, Editor by, CancellationToken cancellationToken)
    {
        var product = await BeginAsync(transaction, id, cancellationToken);
        if (product is not { GoneAt: null })
        {
            return new(null, product, []);
        }

        var (changes, conflicts, states) = (new List<EditChange>(), new List<EditConflict>(), product.States.Copy());
        foreach (var wish in wishes)
        {
            if (product.Parts.FirstOrDefault(p => p.Key == wish.Part) is { } part)
            {
                Judge(part, wish, states.Of(part.Key), changes, conflicts);
            }
        }

        if (conflicts.Count > 0 || changes.Count == 0)
        {
            return new(null, product, conflicts);
        }

        var version = await WriteAsync(transaction, product, states, new("edit", changes), by, cancellationToken);
        return new(version, product, []);
    }

    /// <summary>What people said as of a version holds again; what they said since is over.</summary>
    /// <param name="seen">The version that stood when the page was opened: what was said since would be over unseen.</param>
    public static async Task<EditResult> RestoreAsync(
        NpgsqlTransaction transaction, long id, int version, int seen, Editor by, CancellationToken cancellationToken)
    {
        if (await BeginAsync(transaction, id, cancellationToken) is not { GoneAt: null } product)
        {
            return EditResult.Refused(EditRefusal.Gone);
        }

        if (product.Version != seen)
        {
            return EditResult.Refused(EditRefusal.Changed);
        }

        var stored = version == 0 ? """{"product": {}, "variants": {}}"""
            : await transaction.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
                EditSql.StatesOf, new { id, version }, transaction, cancellationToken: cancellationToken));
        if (stored is null)
        {
            return EditResult.Refused(EditRefusal.Same);
        }

        var states = EditStates.Parse(stored);
        await KeepStoredAsync(transaction, states, cancellationToken);
        var changes = Differences(product, states);
        return changes.Count == 0 ? EditResult.Refused(EditRefusal.Same)
            : new(await WriteAsync(transaction, product, states, new("restore", changes) { Of = version }, by, cancellationToken), null);
    }

    /// <summary>Nobody else writes the catalogue until this transaction ends.</summary>
    internal static async Task<EditProduct?> BeginAsync(NpgsqlTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await RunAsync(transaction, CatalogueSql.Serialise, new { }, cancellationToken);
        await using var grid = await transaction.Connection!.QueryMultipleAsync(new CommandDefinition(
            EditSql.Load, new { id, own = (long?)null }, transaction, cancellationToken: cancellationToken));
        return await EditReading.ReadAsync(grid);
    }

    internal sealed record NewVersion(string Kind, List<EditChange> Changes)
    {
        public int? Of { get; init; }
    }

    internal static async Task<int> WriteAsync(
        NpgsqlTransaction transaction, EditProduct product, EditStates states, NewVersion what, Editor by, CancellationToken cancellationToken)
    {
        var version = product.Version + 1;
        var edit = await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            EditSql.AddVersion,
            new
            {
                product.Id,
                product.ProducerId,
                product.UnitCode,
                version,
                by = by.Actor.Shown,
                role = by.Role,
                kind = what.Kind,
                of = what.Of,
                states = states.ToJson().ToJsonString(_json),
                changes = JsonSerializer.Serialize(what.Changes, _json),
            },
            transaction, cancellationToken: cancellationToken));
        await KeepAsync(transaction, product, product.Whole, states.Product, version, edit, cancellationToken);
        foreach (var variant in product.Variants)
        {
            await KeepAsync(transaction, product, variant, states.Variants.GetValueOrDefault(variant.Key) ?? [], version, edit, cancellationToken);
        }

        await RunAsync(transaction, EditSql.Fold, new { id = product.Id }, cancellationToken);
        await AuditLog.WriteAsync(
            transaction,
            new(by.Actor, $"product.{what.Kind}")
            {
                ProducerId = product.ProducerId,
                Before = Told(product, version - 1, what.Changes, c => c.Was),
                After = Told(product, version, what.Changes, c => c.Becomes),
            },
            cancellationToken);
        await RunAsync(transaction, EditSql.Notify, new { }, cancellationToken);
        return version;
    }

    private static void Judge(EditPart part, FieldWish wish, JsonObject said, List<EditChange> changes, List<EditConflict> conflicts)
    {
        var standing = part[wish.Field.Name];
        var (now, column) = (standing.Value, wish.Field.Column);
        if (wish.TakeBack)
        {
            if (now.Mark != wish.Seen)
            {
                conflicts.Add(new(part.Key, wish.Field, now));
            }
            else if (said.Remove(column))
            {
                changes.Add(new(wish.Field.Name, part.Name, now.Text, standing.Listed?.Value.Text, true));
            }

            return;
        }

        if (wish.Value.Mark == wish.Seen || wish.Value == now)
        {
            return;
        }

        if (now.Mark != wish.Seen)
        {
            conflicts.Add(new(part.Key, wish.Field, now));
            return;
        }

        said[column] = wish.Value.ToJson(wish.Field);
        changes.Add(new(wish.Field.Name, part.Name, now.Text, wish.Value.Text, false));
    }

    /// <summary>A picture that nobody used for a while is stored no more; what is left of the version still holds.</summary>
    private static async Task KeepStoredAsync(NpgsqlTransaction transaction, EditStates states, CancellationToken cancellationToken)
    {
        if (states.Strings("images") is { Length: > 0 } hashes)
        {
            var stored = await transaction.Connection!.QueryAsync<string>(new CommandDefinition(
                EditSql.StoredPictures, new { hashes }, transaction, cancellationToken: cancellationToken));
            states.Product["images"] = new JsonArray([.. hashes.Intersect(stored).Select(h => (JsonNode?)h)]);
        }
    }

    private static List<EditChange> Differences(EditProduct product, EditStates states)
    {
        var changes = new List<EditChange>();
        foreach (var part in product.Parts)
        {
            var said = states.Of(part.Key);
            foreach (var standing in part.Fields)
            {
                var isSet = said.ContainsKey(standing.Field.Column);
                var becomes = isSet ? EditValue.Of(standing.Field, said[standing.Field.Column]) : standing.IsSet ? standing.Listed?.Value ?? EditValue.None : standing.Value;
                if (becomes != standing.Value || isSet != standing.IsSet)
                {
                    changes.Add(new(standing.Field.Name, part.Name, standing.Value.Text, becomes.Text, !isSet));
                }
            }
        }

        foreach (var column in EditPictures.Columns)
        {
            if (!JsonNode.DeepEquals(states.Product[column], product.States.Product[column]))
            {
                changes.Add(new("images", null, null, null, false));
                break;
            }
        }

        return changes;
    }

    private static Task KeepAsync(
        NpgsqlTransaction transaction, EditProduct product, EditPart part, JsonObject said, int version, long edit, CancellationToken cancellationToken)
    {
        var isVariant = part.Key.Length > 0;
        var key = isVariant ? $"v.{part.Key}" : $"p.{product.Key}";
        if (said.Count == 0)
        {
            return RunAsync(transaction, EditSql.DropRow, new { key, version, edit }, cancellationToken);
        }

        var scope = isVariant ? "variant" : "product";
        var stated = said.DeepClone().AsObject();
        if (!isVariant && stated["name"]?.GetValue<string>() is { } name)
        {
            stated["name_folded"] = VietnameseText.Fold(name);
        }

        var how = new JsonObject(said.Select(f => KeyValuePair.Create($"{scope}.{f.Key}", (JsonNode?)"edited")));
        var facts = new JsonObject { ["named"] = false, [scope] = stated, ["how"] = how }.ToJsonString(_json);
        return RunAsync(
            transaction, EditSql.KeepRow,
            new
            {
                key,
                hash = SHA256.HashData(Encoding.UTF8.GetBytes(facts)),
                version,
                producer = product.ProducerId,
                product = product.Id,
                variant = isVariant ? part.Id : (long?)null,
                variantKey = part.Key,
                facts,
                edit,
            },
            cancellationToken);
    }

    /// <summary>Figures and days as they are; of texts, which may name somebody while the proof is never emptied, the mark. The texts stand with the
    /// version.</summary>
    private static Dictionary<string, object?> Told(EditProduct product, int version, List<EditChange> changes, Func<EditChange, string?> value)
    {
        var told = new Dictionary<string, object?>(StringComparer.Ordinal) { ["product"] = product.Id, ["version"] = version };
        foreach (var change in changes)
        {
            var name = change.Part is null ? change.Field : $"{change.Field}, {change.Part}";
            var isText = EditField.OfProduct.Concat(EditField.OfEachVariant).FirstOrDefault(f => f.Name == change.Field)?.IsText ?? true;
            told[name] = value(change) is { } text && isText && change.Field != "images" ? EditValue.Of(text).Mark : value(change);
        }

        return told;
    }

    internal static Task RunAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
}
