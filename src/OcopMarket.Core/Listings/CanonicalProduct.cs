using System.Text.Json.Serialization;

namespace OcopMarket.Core.Listings;

/// <summary>What we would say of one variant in one shop, complete or not. The validator reads it; the pages preview it.</summary>
public sealed record ListingDraft
{
    public required string SellerSku { get; init; }
    public required string Title { get; init; }
    public string? ShortDescription { get; init; }

    /// <summary>Plain text, paragraphs separated by line breaks. Adapters turn it into what their platform takes.</summary>
    public string? Description { get; init; }
    public decimal? PriceVnd { get; init; }

    /// <summary>Below the list price; null when there is no sale today.</summary>
    public decimal? SalePriceVnd { get; init; }
    public int? StockUnits { get; init; }
    public int? WeightGrams { get; init; }
    public decimal? LengthCm { get; init; }
    public decimal? WidthCm { get; init; }
    public decimal? HeightCm { get; init; }
    public string? Unit { get; init; }
    public string? Brand { get; init; }
    public string? Origin { get; init; }
    public string? Gtin { get; init; }
    public string? ShelfLife { get; init; }
    public string? FoodSafetyNo { get; init; }

    /// <summary>Criteria set 1-26 of 26/2026/QĐ-TTg; marketplace categories hang on it.</summary>
    public int? CriteriaSetNo { get; init; }

    /// <summary>Null: the listing says nothing of OCOP.</summary>
    public OcopClaim? Claim { get; init; }

    /// <summary>A list names it as potential five stars: texts may say that much. Nothing of it is sent.</summary>
    [JsonIgnore]
    public bool IsPotentialFiveStar { get; init; }
    public IReadOnlyList<ListingImage> Images { get; init; } = [];

    /// <summary>The same facts as a complete product.</summary>
    /// <exception cref="InvalidOperationException">Price, stock or weight is missing: the validator would have said so.</exception>
    public CanonicalProduct ToCanonical(IReadOnlyDictionary<string, string>? mediaIds = null) => new()
    {
        SellerSku = SellerSku,
        Title = Title,
        ShortDescription = ShortDescription,
        Description = Description ?? "",
        PriceVnd = PriceVnd ?? throw Incomplete(nameof(PriceVnd)),
        SalePriceVnd = SalePriceVnd,
        StockUnits = StockUnits ?? throw Incomplete(nameof(StockUnits)),
        WeightGrams = WeightGrams ?? throw Incomplete(nameof(WeightGrams)),
        LengthCm = LengthCm,
        WidthCm = WidthCm,
        HeightCm = HeightCm,
        Unit = Unit,
        Brand = Brand,
        Origin = Origin,
        Gtin = Gtin,
        ShelfLife = ShelfLife,
        FoodSafetyNo = FoodSafetyNo,
        CriteriaSetNo = CriteriaSetNo,
        Claim = Claim,
        Images = [.. Images.Select(i => i with { MediaId = mediaIds?.GetValueOrDefault(i.Sha256) ?? i.MediaId })],
    };

    private InvalidOperationException Incomplete(string field) => new($"Listing {SellerSku} has no {field}.");
}

/// <summary>A complete product as an adapter gets it: whole dong, grams, centimetres, NFC text.</summary>
public sealed record CanonicalProduct
{
    public required string SellerSku { get; init; }
    public required string Title { get; init; }
    public string? ShortDescription { get; init; }
    public required string Description { get; init; }
    public required decimal PriceVnd { get; init; }
    public decimal? SalePriceVnd { get; init; }
    public required int StockUnits { get; init; }
    public required int WeightGrams { get; init; }
    public decimal? LengthCm { get; init; }
    public decimal? WidthCm { get; init; }
    public decimal? HeightCm { get; init; }
    public string? Unit { get; init; }
    public string? Brand { get; init; }
    public string? Origin { get; init; }
    public string? Gtin { get; init; }
    public string? ShelfLife { get; init; }
    public string? FoodSafetyNo { get; init; }
    public int? CriteriaSetNo { get; init; }
    public OcopClaim? Claim { get; init; }
    public IReadOnlyList<ListingImage> Images { get; init; } = [];
}

/// <summary>The mark as a listing may carry it: only from a certificate that is valid today.</summary>
public sealed record OcopClaim(int Stars, string CertificateNo, DateOnly IssuedOn, DateOnly ExpiresOn);

/// <param name="Sha256">Of the bytes, lower-case hex.</param>
/// <param name="Url">Where the platform may fetch it, for platforms that fetch.</param>
/// <param name="MediaId">The platform's id, for platforms that are given the bytes.</param>
public sealed record ListingImage(
    string Sha256, string ContentType, int Width, int Height, long Bytes, string? Url = null, string? MediaId = null);
