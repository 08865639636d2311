using System.Globalization;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Shopee;

/// <summary>The shop and its items as the platform reports them. A list names ids only, an item's fields are a second call, and why one is banned a
/// third, made where one is.</summary>
internal sealed class ShopeeReading(ShopeeClient client, ErrorDictionary dictionary)
{
    /// <summary>Most ids of one look at their fields; a page of the list is no longer.</summary>
    public const int PageSize = 50;

    public static async Task<ConsentedShop> LookAsync(ShopeeClient client, SellerLogin app, SellerSession shop, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await client.ShopAsync(app, shop, cancellationToken);
            return new(
                new(ShopeeStatus.ShopToCanonical(seen.Status), seen.Status ?? "", seen.ShopName, null, null, null, null),
                seen.ExpireTime is > 0 and { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : null);
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected)
        {
            return new(new(ShopeeStatus.ShopOf(e.PlatformCode), e.PlatformCode, null, null, null, null, new(e.PlatformCode, "account", e.Detail)), null);
        }
    }

    /// <summary>The search may find more than the very code: each hit is looked at.</summary>
    public async Task<IReadOnlyList<SeenItem>> LookUpAsync(
        SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken)
    {
        if (sellerSkus.Count == 0)
        {
            return [];
        }

        var sku = sellerSkus.Count == 1 ? sellerSkus[0] : throw Broken("batch_size", "Shopee is searched for one code a call.");
        var found = await client.ReadAsync<ShopeeFound>(
            shop, "/api/v2/product/search_item", [("item_sku", sku), ("page_size", Text(PageSize))], cancellationToken);
        if (found.ItemIdList is not { } ids || found.TotalCount is null)
        {
            throw Unreadable();
        }

        if (found.TotalCount > ids.Count)
        {
            throw new MarketplaceException(
                ShopeeAdapter.ShopeeKey, FailureKind.Rejected, "incomplete", "One page does not hold all items of this code, so absence cannot be told.");
        }

        return ids.Count == 0 ? [] : [.. (await ItemsAsync(shop, ids, cancellationToken)).Where(i => i.SellerSku == sku)];
    }

    public async Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(
        SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        if (items.Any(i => ShopeeSource.Number(i.ExternalId) is null))
        {
            return items.Count == 1
                ? await LookUpAsync(shop, [items[0].SellerSku], cancellationToken)
                : throw Broken("id_missing", "Several items are read by their ids only.");
        }

        var seen = (await KnownAsync(shop, items, cancellationToken)).DistinctBy(i => i.ExternalId, StringComparer.Ordinal)
            .ToDictionary(i => i.ExternalId, StringComparer.Ordinal);
        return [.. items.Select(i => seen.GetValueOrDefault(i.ExternalId!) ?? new SeenItem
        {
            ExternalId = i.ExternalId!,
            SellerSku = i.SellerSku,
            Status = SeenStatus.Removed,
            StatusRaw = ShopeeErrors.ItemNotFound,
            Absent = true,
        })];
    }

    /// <summary>The documents do not say in which order a list comes. So no item tells when it changed: whoever reads on goes by the page, and never
    /// past an item that he has not seen.</summary>
    public async Task<SeenPage> ReadChangedAsync(
        SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        List<(string, string)> query = [("offset", page ?? "0"), ("page_size", Text(PageSize)), .. ShopeeStatus.All.Select(s => ("item_status", s))];
        if (since > DateTimeOffset.UnixEpoch)
        {
            query.Add(("update_time_from", Text(since.ToUnixTimeSeconds())));
        }

        var answer = await client.ReadAsync<ShopeePage>(shop, "/api/v2/product/get_item_list", query, cancellationToken);
        if (answer.HasNextPage is not { } isMore || (answer.Item ?? []).Any(i => i?.ItemId is null) || (isMore && answer.NextOffset is null))
        {
            throw Unreadable();
        }

        var rows = answer.Item ?? [];
        var items = rows.Count == 0 ? [] : await ItemsAsync(shop, [.. rows.Select(r => r.ItemId!.Value)], cancellationToken);
        var seen = items.DistinctBy(i => i.ExternalId, StringComparer.Ordinal).ToDictionary(i => i.ExternalId, StringComparer.Ordinal);
        return new(
            [.. rows.Select(r => seen.GetValueOrDefault(Text(r.ItemId!.Value)) ?? Bare(r))],
            isMore ? Text(answer.NextOffset!.Value) : null);
    }

    private async Task<IReadOnlyList<SeenItem>> KnownAsync(SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken)
    {
        try
        {
            return await ItemsAsync(shop, [.. items.Select(i => ShopeeSource.Number(i.ExternalId)!.Value)], cancellationToken);
        }
        catch (MarketplaceException e) when (e.PlatformCode == ShopeeErrors.ItemNotFound && items.Count == 1)
        {
            return []; // of several it would not say which
        }
    }

    private async Task<IReadOnlyList<SeenItem>> ItemsAsync(SellerSession shop, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var query = IdList(ids);
        var answer = await client.ReadAsync<ShopeeBaseInfo>(shop, "/api/v2/product/get_item_base_info", query, cancellationToken);
        if (answer.ItemList is not { } rows || rows.Any(r => r?.ItemId is null))
        {
            throw Unreadable();
        }

        var refused = rows.Where(r => r.ItemStatus is ShopeeStatus.Banned or ShopeeStatus.TakenDown).Select(r => r.ItemId!.Value).ToList();
        var reasons = refused.Count == 0 ? null : await client.ReadAsync<ShopeeViolations>(
            shop, "/api/v2/product/get_item_violation_info", IdList(refused), cancellationToken);
        var byItem = (reasons?.ItemList ?? []).Where(v => v?.ItemId is not null).ToLookup(v => v.ItemId!.Value, v => v.ItemStatusDetails ?? []);
        return [.. rows.Select(r => ToSeen(shop, r, byItem[r.ItemId!.Value].SelectMany(d => d)))];
    }

    private static IEnumerable<(string, string)> IdList(IEnumerable<long> ids) => [("item_id_list", string.Join(',', ids.Select(Text)))];

    private SeenItem ToSeen(SellerSession shop, ShopeeListed row, IEnumerable<ShopeeViolationDetail> violations)
    {
        var (id, price) = (Text(row.ItemId!.Value), row.PriceInfo is [{ } shown, ..] ? shown : null);
        var stock = row.StockInfoV2?.SummaryInfo?.TotalAvailableStock;
        var status = ShopeeStatus.ToCanonical(row.ItemStatus, stock);
        return new()
        {
            ExternalId = id,
            SellerSku = row.ItemSku ?? "",
            Status = status,
            StatusRaw = row.ItemStatus ?? "",
            Reasons = [.. violations.Where(v => v is not null).Select(Reason)],
            Title = row.ItemName,
            PriceVnd = price?.OriginalPrice,
            SalePriceVnd = price?.CurrentPrice < price?.OriginalPrice ? price?.CurrentPrice : null,
            StockUnits = stock is { } units ? (int)Math.Clamp(units, int.MinValue, int.MaxValue) : null,
            Url = status is SeenStatus.Live or SeenStatus.OutOfStock ? UrlOf(shop.ExternalShopId, id) : null,
        };
    }

    /// <summary>An item of which the platform tells the id and the state alone.</summary>
    private static SeenItem Bare(ShopeePageRow row) => new()
    {
        ExternalId = Text(row.ItemId!.Value),
        SellerSku = "",
        Status = ShopeeStatus.ToCanonical(row.ItemStatus, null),
        StatusRaw = row.ItemStatus ?? "",
    };

    private PlatformReason Reason(ShopeeViolationDetail detail)
    {
        var match = dictionary.Find(detail.ViolationType, detail.ViolationReason);
        var text = string.Join(". ", new[] { detail.ViolationReason?.TrimEnd('.'), detail.Suggestion }.Where(t => !string.IsNullOrWhiteSpace(t)));
        return new(detail.ViolationType ?? ErrorDictionary.Other, match.Known ? match.Entry.Field : null, text);
    }

    private string UrlOf(string shop, string item)
    {
        var page = client.Options.BaseUrl is { IsLoopback: true } simulated ? new Uri(simulated, "/product") : client.Options.ItemUrl;
        return $"{page.AbsoluteUri.TrimEnd('/')}/{shop}/{item}";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static MarketplaceException Broken(string code, string detail) => new(ShopeeAdapter.ShopeeKey, FailureKind.Misconfigured, code, detail);

    private static MarketplaceException Unreadable() =>
        new(ShopeeAdapter.ShopeeKey, FailureKind.Transient, "unreadable", "The answer lacks its list, its count or an item's id.");
}
