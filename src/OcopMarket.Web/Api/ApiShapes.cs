using OcopMarket.Core.Listings;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Reading.Feeds;
using OcopMarket.Web.Parts;
using OcopMarket.Web.Text;

namespace OcopMarket.Web.Api;

/// <summary>From rows to what the API gives out: every field is named here, so that a new column is not given out by chance.</summary>
internal sealed class ApiShapes(PlatformWords platforms, IIssueTexts issues)
{
    public static ProductItem Of(ProductFeedRow row) => new(
        row.Id, row.Name, row.ProducerId, row.Producer, row.Withheld, row.Withheld || string.IsNullOrEmpty(row.Place) ? null : row.Place,
        row.CriteriaSetNo, new(row.Certificate, row.Stars, row.ExpiresOn),
        [.. row.Listings.Select((id, i) => new ListingOfProduct(id, row.Marketplaces[i], row.States[i]))], row.Revision, row.UpdatedAt);

    public static ProductDetailItem Of(ProductDetail data)
    {
        var p = data.Product;
        return new()
        {
            Id = p.Id,
            Name = p.Name,
            ProducerId = p.ProducerId,
            Producer = p.Producer,
            ProducerWithheld = p.Withheld,
            Province = p.Withheld ? null : p.Province,
            District = p.Withheld ? null : p.District,
            Commune = p.Withheld ? null : p.Commune,
            UnitNow = p.Withheld ? null : p.UnitNow,
            CriteriaSetNo = p.CriteriaSetNo,
            GroupName = p.GroupName,
            ShortDescription = p.ShortDescription,
            Description = p.Description,
            Ingredients = p.Ingredients,
            Usage = p.Usage,
            Storage = p.Storage,
            ShelfLife = p.ShelfLife,
            Brand = p.Brand,
            Origin = p.Origin,
            FoodSafetyNo = p.FoodSafetyNo,
            SourceUrl = p.SourceUrl,
            Marks = Marks(p.Provenance),
            Revision = p.Revision,
            UpdatedAt = p.UpdatedAt,
            GoneAt = p.GoneAt,
            Variants = [.. data.Variants.Select(Of)],
            Certifications = [.. data.Certifications.Select(Of)],
            Pictures = [.. data.Pictures.Select(i => new PictureItem(i.Position, i.Sha256, i.Width, i.Height))],
            Listings = [.. data.Listings.Select(l => new ListingOfProduct(l.Id, l.Marketplace, l.State))],
        };
    }

    public ListingItem Of(ListingFeedRow l) => new(
        l.Id, l.ProductId, l.Product, l.Variant, l.ProducerId, l.Producer, l.Marketplace, platforms.MarkOf(l.Marketplace), l.AccountId, l.Shop,
        l.SellerSku, l.ExternalId, l.Url, l.State, l.Owner, l.StateSince, l.DueAt,
        new(l.Desired, l.DesiredAt, Dong(l.DesiredPrice), Dong(l.DesiredSalePrice), l.DesiredStock), l.SubmittedAt,
        l.Seen is null ? null
            : new(l.Seen, l.SeenRaw, l.SeenHow, l.SeenAt, l.SeenChangePending, Dong(l.SeenPrice), Dong(l.SeenSalePrice), l.SeenStock),
        l.Issues);

    public AccountItem Of(AccountFacts a, string language) => new(
        a.Id, a.Marketplace, platforms.MarkOf(a.Marketplace), a.ExternalId, a.ProducerId, a.Producer, a.ShopName, a.Url, a.State, a.StateAt,
        a.StateEvidence, a.ProblemCode is { } code ? new(code, issues.Describe(code, [], a.ProblemRaw, language).Sentence, a.ProblemRaw) : null,
        a.ItemCount, a.VerifiedAt, a.OpenedBy, a.HasMandate);

    public static RunItem Of(RunRow r, string language) => new(
        r.Id, r.Source, r.SourceName, r.State, r.StartedBy, r.StartedAt, r.FinishedAt, r.FileName, r.RowsExpected, r.RowsRead, r.Accepted,
        r.Unchanged, r.Repeated, r.Rejected, r.Gone,
        r.FailureCode is null && r.FailureVi is null ? null : new(r.FailureCode, language == "en" ? r.FailureEn : r.FailureVi));

    public static RunDetailItem Of(RunDetail run, string language) => new(
        Of(run.Run, language),
        [.. run.Rows.Select(r => new RejectedRowItem(
            r.RowNo, r.Sheet, r.ColumnName, r.Code, language == "en" ? r.ReasonEn : r.ReasonVi, r.Severity))]);

    public IssueItem Of(IssueFeedRow i, string language) => new(
        i.Id, i.ListingId, i.ProductId, i.Marketplace, i.Code, issues.Describe(i.Code, i.Args, i.Raw, language).Sentence, i.Severity, i.Owner,
        i.Fields, i.Raw, i.OpenedAt);

    private static VariantItem Of(VariantFacts v) => new(
        v.Id, v.Name, v.OwnSku, Dong(v.ListPriceVnd), Dong(v.SalePriceVnd), v.SaleFrom, v.SaleTo, v.StockUnits, v.WeightGrams, v.Unit,
        Marks(v.Provenance));

    private static CertificationItem Of(CertificationFacts c) => new(
        c.Id, c.Kind, c.Stars, c.DecisionNo, c.CertificateNo, c.IssuingBody, c.IssuedOn, c.Year, c.ExpiresOn, c.ExpiresHow, c.WithdrawnOn,
        c.GraceUntil, Marks(c.Provenance));

    private static IReadOnlyDictionary<string, string> Marks(string provenance) => new Provenance(provenance).Marks;

    /// <summary>The columns hold no fraction.</summary>
    private static long? Dong(decimal? money) => (long?)money;
}
