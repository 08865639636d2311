using System.Globalization;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using RestSharp;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>The shop and its products as it reports them. There is no index that lags.</summary>
internal sealed class WooCommerceReading(WooCommerceClient client)
{
    public const int PageSize = 100;
    public const int LookUpBatch = 50;
    private const string Fields =
        "id,name,permalink,date_modified_gmt,status,sku,regular_price,sale_price,manage_stock,stock_quantity,stock_status";

    /// <summary>The least that proves that a key may read.</summary>
    public static RestRequest One() => WooCommerceClient.Get("/products").AddQueryParameter("per_page", "1").AddQueryParameter("_fields", "id");

    /// <summary>The software knows no states of a shop: one that answers is open.</summary>
    public async Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken)
    {
        try
        {
            var (_, total, _) = await client.ReadPageAsync<IReadOnlyList<WooCommerceProduct>>(One(), shop, cancellationToken);
            return new(AccountState.Active, "wc/v3", null, WooCommerceShop.Of(shop.AccessToken)?.Address.ToString(), null, total, null);
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected || (e.Kind == FailureKind.Misconfigured && e.PlatformCode != "settings"))
        {
            return new(AccountState.Unknown, e.PlatformCode, null, null, null, null, new(e.PlatformCode, "account", e.Detail));
        }
    }

    /// <summary>What is in the trash keeps its code there and is listed only when asked for.</summary>
    public async Task<IReadOnlyList<SeenItem>> LookUpAsync(
        SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken)
    {
        if (sellerSkus.Count == 0)
        {
            return [];
        }

        var found = await FindAsync(shop, sellerSkus, null, cancellationToken);
        List<string> missing = [.. sellerSkus.Except(found.Select(f => f.SellerSku), StringComparer.Ordinal)];
        return missing.Count == 0 ? found : [.. found, .. await FindAsync(shop, missing, "trash", cancellationToken)];
    }

    public async Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(
        SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        if (items.Any(i => i.ExternalId is not { Length: > 0 }))
        {
            return await LookUpAsync(shop, [.. items.Select(i => i.SellerSku)], cancellationToken);
        }

        var request = List().AddQueryParameter("include", string.Join(',', items.Select(i => i.ExternalId)));
        var (rows, _) = await ListAsync(shop, request, cancellationToken);
        var seen = rows.DistinctBy(r => r.ExternalId, StringComparer.Ordinal).ToDictionary(r => r.ExternalId, StringComparer.Ordinal);
        return [.. items.Select(i => seen.GetValueOrDefault(i.ExternalId!) ?? new SeenItem
        {
            ExternalId = i.ExternalId!,
            SellerSku = i.SellerSku,
            Status = SeenStatus.Removed, // in the trash or gone: neither is listed
            StatusRaw = WooCommerceErrors.InvalidId,
            Absent = true,
        })];
    }

    /// <summary>The shop compares with "later than", in whole seconds, and by its own clock unless told.</summary>
    public async Task<SeenPage> ReadChangedAsync(
        SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        var number = page is null ? 1 : int.Parse(page, NumberStyles.None, CultureInfo.InvariantCulture);
        var request = List()
            .AddQueryParameter("modified_after", WooCommerceText.Time(since.AddSeconds(-1)))
            .AddQueryParameter("dates_are_gmt", "true")
            .AddQueryParameter("orderby", "modified").AddQueryParameter("order", "asc")
            .AddQueryParameter("page", number.ToString(CultureInfo.InvariantCulture));
        var (rows, pages) = await ListAsync(shop, request, cancellationToken);
        var isLast = rows.Count == 0 || (pages is { } last ? number >= last : rows.Count < PageSize);
        return new(rows, isLast ? null : (number + 1).ToString(CultureInfo.InvariantCulture));
    }

    private async Task<IReadOnlyList<SeenItem>> FindAsync(
        SellerSession shop, IReadOnlyList<string> skus, string? status, CancellationToken cancellationToken)
    {
        var request = List().AddQueryParameter("sku", string.Join(',', skus));
        request = status is null ? request : request.AddQueryParameter("status", status);
        var (rows, pages) = await ListAsync(shop, request, cancellationToken);
        return pages > 1
            ? throw new MarketplaceException(
                WooCommerceAdapter.WooCommerceKey, FailureKind.Rejected, "incomplete",
                "One page does not hold all products of these codes, so absence cannot be told. Ask for fewer codes.")
            : [.. rows.Where(r => skus.Contains(r.SellerSku))];
    }

    private static RestRequest List() => WooCommerceClient.Get("/products")
        .AddQueryParameter("per_page", PageSize.ToString(CultureInfo.InvariantCulture)).AddQueryParameter("_fields", Fields);

    /// <summary>A page of which every row can be read.</summary>
    private async Task<(IReadOnlyList<SeenItem> Rows, int? Pages)> ListAsync(SellerSession shop, RestRequest request, CancellationToken cancellationToken)
    {
        var (rows, _, pages) = await client.ReadPageAsync<IReadOnlyList<WooCommerceProduct>>(request, shop, cancellationToken);
        return rows.All(r => r?.Id is > 0)
            ? ([.. rows.Select(ToSeen)], pages)
            : throw new MarketplaceException(
                WooCommerceAdapter.WooCommerceKey, FailureKind.Transient, "unreadable", "A product of the list has no id.");
    }

    private static SeenItem ToSeen(WooCommerceProduct row)
    {
        var status = WooCommerceStatus.ToCanonical(row.Status, row.StockStatus);
        return new()
        {
            ExternalId = row.Id!.Value.ToString(CultureInfo.InvariantCulture),
            SellerSku = row.Sku ?? "",
            Status = status,
            StatusRaw = row.Status ?? "",
            Title = WooCommerceText.Name(row.Name),
            PriceVnd = WooCommerceText.Price(row.RegularPrice) ?? 0, // emptied: that is no price of ours
            SalePriceVnd = WooCommerceText.Price(row.SalePrice),
            StockUnits = row is { ManageStock: true, StockQuantity: { } quantity } ? (int)Math.Clamp(quantity, int.MinValue, int.MaxValue) : null,
            Url = status is SeenStatus.Live or SeenStatus.OutOfStock ? row.Permalink : null,
            ChangedAt = WooCommerceText.Time(row.DateModifiedGmt),
        };
    }
}
