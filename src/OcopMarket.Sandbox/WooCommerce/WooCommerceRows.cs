namespace OcopMarket.Sandbox.WooCommerce;

/// <param name="Slug">The folder under which the shop lies on this server.</param>
/// <param name="Status">active, read-only (its key may not write), suspended (by its hoster) or gone.</param>
/// <param name="KeyEnded">The owner has taken the key back.</param>
internal sealed record WooShop(string Slug, string Name, string OwnerName, string Phone, string Status, string Key, string Secret, bool KeyEnded = false);

internal sealed record WooCategory(long Id, string Shop, string Name, string Slug, long Parent);

/// <summary>One picture in the shop's library.</summary>
/// <param name="Source">Where it was fetched from.</param>
internal sealed record WooImage(long Id, string Shop, string Source, string Alt, string Hash);

/// <summary>Text as it is kept: names with entities, descriptions without scripts and frames.</summary>
/// <param name="StockQuantity">Null: the shop does not count it.</param>
internal sealed record WooProduct(
    long Id, string Shop, string Name, string Type, string Sku, string RegularPrice, string SalePrice, string Description, bool ManageStock,
    int? StockQuantity, string Status, IReadOnlyList<long> Categories, IReadOnlyList<long> Images, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt)
{
    /// <summary>Deleted for good.</summary>
    public bool Gone { get; init; }
    public string Price => SalePrice.Length > 0 ? SalePrice : RegularPrice;
    public bool InStock => !ManageStock || StockQuantity > 0;
}

internal sealed record WooHook(long Id, string Shop, string Name, string Topic, string DeliveryUrl, string Secret);

/// <summary>One message in the shop's background queue.</summary>
/// <param name="Body">Null: the first ping of a new webhook.</param>
internal sealed record WooDelivery(long Id, long Hook, string? Body, DateTimeOffset DueAt, bool Done = false, bool Taken = false);
