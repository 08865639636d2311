using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;

namespace OcopMarket.Core.Sources;

/// <summary>One row of a source after normalisation: text in NFC with single spaces, money in whole dong, weight in grams, lengths in
/// centimetres, dates as calendar days. What the source does not say is null; nothing is guessed here.</summary>
public sealed record SourceRecord
{
    /// <summary>Where the row stands: sheet name (null for CSV and NDJSON) and the 1-based number of the row or line in the file.</summary>
    public required RowPosition Position { get; init; }

    /// <summary>Identity inside the source, equal at every reading of the same row (see <see cref="RecordKey"/>).</summary>
    public required string Key { get; init; }

    public required string ProductName { get; init; }

    /// <summary>Null when the source withholds the name.</summary>
    public string? ProducerName { get; init; }

    /// <summary>As the source spells it, for example "hộ kinh doanh".</summary>
    public string? ProducerKindText { get; init; }
    public ReportingKind? ProducerKind { get; init; }
    public string? Province { get; init; }
    public string? District { get; init; }
    public string? Commune { get; init; }
    public string? AddressLine { get; init; }
    public string? GroupText { get; init; }

    /// <summary>Criteria set 1-26 of decision 26/2026/QĐ-TTg.</summary>
    public int? CriteriaSetNo { get; init; }
    public CertificationFacts? Certification { get; init; }
    public OfferFacts Offer { get; init; } = new();
    public string? Note { get; init; }
    public string? SourceUrl { get; init; }

    /// <summary>Names of the properties (of this record, of the offer or the certification) whose value was invented for a sample.</summary>
    public IReadOnlyList<string> Invented { get; init; } = [];

    /// <summary>The row as read: heading -> cell text, in the file's order. Kept for evidence.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Raw { get; init; }

    /// <summary>Hash of the line it was read from; null where the source has no lines.</summary>
    public UInt128? LineHash { get; init; }

    /// <summary>Hash of what that line says in the fields that we know.</summary>
    public UInt128? FieldHash { get; init; }
}

public readonly record struct RowPosition(string? Sheet, int Row)
{
    public override string ToString() => Sheet is null ? $"{Row}" : $"{Sheet}!{Row}";
}

/// <summary>What a list says of one recognition. All parts may be missing but the row's statement that there was one.</summary>
public sealed record CertificationFacts
{
    /// <summary>1-5; null when the list does not say. Potential 5 stars is a flag, not a star.</summary>
    public int? Stars { get; init; }
    public required RecognitionKind Kind { get; init; }
    public string? DecisionNo { get; init; }
    public string? CertificateNo { get; init; }
    public string? ProductCode { get; init; }
    public string? IssuingBody { get; init; }
    public DateOnly? IssuedOn { get; init; }
    public int? Year { get; init; }

    /// <summary>Only when the list states it; otherwise it is computed later from the day of issue and the legal term.</summary>
    public DateOnly? ExpiresOn { get; init; }
}

/// <summary>What is sold and for how much. One variant of the product: rows of one product that differ here are its variants.</summary>
public sealed record OfferFacts
{
    /// <summary>"500 g", "Hộp 12 cái"; null when the product has one variant only.</summary>
    public string? VariantName { get; init; }
    public string? Sku { get; init; }
    public decimal? PriceVnd { get; init; }
    public decimal? SalePriceVnd { get; init; }
    public int? StockUnits { get; init; }
    public int? WeightGrams { get; init; }
    public decimal? LengthCm { get; init; }
    public decimal? WidthCm { get; init; }
    public decimal? HeightCm { get; init; }
    public string? Unit { get; init; }
    public string? Gtin { get; init; }
    public string? Brand { get; init; }
    public string? Origin { get; init; }
    public string? ShortDescription { get; init; }
    public string? Description { get; init; }
    public string? Ingredients { get; init; }
    public string? Usage { get; init; }
    public string? Storage { get; init; }
    public string? ShelfLife { get; init; }

    /// <summary>Number of the food-safety paper (giấy đủ điều kiện an toàn thực phẩm).</summary>
    public string? FoodSafetyNo { get; init; }

    /// <summary>Paths relative to the source's file, or addresses (https://...), in the order of display.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];
}
