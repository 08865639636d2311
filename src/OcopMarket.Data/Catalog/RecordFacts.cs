using System.Globalization;
using System.Text;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;

namespace OcopMarket.Data.Catalog;

/// <summary>A record as the tables take it: one object per table with the names of its columns, and how each value that was not simply
/// stated is known. Keys are made here, so that equal rows of any file meet.</summary>
internal sealed class RecordFacts
{
    public required string ProducerKey { get; init; }
    public required string ProductKey { get; init; }
    public required string VariantKey { get; init; }
    public string? CertificationKey { get; init; }

    /// <summary>SHA-256 of the version of the normaliser, the keys and the facts.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>The facts as they travel.</summary>
    public byte[] Stored { get; private set; } = [];

    /// <param name="record">Checked by <see cref="RecordGuard"/>.</param>
    /// <param name="rules">For the last day where the list does not state it.</param>
    /// <param name="images">SHA-256 of the pictures that are there, in the order of display.</param>
    /// <param name="writer">Of this page.</param>
    public static RecordFacts Of(SourceRecord record, CertificateRules rules, IReadOnlyList<string> images, FactsWriter writer)
    {
        var producer = RecordKey.Digest(RecordKey.Producer(record));
        var product = RecordKey.Digest(RecordKey.Product(record));
        var facts = new RecordFacts
        {
            ProducerKey = producer,
            ProductKey = product,
            VariantKey = Key("v", product, VietnameseText.Fold(record.Offer.VariantName), record.Offer.Sku),
            CertificationKey = record.Certification is { } c
                ? Key("c", product, c.DecisionNo, Day(c.IssuedOn), Number(c.Year), Number(c.Stars), Words.Of(c.Kind))
                : null,
        };
        writer.Begin(
            StagedPage.NormaliserVersion, $"{facts.ProducerKey}{facts.ProductKey}{facts.VariantKey}{facts.CertificationKey}",
            record.Offer.VariantName is not null || record.Offer.Sku is not null, record.Invented);
        Producer(writer, record);
        Product(writer, record, images);
        Variant(writer, record.Offer);
        Certification(writer, record.Certification, rules);
        (facts.Hash, facts.Stored) = writer.End();
        return facts;
    }

    /// <summary>Text that PostgreSQL can hold: no NUL, no half of a surrogate pair.</summary>
    public static string Storable(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal)
            ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    private static void Producer(FactsWriter scope, SourceRecord record)
    {
        scope.BeginScope("producer");
        var name = record.ProducerName ?? WithheldName(record);
        scope.Put("name", name, nameof(record.ProducerName), record.ProducerName is null ? "computed" : null);
        scope.Put("name_folded", VietnameseText.Fold(name));
        scope.Put("withheld", record.ProducerName is null);
        scope.Put("kind_text", record.ProducerKindText, nameof(record.ProducerKindText));
        scope.Put("reporting_kind", record.ProducerKind is { } kind ? Words.Of(kind) : null, nameof(record.ProducerKind));
        scope.Put("province", record.Province, nameof(record.Province));
        scope.Put("district", record.District, nameof(record.District));
        scope.Put("commune", record.Commune, nameof(record.Commune));
        scope.Put("address_line", record.AddressLine, nameof(record.AddressLine));
        scope.Put("province_folded", Place.Fold(record.Province));
        scope.Put("district_folded", Place.Fold(record.District));
        scope.Put("commune_folded", Place.Fold(record.Commune));
        scope.EndScope();
    }

    private static void Product(FactsWriter scope, SourceRecord record, IReadOnlyList<string> images)
    {
        scope.BeginScope("product");
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
            scope.Put("images", images, nameof(offer.Images));
        }

        scope.EndScope();
    }

    private static void Variant(FactsWriter scope, OfferFacts offer)
    {
        scope.BeginScope("variant");
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
        scope.EndScope();
    }

    private static void Certification(FactsWriter scope, CertificationFacts? facts, CertificateRules rules)
    {
        scope.BeginScope("certification");
        if (facts is null)
        {
            scope.EndScope();
            return;
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
        scope.EndScope();
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
}
