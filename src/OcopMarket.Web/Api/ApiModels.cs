namespace OcopMarket.Web.Api;

/// <param name="Next">To be given back as <c>cursor</c> for what follows; null: this is the end.</param>
public sealed record ApiList<T>(IReadOnlyList<T> Items, string? Next);

/// <param name="State">valid, renewal, grace, expired, unknown, potential, withdrawn or none.</param>
public sealed record CertificateItem(string State, int? Stars, DateOnly? ExpiresOn);

public sealed record ListingOfProduct(long Id, string Marketplace, string State);

/// <param name="ProducerWithheld">The source does not publish the name; the place is left out then.</param>
/// <param name="CriteriaSetNo">1-26; null: not known.</param>
public sealed record ProductItem(
    long Id, string Name, long ProducerId, string Producer, bool ProducerWithheld, string? Place, int? CriteriaSetNo, CertificateItem Certificate,
    IReadOnlyList<ListingOfProduct> Listings, int Revision, DateTimeOffset UpdatedAt);

/// <param name="Marks">Which of its fields are stated, invented or computed; absent: not known.</param>
public sealed record VariantItem(
    long Id, string? Name, string? OwnSku, long? ListPriceVnd, long? SalePriceVnd, DateOnly? SaleFrom, DateOnly? SaleTo, int? StockUnits,
    int? WeightGrams, string? Unit, IReadOnlyDictionary<string, string> Marks);

/// <inheritdoc cref="VariantItem"/>
public sealed record CertificationItem(
    long Id, string Kind, int? Stars, string? DecisionNo, string? CertificateNo, string? IssuingBody, DateOnly? IssuedOn, int? Year,
    DateOnly? ExpiresOn, string ExpiresHow, DateOnly? WithdrawnOn, DateOnly? GraceUntil, IReadOnlyDictionary<string, string> Marks);

public sealed record PictureItem(int Position, string Sha256, int Width, int Height);

/// <summary>A product with all that its page says of it. <see cref="GoneAt"/>: since when no source has it any more.</summary>
public sealed record ProductDetailItem
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public long ProducerId { get; init; }
    public string Producer { get; init; } = "";
    public bool ProducerWithheld { get; init; }
    public string? Province { get; init; }
    public string? District { get; init; }
    public string? Commune { get; init; }
    public string? UnitNow { get; init; }
    public int? CriteriaSetNo { get; init; }
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
    public IReadOnlyDictionary<string, string> Marks { get; init; } = new Dictionary<string, string>();
    public int Revision { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? GoneAt { get; init; }
    public IReadOnlyList<VariantItem> Variants { get; init; } = [];
    public IReadOnlyList<CertificationItem> Certifications { get; init; } = [];
    public IReadOnlyList<PictureItem> Pictures { get; init; } = [];
    public IReadOnlyList<ListingOfProduct> Listings { get; init; } = [];
}

/// <summary>What is wanted of a listing. Money in whole dong.</summary>
public sealed record DesiredItem(string Status, DateTimeOffset At, long? PriceVnd, long? SalePriceVnd, int? StockUnits);

/// <summary>What the marketplace showed when it was last read. Money in whole dong.</summary>
/// <param name="Raw">The marketplace's own word.</param>
public sealed record SeenItem(
    string Status, string? Raw, string? How, DateTimeOffset? At, bool ChangePending, long? PriceVnd, long? SalePriceVnd, int? StockUnits);

/// <param name="Contract">What is known of the marketplace's interface: documented, provisional or unknown.</param>
/// <param name="Owner">Who acts next: nobody, system, producer, staff or platform.</param>
/// <param name="Seen">Null: never read.</param>
/// <param name="Issues">Open ones.</param>
public sealed record ListingItem(
    long Id, long ProductId, string Product, string? Variant, long ProducerId, string Producer, string Marketplace, string Contract, long? AccountId,
    string? Shop, string SellerSku, string? ExternalId, string? Url, string State, string Owner, DateTimeOffset StateSince, DateTimeOffset? DueAt,
    DesiredItem Desired, DateTimeOffset? SubmittedAt, SeenItem? Seen, long Issues);

/// <param name="Sentence">In the language of the request.</param>
public sealed record ProblemItem(string Code, string Sentence, string? Raw);

/// <param name="ProducerId">Null: a shop that serves several, or one of a household outside the catalogue.</param>
/// <param name="Contract">What is known of the marketplace's interface: documented, provisional or unknown.</param>
public sealed record AccountItem(
    long Id, string Marketplace, string Contract, string? ExternalId, long? ProducerId, string? Producer, string ShopName, string? Url, string State,
    DateTimeOffset StateAt, string StateEvidence, ProblemItem? Problem, int? ItemCount, DateTimeOffset? VerifiedAt, string OpenedBy, bool HasMandate);

/// <param name="Sentence">In the language of the request.</param>
public sealed record FailureItem(string? Code, string? Sentence);

public sealed record RunItem(
    long Id, string Source, string SourceName, string State, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt,
    string? FileName, int? RowsExpected, int RowsRead, int Accepted, int Unchanged, int Repeated, int Rejected, int Gone, FailureItem? Failure);

/// <param name="Reason">In the language of the request.</param>
/// <param name="Severity">rejected or warning.</param>
public sealed record RejectedRowItem(int RowNo, string? Sheet, string Column, string Code, string Reason, string Severity);

/// <param name="RejectedRows">The first 500; the row itself stands on the page only.</param>
public sealed record RunDetailItem(RunItem Run, IReadOnlyList<RejectedRowItem> RejectedRows);

/// <param name="Sentence">In the language of the request.</param>
/// <param name="Fields">Names of fields to be mended.</param>
/// <param name="Raw">The marketplace's own words.</param>
public sealed record IssueItem(
    long Id, long ListingId, long ProductId, string Marketplace, string Code, string Sentence, string Severity, string Owner,
    IReadOnlyList<string> Fields, string? Raw, DateTimeOffset OpenedAt);
