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

/// <summary>A product as people edit it in the portal: read and written within the scope of whoever asks.</summary>
public sealed class EditPortal(ReadingDatabase database, WritingDatabase writing)
{
    public const int VersionsShown = 100;

    /// <returns>Null: there is no such product for whoever asks.</returns>
    public Task<EditProduct?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(EditSql.Load, new { id }, EditReading.ReadAsync, cancellationToken);

    /// <summary>What the workers would compose the product's listings from now.</summary>
    /// <param name="ownShops">As <see cref="CatalogueComposer.OwnShops"/> says.</param>
    public Task<CataloguePage> CatalogueAsync(long id, DateOnly today, string[] ownShops, CancellationToken cancellationToken) => writing.WriteAsync(
        transaction => ListingComposition.LoadAsync(transaction.Connection!, transaction, [new(id, 0, null)], today, ownShops, cancellationToken),
        cancellationToken);

    public async Task<IReadOnlyList<ProductVersion>> VersionsAsync(long id, CancellationToken cancellationToken) =>
        await database.QueryAsync<ProductVersion>(EditSql.Versions, new { id, limit = VersionsShown }, cancellationToken);

    /// <summary>Of a conflict nothing is written.</summary>
    public Task<EditOutcome> SaveAsync(long id, IReadOnlyList<FieldWish> wishes, Editor by, CancellationToken cancellationToken) =>
        writing.WriteAsync(transaction => ProductEdits.SaveAsync(transaction, id, wishes, by, cancellationToken), cancellationToken);

    /// <param name="seen">The version that the page showed as the newest.</param>
    public Task<EditResult> RestoreAsync(long id, int version, int seen, Editor by, CancellationToken cancellationToken) =>
        writing.WriteAsync(transaction => ProductEdits.RestoreAsync(transaction, id, version, seen, by, cancellationToken), cancellationToken);

    /// <exception cref="DayLimitException">Too many pictures for one day; none is kept.</exception>
    public Task<EditResult> AddPicturesAsync(
        long id, IReadOnlyList<NewPicture> pictures, DayLimit limit, DateOnly today, Editor by, CancellationToken cancellationToken) => writing.WriteAsync(
        transaction => EditPictures.AddAsync(
            transaction, id, pictures, by, bytes => DayUse.TakeAsync(transaction, limit, bytes, today, cancellationToken), cancellationToken),
        cancellationToken);

    /// <param name="seen">Mark of the pictures that the page showed.</param>
    public Task<EditResult> MovePictureAsync(
        long id, string sha256, PictureMove move, string seen, Editor by, CancellationToken cancellationToken) =>
        writing.WriteAsync(transaction => EditPictures.MoveAsync(transaction, id, sha256, move, seen, by, cancellationToken), cancellationToken);
}
