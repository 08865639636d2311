using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Core.Sources;

/// <summary>Identities made from what a list says, where the list has no ids of its own. Names are folded (no marks, no punctuation, lower
/// case), so that "Dừa sáp sợi - VICOSAP" and "Dừa sáp sợi VICOSAP" of one producer are one product.</summary>
public static class RecordKey
{
    /// <summary>A producer is its folded name within the province; the withheld one is told apart by what the row says, never by product
    /// name alone: two households hold "Bánh tét 3 màu" in one decision.</summary>
    public static string Producer(SourceRecord record) =>
        record.ProducerName is { } name
            ? Join("p", VietnameseText.Fold(name), VietnameseText.Fold(record.Province))
            : Join("w", Place(record), VietnameseText.Fold(record.ProductName), Recognition(record), Ordinal(record));

    /// <summary>A product is its folded name within its producer.</summary>
    public static string Product(SourceRecord record) =>
        Join("s", Producer(record), VietnameseText.Fold(record.ProductName));

    /// <summary>Identity of a row inside its source: product, recognition and variant, and a number for rows equal in all of them.</summary>
    /// <param name="record">Its <see cref="SourceRecord.Key"/> is not looked at.</param>
    /// <param name="ordinal">0 for the first row with these values in the file, 1 for the next.</param>
    public static string Row(SourceRecord record, int ordinal)
    {
        var basis = Join(
            "r", VietnameseText.Fold(record.ProductName), VietnameseText.Fold(record.ProducerName), Place(record), Recognition(record),
            VietnameseText.Fold(record.Offer.VariantName), record.Offer.Sku ?? "");
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Digest(basis)}.{ordinal}");
    }

    /// <summary>A row's key without its number.</summary>
    public static string Stem(string rowKey) => rowKey[..rowKey.LastIndexOf('.')];

    /// <summary>First 80 bits of SHA-256 as 16 letters and digits (base 32, lower case).</summary>
    public static string Digest(string text)
    {
        const string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var letters = new char[16];
        for (var i = 0; i < 16; i++)
        {
            var bit = i * 5;
            var window = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            letters[i] = alphabet[(window >> (11 - (bit % 8))) & 31];
        }

        return new string(letters);
    }

    private static string Place(SourceRecord record) =>
        string.Join('/', new[] { record.Province, record.District, record.Commune }.Select(VietnameseText.Fold));

    private static string Recognition(SourceRecord record) =>
        record.Certification is { } c
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{VietnameseText.Fold(c.DecisionNo)}/{c.IssuedOn:yyyyMMdd}/{c.Year}/{c.Stars}/{c.Kind}")
            : "";

    /// <summary>The number that the row's own key ends in: two withheld rows equal in everything stay two producers.</summary>
    private static string Ordinal(SourceRecord record) =>
        record.Key is { } key && key.LastIndexOf('.') is var dot and >= 0 ? key[(dot + 1)..] : "0";

    private static string Join(params string?[] parts) => string.Join('\u001f', parts);
}
