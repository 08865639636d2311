namespace OcopMarket.Sandbox.Common;

/// <summary>An item as the control calls show it, the same for every platform.</summary>
internal sealed record ItemView(string Id, string Shop, string Sku, string Name, string Status)
{
    public bool Live { get; init; }
    public bool Deleted { get; init; }

    /// <summary>Dong.</summary>
    public long Price { get; init; }
    public long? SalePrice { get; init; }
    public int Quantity { get; init; }

    /// <summary>Grams.</summary>
    public int Weight { get; init; }
    public int? Stars { get; init; }
    public string? CertificateNo { get; init; }
    public IReadOnlyList<string> Reasons { get; init; } = [];
    public IReadOnlyList<string> Images { get; init; } = [];
    public string? Url { get; init; }

    /// <summary>The platform's own row.</summary>
    public object? Raw { get; init; }
}

/// <param name="Url">Where every shop has an address of its own.</param>
internal sealed record ShopView(
    string Id, string Name, string Phone, string Status, string Username, string Password, object Raw, string? Url = null);

/// <param name="By">sku or content.</param>
internal sealed record DuplicateGroup(string Shop, string By, string Key, IReadOnlyList<string> Items);

internal static class Duplicates
{
    /// <summary>Undeleted items of one shop with one SKU, or with the same name, price and certificate number (none of them
    /// empty).</summary>
    public static IReadOnlyList<DuplicateGroup> Find(IEnumerable<ItemView> items)
    {
        var undeleted = items.Where(i => !i.Deleted).ToList();
        var bySku = Groups(undeleted.Where(i => i.Sku.Length > 0), "sku", i => i.Sku);
        var byContent = Groups(
            undeleted.Where(i => i.Name.Length > 0 && i.Price > 0 && !string.IsNullOrEmpty(i.CertificateNo)),
            "content",
            i => $"{i.Name} | {i.Price} | {i.CertificateNo}");
        return [.. bySku, .. byContent];
    }

    /// <summary>How many items are too many.</summary>
    public static int Surplus(IEnumerable<DuplicateGroup> groups) => groups.SelectMany(g => g.Items.Skip(1)).Distinct().Count();

    private static IEnumerable<DuplicateGroup> Groups(IEnumerable<ItemView> items, string kind, Func<ItemView, string> keyOf) =>
        from item in items
        group item by (item.Shop, Key: keyOf(item)) into g
        where g.Count() > 1
        select new DuplicateGroup(g.Key.Shop, kind, g.Key.Key, [.. g.Select(i => i.Id).Order(StringComparer.Ordinal)]);
}
