using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>A record as the tables take it: one object per table with the names of its columns, and how each value that was not simply
/// stated is known. Keys are made here, so that equal rows of any file meet.</summary>
internal sealed class RecordFacts
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _how = [];
    private readonly HashSet<string> _invented;

    private RecordFacts(SourceRecord record) => _invented = new(record.Invented, StringComparer.OrdinalIgnoreCase);

    public required string ProducerKey { get; init; }
    public required string ProductKey { get; init; }
    public required string VariantKey { get; init; }
    public string? CertificationKey { get; init; }

    /// <summary>As it is hashed.</summary>
    public string Json { get; private set; } = "";

    /// <summary>The same as it travels: letters as they are, which are shorter and quicker to read than escaped ones.</summary>
    public byte[] Stored { get; private set; } = [];

    /// <param name="record">Checked by <see cref="RecordGuard"/>.</param>
    /// <param name="rules">For the last day where the list does not state it.</param>
    /// <param name="images">SHA-256 of the pictures that are there, in the order of display.</param>
    public static RecordFacts Of(SourceRecord record, CertificateRules rules, IReadOnlyList<string> images)
    {
        var producer = RecordKey.Digest(RecordKey.Producer(record));
        var product = RecordKey.Digest(RecordKey.Product(record));
        var named = record.Offer.VariantName is not null || record.Offer.Sku is not null;
        var facts = new RecordFacts(record)
        {
            ProducerKey = producer,
            ProductKey = product,
            VariantKey = Key("v", product, VietnameseText.Fold(record.Offer.VariantName), record.Offer.Sku),
            CertificationKey = record.Certification is { } c
                ? Key("c", product, c.DecisionNo, Day(c.IssuedOn), Number(c.Year), Number(c.Stars), Words.Of(c.Kind))
                : null,
        };
        var json = new JsonObject
        {
            ["named"] = named,
            ["producer"] = facts.Producer(record),
            ["product"] = facts.Product(record, images),
            ["variant"] = facts.Variant(record.Offer),
            ["certification"] = facts.Certification(record.Certification, rules),
            ["how"] = facts._how,
        };
        (facts.Json, facts.Stored) = (json.ToJsonString(), Utf8(json));
        return facts;
    }

    /// <summary>Text that PostgreSQL can hold: no NUL, no half of a surrogate pair.</summary>
    public static string Storable(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal)
            ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    public static byte[] Utf8(JsonObject json)
    {
        var bytes = new ArrayBufferWriter<byte>(1_024);
        using (var writer = new Utf8JsonWriter(bytes, Relaxed))
        {
            json.WriteTo(writer);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private JsonObject Producer(SourceRecord record)
    {
        var scope = new Scope("producer", this);
        var name = record.ProducerName ?? WithheldName(record);
        scope.Put("name", name, nameof(record.ProducerName), record.ProducerName is null ? "computed" : null);
        scope.Put("name_folded", VietnameseText.Fold(name));
        scope.Fields["withheld"] = record.ProducerName is null;
        scope.Put("kind_text", record.ProducerKindText, nameof(record.ProducerKindText));
        scope.Put("reporting_kind", record.ProducerKind is { } kind ? Words.Of(kind) : null, nameof(record.ProducerKind));
        scope.Put("province", record.Province, nameof(record.Province));
        scope.Put("district", record.District, nameof(record.District));
        scope.Put("commune", record.Commune, nameof(record.Commune));
        scope.Put("address_line", record.AddressLine, nameof(record.AddressLine));
        scope.Put("province_folded", Place.Fold(record.Province));
        scope.Put("district_folded", Place.Fold(record.District));
        scope.Put("commune_folded", Place.Fold(record.Commune));
        return scope.Fields;
    }

    private JsonObject Product(SourceRecord record, IReadOnlyList<string> images)
    {
        var scope = new Scope("product", this);
        var offer = record.Offer;
        scope.Put("name", record.ProductName, nameof(record.ProductName));
        scope.Put("name_folded", VietnameseText.Fold(record.ProductName));
        scope.Put("group_text", record.GroupText, nameof(record.GroupText));
        scope.Put("criteria_set_no", record.CriteriaSetNo, nameof(record.CriteriaSetNo));
        scope.Put("note", record.Note, nameof(record.Note));
        scope.Put("source_url", record.SourceUrl, nameof(record.SourceUrl));
        scope.Put("brand", offer.Brand, nameof(offer.Brand));
        scope.Put("origin", offer.Origin, nameof(offer.Origin));
        scope.Put("short_description", offer.ShortDescription, nameof(offer.ShortDescription));
        scope.Put("description", offer.Description, nameof(offer.Description));
        scope.Put("ingredients", offer.Ingredients, nameof(offer.Ingredients));
        scope.Put("usage", offer.Usage, nameof(offer.Usage));
        scope.Put("storage", offer.Storage, nameof(offer.Storage));
        scope.Put("shelf_life", offer.ShelfLife, nameof(offer.ShelfLife));
        scope.Put("food_safety_no", offer.FoodSafetyNo, nameof(offer.FoodSafetyNo));
        if (images.Count > 0)
        {
            scope.Put("images", new JsonArray([.. images.Select(i => JsonValue.Create(i))]), nameof(offer.Images));
        }

        return scope.Fields;
    }

    private JsonObject Variant(OfferFacts offer)
    {
        var scope = new Scope("variant", this);
        scope.Put("name", offer.VariantName, nameof(offer.VariantName));
        scope.Put("own_sku", offer.Sku, nameof(offer.Sku));
        scope.Put("list_price_vnd", Whole(offer.PriceVnd), nameof(offer.PriceVnd));
        scope.Put("sale_price_vnd", Whole(offer.SalePriceVnd), nameof(offer.SalePriceVnd));
        scope.Put("stock_units", offer.StockUnits, nameof(offer.StockUnits));
        scope.Put("weight_grams", offer.WeightGrams, nameof(offer.WeightGrams));
        scope.Put("length_cm", Tenth(offer.LengthCm), nameof(offer.LengthCm));
        scope.Put("width_cm", Tenth(offer.WidthCm), nameof(offer.WidthCm));
        scope.Put("height_cm", Tenth(offer.HeightCm), nameof(offer.HeightCm));
        scope.Put("unit", offer.Unit, nameof(offer.Unit));
        scope.Put("gtin", offer.Gtin, nameof(offer.Gtin));
        return scope.Fields;
    }

    private JsonObject Certification(CertificationFacts? facts, CertificateRules rules)
    {
        var scope = new Scope("certification", this);
        if (facts is null)
        {
            return scope.Fields;
        }

        var (expires, how) = rules.ExpiryOf(facts);
        var computed = how == ExpiryHow.Computed ? "computed" : null;
        scope.Put("kind", Words.Of(facts.Kind), nameof(facts.Kind));
        scope.Put("stars", facts.Stars, nameof(facts.Stars));
        scope.Put("decision_no", facts.DecisionNo, nameof(facts.DecisionNo));
        scope.Put("certificate_no", facts.CertificateNo, nameof(facts.CertificateNo));
        scope.Put("product_code", facts.ProductCode, nameof(facts.ProductCode));
        scope.Put("issuing_body", facts.IssuingBody, nameof(facts.IssuingBody));
        scope.Put("issued_on", Day(facts.IssuedOn), nameof(facts.IssuedOn));
        scope.Put("year", facts.Year, nameof(facts.Year));
        scope.Put("legal_basis", rules.LegalBasisOn(facts.IssuedOn), how: "computed");
        scope.Put("expires_on", Day(expires), nameof(facts.ExpiresOn), computed);
        scope.Put("expires_how", Words.Of(how), how: "computed");
        return scope.Fields;
    }

    private static string WithheldName(SourceRecord record)
    {
        var place = string.Join(", ", new[] { record.Commune, record.District, record.Province }.Where(p => p is not null));
        return place.Length == 0 ? "Hộ chưa công bố tên, chưa rõ địa bàn" : $"Hộ chưa công bố tên, {place}";
    }

    private static string Key(params string?[] parts) => RecordKey.Digest(string.Join('\u001f', parts));

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static decimal? Whole(decimal? value) => value is { } v ? decimal.Round(v, 0, MidpointRounding.AwayFromZero) : null;

    private static decimal? Tenth(decimal? value) => value is { } v ? decimal.Round(v, 1, MidpointRounding.AwayFromZero) : null;

    private sealed class Scope(string name, RecordFacts facts)
    {
        public JsonObject Fields { get; } = [];

        public void Put(string column, string? value, string? property = null, string? how = null) =>
            Put(column, value is null ? null : (JsonNode)JsonValue.Create(Storable(value)), property, how);

        public void Put(string column, int? value, string property) =>
            Put(column, value is { } v ? JsonValue.Create(v) : null, property);

        public void Put(string column, decimal? value, string property) =>
            Put(column, value is { } v ? JsonValue.Create(v) : null, property);

        public void Put(string column, JsonNode? value, string? property, string? how = null)
        {
            if (value is null)
            {
                return;
            }

            Fields[column] = value;
            if (property is not null && facts._invented.Contains(property))
            {
                facts._how[$"{name}.{column}"] = "invented";
            }
            else if (how is not null)
            {
                facts._how[$"{name}.{column}"] = how;
            }
        }
    }
}
