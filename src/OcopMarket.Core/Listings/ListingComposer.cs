using System.Security.Cryptography;
using System.Text.Json;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sources;

namespace OcopMarket.Core.Listings;

/// <summary>One variant with all that a listing of it may say.</summary>
public sealed record CatalogueItem
{
    public required long ProductId { get; init; }
    public required long VariantId { get; init; }
    public long ProducerId { get; init; }
    public required string ProductKey { get; init; }
    public required string VariantKey { get; init; }
    public required string ProductName { get; init; }
    public required string ProducerName { get; init; }

    /// <summary>The source does not publish who the producer is.</summary>
    public bool ProducerWithheld { get; init; }
    public string? Commune { get; init; }
    public string? VariantName { get; init; }
    public int? CriteriaSetNo { get; init; }
    public string? ShortDescription { get; init; }
    public string? Description { get; init; }
    public string? Ingredients { get; init; }
    public string? Usage { get; init; }
    public string? Storage { get; init; }
    public string? ShelfLife { get; init; }
    public string? Brand { get; init; }
    public string? Origin { get; init; }
    public string? FoodSafetyNo { get; init; }
    public string? Unit { get; init; }
    public string? Gtin { get; init; }
    public decimal? ListPriceVnd { get; init; }
    public decimal? SalePriceVnd { get; init; }
    public DateOnly? SaleFrom { get; init; }
    public DateOnly? SaleTo { get; init; }
    public int? StockUnits { get; init; }
    public int? WeightGrams { get; init; }
    public decimal? LengthCm { get; init; }
    public decimal? WidthCm { get; init; }
    public decimal? HeightCm { get; init; }
    public bool Gone { get; init; }

    /// <summary>A person took it out of season: its stock is zero everywhere, whatever its list says.</summary>
    public bool OutOfSeason { get; init; }

    /// <summary>Vietnamese day from which it is in season again; null: nobody said, or it never was out of it.</summary>
    public DateOnly? BackOn { get; init; }
    public IReadOnlyCollection<Certification> Certifications { get; init; } = [];
    public IReadOnlyList<ListingImage> Images { get; init; } = [];
}

/// <param name="ContentHash">Of everything but price and stock, which have lanes of their own.</param>
public sealed record ComposedListing(
    CatalogueItem Item, MarketplaceKey Marketplace, ListingDraft Draft, byte[] ContentHash, IReadOnlyList<IssueFinding> Findings);

/// <summary>What we would say of a variant on a marketplace today, and what stands in the way. Pure.</summary>
public static class ListingComposer
{
    /// <summary>One listing for each marketplace, in their order. Those that say the same share one draft.</summary>
    public static IReadOnlyList<ComposedListing> Compose(
        CatalogueItem item, IReadOnlyList<MarketplaceProfile> profiles, CertificateRules rules, DateOnly today)
    {
        var standing = rules.StandingOf(item.Certifications, today);
        var listings = new List<ComposedListing>(profiles.Count);
        foreach (var profile in profiles)
        {
            var title = Title(item, profile.Rules.Title);
            var same = listings.Find(l => l.Draft.Title == title);
            var draft = same?.Draft ?? (listings is [var first, ..] ? first.Draft with { Title = title } : Draft(item, title, standing, today));
            listings.Add(new(item, profile.Key, draft, same?.ContentHash ?? Hash(draft), Findings(item, draft, profile, standing.Warning)));
        }

        return listings;
    }

    private static ListingDraft Draft(CatalogueItem item, string title, CertificateStanding standing, DateOnly today) => new()
    {
        SellerSku = Sku(item),
        Title = title,
        ShortDescription = item.ShortDescription,
        Description = Description(item),
        PriceVnd = item.ListPriceVnd,
        SalePriceVnd = SaleToday(item, today),
        StockUnits = item.OutOfSeason ? 0 : item.StockUnits,
        WeightGrams = item.WeightGrams,
        LengthCm = item.LengthCm,
        WidthCm = item.WidthCm,
        HeightCm = item.HeightCm,
        Unit = item.Unit,
        Brand = item.Brand,
        Origin = item.Origin,
        Gtin = item.Gtin,
        ShelfLife = item.ShelfLife,
        FoodSafetyNo = item.FoodSafetyNo,
        CriteriaSetNo = item.CriteriaSetNo,
        Claim = standing.Claim,
        IsPotentialFiveStar = standing.IsPotentialFiveStar,
        Images = item.Images,
    };

    /// <summary>Made from what never changes, so that it survives a restore and tells our item apart in any shop.</summary>
    public static string Sku(CatalogueItem item) => "OC-" + RecordKey.Digest($"{item.ProductKey}\u001f{item.VariantKey}");

    private static List<IssueFinding> Findings(CatalogueItem item, ListingDraft draft, MarketplaceProfile profile, string? warning)
    {
        var findings = new List<IssueFinding>(Preflight.Check(draft, profile));
        if (item.ProducerWithheld)
        {
            findings.Add(new("producer_unknown", Severity.Blocking, Party.Staff, ["producer"], []));
        }

        if (warning is not null)
        {
            findings.Add(new(warning, Severity.Warning, Party.Producer, ["certificate"], []));
        }

        return findings;
    }

    private static string Title(CatalogueItem item, TextRule rule)
    {
        var name = item.VariantName is { } variant && !item.ProductName.Contains(variant, StringComparison.OrdinalIgnoreCase)
            ? $"{item.ProductName} {variant}"
            : item.ProductName;
        return ListingTitle.Make(
            name.Length <= rule.Max ? name : item.ProductName, rule.Min, rule.Max, item.Brand, item.ProducerWithheld ? null : item.ProducerName,
            item.Commune);
    }

    private static string? Description(CatalogueItem item)
    {
        var parts = new[]
        {
            item.Description ?? item.ShortDescription,
            Labelled("Thành phần", item.Ingredients),
            Labelled("Cách dùng", item.Usage),
            Labelled("Bảo quản", item.Storage),
            Labelled("Hạn sử dụng", item.ShelfLife),
        };
        var text = string.Join('\n', parts.OfType<string>());
        return item.Description is null && item.ShortDescription is null ? null : text;
    }

    private static string? Labelled(string label, string? text) => text is null ? null : $"{label}: {text}";

    private static decimal? SaleToday(CatalogueItem item, DateOnly today) =>
        (item.SaleFrom is { } from && from > today) || (item.SaleTo is { } to && to < today) ? null : item.SalePriceVnd;

    private static byte[] Hash(ListingDraft draft) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(draft with { PriceVnd = null, SalePriceVnd = null, StockUnits = null }));
}
