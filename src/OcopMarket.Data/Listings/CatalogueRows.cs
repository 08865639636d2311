using OcopMarket.Core;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;

namespace OcopMarket.Data.Listings;

/// <summary>A product whose listings must be composed, as it stood when that was noticed.</summary>
/// <param name="ComposedOn">Vietnamese day of the last composition; null: never, or to be done again.</param>
public sealed record DueProduct(long Id, int Revision, DateOnly? ComposedOn);

/// <summary>What a page of products consists of, and what is stored of their listings.</summary>
public sealed class CataloguePage
{
    private readonly HashSet<(long Producer, string Marketplace)> _ownShops;
    private readonly HashSet<(long Product, string Marketplace)> _away;

    internal CataloguePage(
        IReadOnlyList<DueProduct> products, DateOnly today, IReadOnlyList<CatalogueItem> items, StoredListings stored,
        HashSet<(long Producer, string Marketplace)> ownShops, HashSet<(long Product, string Marketplace)> away) =>
        (Products, Today, Items, Stored, _ownShops, _away) = (products, today, items, stored, ownShops, away);

    public IReadOnlyList<DueProduct> Products { get; }

    /// <summary>The day that it is composed for.</summary>
    public DateOnly Today { get; }
    public IReadOnlyList<CatalogueItem> Items { get; }
    internal StoredListings Stored { get; }

    /// <summary>The same page were its items something else.</summary>
    public CataloguePage With(Func<CatalogueItem, CatalogueItem> change) => new(Products, Today, [.. Items.Select(change)], Stored, _ownShops, _away);

    /// <summary>Whether an item is offered where producers have shops of their own: its producer has one there, or it was offered there before.</summary>
    public bool IsOffered(CatalogueItem item, string marketplace) =>
        _ownShops.Contains((item.ProducerId, marketplace)) || Stored.Has(item.VariantId, marketplace);

    /// <summary>Whether a listing of it is not to be made: a person does not want the product there.</summary>
    public bool IsAway(CatalogueItem item, string marketplace) =>
        _away.Contains((item.ProductId, marketplace)) && !Stored.Has(item.VariantId, marketplace);
}

/// <summary>The listings of a page by variant and marketplace, with what the last composition said against them.</summary>
internal sealed class StoredListings(IEnumerable<StoredListing> listings, IEnumerable<ComposedIssue> issues)
{
    private readonly Dictionary<(long Variant, string Marketplace), StoredListing> _rows =
        listings.ToDictionary(l => (l.VariantId, l.Marketplace));
    private readonly ILookup<long, ComposedIssue> _issues = issues.ToLookup(i => i.ListingId);

    public IEnumerable<StoredListing> All => _rows.Values;

    public bool Has(long variant, string marketplace) => _rows.ContainsKey((variant, marketplace));

    public StoredListing? Of(ComposedListing composed) => _rows.GetValueOrDefault((composed.Item.VariantId, composed.Marketplace.Value));

    /// <summary>Products of which a composition changes nothing at all: every listing is there and says the same, nothing is held, no shop
    /// waits to be given and no mandate turned with the day.</summary>
    public HashSet<long> Settled(IReadOnlyList<DueProduct> products, IReadOnlyList<ComposedListing> composed)
    {
        var open = products.Where(p => p.ComposedOn is null).Select(p => p.Id).ToHashSet();
        var said = composed.Select(c => Of(c)?.Id).ToHashSet();
        open.UnionWith(_rows.Values.Where(l => l.IsHeld || l.MandateTurns || l.ShopId is not null || !said.Contains(l.Id)).Select(l => l.ProductId));
        open.UnionWith(composed.Where(c => !IsSame(c)).Select(c => c.Item.ProductId));
        return [.. products.Select(p => p.Id).Where(p => !open.Contains(p))];
    }

    private bool IsSame(ComposedListing composed) =>
        Of(composed) is { } stored
            ? !stored.Differs(composed) && SaysTheSame(_issues[stored.Id], composed.Item.Gone ? [] : composed.Findings)
            : composed.Item.Gone;

    // Of findings with one code and the same fields only one is kept.
    private static bool SaysTheSame(IEnumerable<ComposedIssue> open, IReadOnlyList<IssueFinding> findings)
    {
        var kept = 0;
        foreach (var issue in open)
        {
            kept++;
            if (!findings.Any(issue.IsOf))
            {
                return false;
            }
        }

        return kept == findings.Count || kept == findings.DistinctBy(f => (f.Code, string.Join('\n', f.Fields))).Count();
    }
}

internal sealed record StoredListing
{
    public long Id { get; init; }
    public long ProductId { get; init; }
    public long ProducerId { get; init; }
    public long VariantId { get; init; }
    public string Marketplace { get; init; } = "";
    public string Desired { get; init; } = "";
    public bool KeptHidden { get; init; }

    /// <summary>A person took it down, and it stays so.</summary>
    public bool KeptAway { get; init; }
    public byte[] ContentHash { get; init; } = [];
    public decimal? DesiredPrice { get; init; }
    public decimal? DesiredSalePrice { get; init; }
    public int? DesiredStock { get; init; }

    /// <summary>The mass-change guard keeps something of it back.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The shop that it could be given; null when it has one, or when there is none.</summary>
    public long? ShopId { get; init; }

    /// <summary>Its shop leaves, or its marketplace is out of use.</summary>
    public bool Leaves { get; init; }

    /// <summary>A mandate of its shop began or ended since the day of the last composition.</summary>
    public bool MandateTurns { get; init; }

    /// <summary>Whether <see cref="CompositionSql.Change"/> would write: it has the last word, this only spares the asking.</summary>
    public bool Differs(ComposedListing composed) =>
        (Desired == Words.Of(Core.Sync.Desired.Gone)) != (composed.Item.Gone || KeptAway)
        || (Desired == Words.Of(Core.Sync.Desired.Off) && !composed.Item.Gone && !Leaves)
        || DesiredStock != composed.Draft.StockUnits || DesiredPrice != composed.Draft.PriceVnd || DesiredSalePrice != composed.Draft.SalePriceVnd
        || !ContentHash.AsSpan().SequenceEqual(composed.ContentHash);
}

internal sealed record ComposedIssue
{
    public long ListingId { get; init; }
    public string Code { get; init; } = "";
    public string Severity { get; init; } = "";
    public string Owner { get; init; } = "";
    public string[] Fields { get; init; } = [];
    public string[] Args { get; init; } = [];
    public string? Raw { get; init; }

    public bool IsOf(IssueFinding finding) =>
        finding.Code == Code && Words.Of(finding.Severity) == Severity && Words.Of(finding.Owner) == Owner && finding.Raw == Raw
        && Fields.SequenceEqual(finding.Fields, StringComparer.Ordinal) && Args.SequenceEqual(finding.Args, StringComparer.Ordinal);
}

internal sealed record LockedProduct
{
    public long Id { get; init; }
    public int PlannedRevision { get; init; }
    public DateOnly? ComposedOn { get; init; }
}

internal sealed record CertificationRow
{
    public long ProductId { get; init; }
    public string Kind { get; init; } = "";
    public int? Stars { get; init; }
    public string? DecisionNo { get; init; }
    public string? CertificateNo { get; init; }
    public DateOnly? IssuedOn { get; init; }
    public int? Year { get; init; }
    public DateOnly? ExpiresOn { get; init; }
    public DateOnly? WithdrawnOn { get; init; }

    public Certification ToCertification() => new()
    {
        Kind = Words.Parse<RecognitionKind>(Kind),
        Stars = Stars,
        DecisionNo = DecisionNo,
        CertificateNo = CertificateNo,
        IssuedOn = IssuedOn,
        Year = Year,
        ExpiresOn = ExpiresOn,
        WithdrawnOn = WithdrawnOn,
    };
}

internal sealed record ImageRow
{
    public long ProductId { get; init; }
    public string Sha256 { get; init; } = "";
    public string ContentType { get; init; } = "";
    public int Width { get; init; }
    public int Height { get; init; }
    public int Bytes { get; init; }

    public ListingImage ToImage() => new(Sha256, ContentType, Width, Height, Bytes);
}
