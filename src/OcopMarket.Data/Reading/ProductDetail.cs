namespace OcopMarket.Data.Reading;

/// <summary>One product with everything that its page shows. <c>Provenance</c>: field -> {source, row, sheet, how}, JSON.</summary>
public sealed record ProductFacts
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public long ProducerId { get; init; }
    public string Producer { get; init; } = "";
    public bool Withheld { get; init; }
    public string? KindText { get; init; }
    public string? Province { get; init; }
    public string? District { get; init; }
    public string? Commune { get; init; }

    /// <summary>Name of the unit of today; null where it is not known.</summary>
    public string? UnitNow { get; init; }
    public int? CriteriaSetNo { get; init; }
    public string? GroupText { get; init; }
    public string? GroupName { get; init; }
    public string? ShortDescription { get; init; }
    public string? Description { get; init; }
    public string? Ingredients { get; init; }
    public string? Usage { get; init; }
    public string? Storage { get; init; }
    public string? ShelfLife { get; init; }
    public string? Brand { get; init; }
    public string? Origin { get; init; }
    public string? FoodSafetyNo { get; init; }
    public string? SourceUrl { get; init; }
    public string? Note { get; init; }
    public string Provenance { get; init; } = "{}";
    public string ProducerProvenance { get; init; } = "{}";
    public int Revision { get; init; }
    public DateTimeOffset? GoneAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

public sealed record VariantFacts
{
    public long Id { get; init; }
    public string? Name { get; init; }
    public string? OwnSku { get; init; }
    public decimal? ListPriceVnd { get; init; }
    public decimal? SalePriceVnd { get; init; }
    public DateOnly? SaleFrom { get; init; }
    public DateOnly? SaleTo { get; init; }
    public int? StockUnits { get; init; }
    public int? WeightGrams { get; init; }
    public string? Unit { get; init; }
    public string Provenance { get; init; } = "{}";
}

public sealed record CertificationFacts
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public int? Stars { get; init; }
    public string? DecisionNo { get; init; }
    public string? CertificateNo { get; init; }
    public string? IssuingBody { get; init; }
    public string? LegalBasis { get; init; }
    public DateOnly? IssuedOn { get; init; }
    public int? Year { get; init; }
    public DateOnly? ExpiresOn { get; init; }
    public string ExpiresHow { get; init; } = "unknown";
    public DateOnly? WithdrawnOn { get; init; }
    public DateOnly? GraceUntil { get; init; }
    public string Provenance { get; init; } = "{}";
}

public sealed record PictureFacts(int Position, string Sha256, int Width, int Height);

public sealed record ListingFactsRow : ListingStanding
{
    public string? DesiredTitle { get; init; }
    public long ContentRevision { get; init; }
    public string? SeenTitle { get; init; }
}

public sealed record TaskFactsRow
{
    public long ListingId { get; init; }
    public string Lane { get; init; } = "";
    public string State { get; init; } = "";
    public long WantedRevision { get; init; }
    public long SentRevision { get; init; }
    public string? LastOutcome { get; init; }
    public string? LastCode { get; init; }
    public DateTimeOffset? LastAt { get; init; }
    public DateTimeOffset DueAt { get; init; }
    public int Failures { get; init; }
}

public record IssueFacts
{
    public long ListingId { get; init; }
    public string Marketplace { get; init; } = "";
    public string Code { get; init; } = "";
    public string Severity { get; init; } = "";
    public string Owner { get; init; } = "";
    public string[] Fields { get; init; } = [];
    public string[] Args { get; init; } = [];
    public string? Raw { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
}

public sealed record TimelineRow
{
    public long ListingId { get; init; }
    public string Marketplace { get; init; } = "";
    public DateTimeOffset At { get; init; }

    /// <summary>desired, sent, seen, state, or attempt (a call that has not ended).</summary>
    public string Kind { get; init; } = "";
    public string What { get; init; } = "";
    public string? How { get; init; }
    public string? Code { get; init; }
    public string? Raw { get; init; }
}

public sealed record SourceRowFacts
{
    public string SourceName { get; init; } = "";
    public int RowNo { get; init; }
    public string? Sheet { get; init; }
    public long LastRunId { get; init; }
    public int Revision { get; init; }
    public DateTimeOffset? GoneAt { get; init; }
}

public sealed record ProductDetail(
    ProductFacts Product, IReadOnlyList<VariantFacts> Variants, IReadOnlyList<CertificationFacts> Certifications,
    IReadOnlyList<PictureFacts> Pictures, IReadOnlyList<ListingFactsRow> Listings, IReadOnlyList<TaskFactsRow> Tasks,
    IReadOnlyList<IssueFacts> Issues, IReadOnlyList<TimelineRow> Timeline, IReadOnlyList<SourceRowFacts> Sources);
