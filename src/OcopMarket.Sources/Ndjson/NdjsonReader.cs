using System.Globalization;
using System.Text;
using System.Text.Json;
using OcopMarket.Sources.Normalising;

namespace OcopMarket.Sources.Ndjson;

/// <summary>Rows of an NDJSON file whose lines were hashed; only those that are to be read. Property names are those of the record, its certification and its
/// offer.</summary>
internal sealed class NdjsonReader(SourceLines lines, SourceSettings settings) : IRowInput
{
    internal static readonly Dictionary<string, Field> Properties = Enum.GetValues<Field>()
        .Where(field => field is not (Field.Running or Field.Unused or Field.Address or Field.DecisionDate or Field.Dimensions))
        .ToDictionary(field => JsonNamingPolicy.CamelCase.ConvertName(field.ToString()), StringComparer.Ordinal);

    /// <summary>Names in <c>invented</c> that are not the record's own property names.</summary>
    private static readonly Dictionary<string, string> InventedNames = new(StringComparer.Ordinal)
    {
        ["issuedDaysAgo"] = nameof(CertificationFacts.IssuedOn),
        ["expiresInDays"] = nameof(CertificationFacts.ExpiresOn),
        ["recognition"] = nameof(CertificationFacts.Kind),
        ["address"] = nameof(SourceRecord.AddressLine),
    };

    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);

    static NdjsonReader()
    {
        Properties.Add("addressLine", Field.Address);
        Properties.Add("row", Field.Running);
    }

    public string ContentHash => lines.Check.ContentHash;

    public IEnumerable<SourceRow> Rows()
    {
        using var file = new LineFile(settings, lines.Kind);
        foreach (var block in lines.Blocks)
        {
            for (var i = 0; i < block.Fates.Length; i++)
            {
                if (block.Fates[i] == LineFate.Read)
                {
                    var line = file.Read(block, i);
                    yield return Row(line) with { LineHash = line.Hash, FieldHash = line.Fields };
                }
            }
        }
    }

    public string Describe()
    {
        var text = new StringBuilder("NDJSON UTF-8");
        if (_unknown.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {_unknown.Count} trường chưa biết, chỉ giữ nguyên văn: ")
                .AppendJoin(", ", _unknown.Take(20).Select(name => $"\"{name}\""));
        }

        var blank = lines.Blocks.Sum(b => b.Fates.AsSpan().Count(LineFate.Blank));
        return text.Append(blank > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {blank} dòng trống.") : ".").ToString();
    }

    public void Dispose()
    {
    }

    private SourceRow Row(LineOfBytes line)
    {
        var position = new RowPosition(null, line.Number);
        using var document = line.IsTooLong ? null : NdjsonLine.Parse(line.Bytes);
        if (document is null)
        {
            var (code, reason) = line.IsTooLong ? ("line_too_long", Reasons.LineTooLong) : ("line_unreadable", Reasons.Line);
            var start = Encoding.UTF8.GetString(line.Bytes.Span[..Math.Min(line.Bytes.Length, 200)]);
            // The line's number makes two unreadable lines two rejected rows rather than a repetition.
            return new SourceRow(position, 0, new Dictionary<Field, FieldCell>(),
                [new($"{line.Number}", CellValue.OfText(start).Text)])
            {
                Problem = new(Field.ProductName, code, reason.Item1, reason.Item2),
            };
        }

        return Row(position, document.RootElement);
    }

    private SourceRow Row(RowPosition position, JsonElement element)
    {
        var cells = new Dictionary<Field, FieldCell>();
        var raw = new List<KeyValuePair<string, string>>();
        RowProblem? problem = null;
        foreach (var property in element.EnumerateObject())
        {
            var field = Known(property.Name);
            var text = Text(property.Value);
            if (text.Length > 0)
            {
                raw.Add(new(property.Name, text));
            }

            if (field is { } known)
            {
                var isList = known is Field.Images or Field.Invented;
                cells[known] = new(isList ? CellValue.Blank : Value(property.Value), Heading(known, property.Name));
                problem ??= Fits(property.Value, isList) ? null
                    : new(known, "wrong_type", Reasons.PropertyType.Item1, Reasons.PropertyType.Item2);
            }
        }

        return new SourceRow(position, 0, cells, raw)
        {
            Problem = problem,
            Images = problem is null ? Texts(element, "images") : [],
            Invented = problem is null ? [.. Texts(element, "invented").Select(Property)] : [],
        };
    }

    private Field? Known(string name)
    {
        if (!Properties.TryGetValue(name, out var field))
        {
            _unknown.Add(name.Length <= 60 ? name : name[..60]);
            return null;
        }

        return field is Field.IssuedDaysAgo or Field.ExpiresInDays && settings.AnchorDay is null
            ? throw Refusals.AnchorMissing(name) : field;
    }

    // The name of the property carries its unit.
    private static string Heading(Field field, string name) => field == Field.WeightGrams ? "weight grams" : name;

    private static bool Fits(JsonElement value, bool isList) => isList
        ? value.ValueKind == JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String))
        : value.ValueKind is JsonValueKind.Null or JsonValueKind.String or JsonValueKind.Number;

    private static CellValue Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => CellValue.OfText(value.GetString()),
        JsonValueKind.Number when value.TryGetDecimal(out var number) => CellValue.OfNumber(number),
        JsonValueKind.Null => CellValue.Blank,
        _ => new(value.GetRawText()),
    };

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object
        ? value.GetRawText() : Value(value).Text;

    private static string[] Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : [];

    private static string Property(string name) =>
        InventedNames.GetValueOrDefault(name, name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..]);
}
