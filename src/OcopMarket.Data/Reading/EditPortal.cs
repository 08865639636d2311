using Dapper;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Listings;
using OcopMarket.Data.Catalog.Editing;
using OcopMarket.Data.Listings;
using OcopMarket.Data.People;

namespace OcopMarket.Data.Reading;

/// <summary>A version as the page of versions lists it.</summary>
public sealed record ProductVersion
{
    public int Version { get; init; }
    public DateTimeOffset At { get; init; }
    public string ByName { get; init; } = "";
    public string ByRole { get; init; } = "";

    /// <summary>edit, pictures or restore.</summary>
    public string Kind { get; init; } = "";
    public int? OfVersion { get; init; }

    /// <summary>As stored: <see cref="EditChange"/>, several.</summary>
    public string Changes { get; init; } = "[]";
}

/// <summary>What listings of a product are composed from, and where it is offered.</summary>
public sealed record EditMaterial(IReadOnlyList<CatalogueItem> Items, IReadOnlySet<string> OfferedOn);

/// <summary>A product as people edit it in the portal: read and written within the scope of whoever asks.</summary>
public sealed class EditPortal(ReadingDatabase database, WritingDatabase writing)
{
    public const int VersionsShown = 100;

    private const string Material = """
        SELECT p.id AS product_id, v.id AS variant_id, p.producer_id, p.key AS product_key, v.key AS variant_key, p.name AS product_name,
               r.name AS producer_name, r.withheld AS producer_withheld, r.commune, v.name AS variant_name, p.criteria_set_no,
               p.short_description, p.description, p.ingredients, p.usage, p.storage, p.shelf_life, p.brand, p.origin, p.food_safety_no,
               v.unit, v.gtin, v.list_price_vnd, v.sale_price_vnd, v.sale_from, v.sale_to, v.stock_units, v.weight_grams,
               v.length_cm, v.width_cm, v.height_cm, false AS gone
        FROM product p JOIN producer r ON r.id = p.producer_id JOIN variant v ON v.product_id = p.id AND v.gone_at IS NULL
        WHERE p.id = @id AND (@own::bigint IS NULL OR p.producer_id = @own) ORDER BY v.weight_grams NULLS LAST, v.id;
        SELECT product_id, kind, stars, decision_no, certificate_no, issued_on, year, expires_on, withdrawn_on
        FROM certification WHERE product_id = @id AND gone_at IS NULL AND (@own::bigint IS NULL OR producer_id = @own) ORDER BY id;
        SELECT i.product_id, i.sha256, m.content_type, m.width, m.height, m.bytes
        FROM product_image i JOIN media m ON m.sha256 = i.sha256 WHERE i.product_id = @id AND (@own::bigint IS NULL OR i.producer_id = @own)
        ORDER BY i.position;
        SELECT DISTINCT marketplace FROM listing WHERE product_id = @id AND (@own::bigint IS NULL OR producer_id = @own);
        """;

    /// <returns>Null: there is no such product for whoever asks.</returns>
    public Task<EditProduct?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(EditSql.Load, new { id }, EditReading.ReadAsync, cancellationToken);

    public Task<EditMaterial> MaterialAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        Material,
        new { id },
        async grid =>
        {
            var items = (await grid.ReadAsync<CatalogueItem>()).AsList();
            Certification[] certifications = [.. (await grid.ReadAsync<CertificationRow>()).Select(c => c.ToCertification())];
            ListingImage[] images = [.. (await grid.ReadAsync<ImageRow>()).Select(i => i.ToImage())];
            return new EditMaterial(
                [.. items.Select(i => i with { Certifications = certifications, Images = images })],
                (await grid.ReadAsync<string>()).ToHashSet(StringComparer.Ordinal));
        },
        cancellationToken);

    public async Task<IReadOnlyList<ProductVersion>> VersionsAsync(long id, CancellationToken cancellationToken) =>
        await database.QueryAsync<ProductVersion>(EditSql.Versions, new { id, limit = VersionsShown }, cancellationToken);

    /// <summary>Of a conflict nothing is written.</summary>
    public Task<EditOutcome> SaveAsync(long id, IReadOnlyList<FieldWish> wishes, Editor by, CancellationToken cancellationToken) =>
        writing.WriteAsync(transaction => ProductEdits.SaveAsync(transaction, id, wishes, by, cancellationToken), cancellationToken);

    /// <returns>The new version; null: nothing was restored.</returns>
    public Task<int?> RestoreAsync(long id, int version, Editor by, CancellationToken cancellationToken) =>
        writing.WriteAsync(transaction => ProductEdits.RestoreAsync(transaction, id, version, by, cancellationToken), cancellationToken);

    /// <exception cref="DayLimitException">Too many pictures for one day; none is kept.</exception>
    public Task<int?> AddPicturesAsync(
        long id, IReadOnlyList<NewPicture> pictures, DayLimit limit, DateOnly today, Editor by, CancellationToken cancellationToken) => writing.WriteAsync(
        async transaction =>
        {
            foreach (var picture in pictures)
            {
                await DayUse.TakeAsync(transaction, limit, picture.File.Bytes.Length, today, cancellationToken);
            }

            return await EditPictures.AddAsync(transaction, id, pictures, by, cancellationToken);
        },
        cancellationToken);

    public Task<int?> MovePictureAsync(long id, string sha256, PictureMove move, Editor by, CancellationToken cancellationToken) =>
        writing.WriteAsync(transaction => EditPictures.MoveAsync(transaction, id, sha256, move, by, cancellationToken), cancellationToken);
}
