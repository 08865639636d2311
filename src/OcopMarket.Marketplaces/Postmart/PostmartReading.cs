using System.Globalization;
using OcopMarket.Core.Marketplaces;
using RestSharp;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>Shops and items as the platform reports them.</summary>
internal sealed class PostmartReading(PostmartClient client)
{
    public const int PageSize = 100;

    /// <summary>Fewer than a page: a code that was deleted and made again is listed several times.</summary>
    public const int LookUpBatch = 20;

    public async Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken)
    {
        var request = new RestRequest("/shops/{shopCode}").AddUrlSegment("shopCode", shop.ExternalShopId);
        try
        {
            var answer = await client.ReadAsync<PostmartShop>(request, shop.AccessToken, cancellationToken);
            return new(
                PostmartStatus.ShopToCanonical(answer.Status), PostmartStatus.Raw(answer.Status, answer.StatusName), answer.Name, answer.Url,
                answer.Verified, answer.ProductCount, null);
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected)
        {
            return new(PostmartStatus.ShopOf(e.PlatformCode), e.PlatformCode, null, null, null, null, new(e.PlatformCode, "account", e.Detail));
        }
    }

    public async Task<IReadOnlyList<SeenItem>> LookUpAsync(
        SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken)
    {
        if (sellerSkus.Count == 0)
        {
            return [];
        }

        var page = await ListAsync(shop, List(shop, 1).AddQueryParameter("itemCodes", string.Join(',', sellerSkus)), cancellationToken);
        if (page.Total > page.Items!.Count)
        {
            throw new MarketplaceException(
                PostmartAdapter.PostmartKey, FailureKind.Rejected, "incomplete",
                "One page does not hold all items of these codes, so absence cannot be told. Ask for fewer codes.");
        }

        return [.. page.Items.Where(i => sellerSkus.Contains(i.ItemCode)).Select(ToSeen)];
    }

    public async Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(
        SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var codes = string.Join(',', items.Select(i => i.SellerSku).Distinct(StringComparer.Ordinal));
        var page = await ListAsync(shop, List(shop, 1).AddQueryParameter("itemCodes", codes), cancellationToken);
        var complete = page.Total <= page.Items!.Count;
        return [.. items.Select(i => Find(i, page.Items, complete)).OfType<SeenItem>()];
    }

    public async Task<SeenPage> ReadChangedAsync(
        SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        var number = page is null ? 1 : int.Parse(page, NumberStyles.None, CultureInfo.InvariantCulture);
        var request = List(shop, number).AddQueryParameter("updatedFrom", PostmartClock.Write(since));
        var answer = await ListAsync(shop, request, cancellationToken);
        var last = answer.Items!.Count == 0 || (long)number * PageSize >= answer.Total;
        return new([.. answer.Items.Select(ToSeen)], last ? null : (number + 1).ToString(CultureInfo.InvariantCulture));
    }

    private static RestRequest List(SellerSession shop, int page) => new RestRequest("/products")
        .AddQueryParameter("shopCode", shop.ExternalShopId)
        .AddQueryParameter("page", page.ToString(CultureInfo.InvariantCulture))
        .AddQueryParameter("size", PageSize.ToString(CultureInfo.InvariantCulture));

    /// <summary>A page of which every row can be read: items are there, each with its code and id.</summary>
    private async Task<PostmartListPage> ListAsync(SellerSession shop, RestRequest request, CancellationToken cancellationToken)
    {
        var page = await client.ReadAsync<PostmartListPage>(request, shop.AccessToken, cancellationToken);
        return page is { Items: { } items, Total: not null } && items.All(i => i is { ItemCode: not null, ProductId: not null })
            ? page
            : throw new MarketplaceException(
                PostmartAdapter.PostmartKey, FailureKind.Transient, "unreadable", "The list lacks total, items, itemCode or productId.");
    }

    /// <summary>By the platform's id where we know it: a code that is free again may already be another item.</summary>
    private static SeenItem? Find(KnownItem known, IReadOnlyList<PostmartListed> rows, bool complete)
    {
        var ofCode = rows.Where(r => r.ItemCode == known.SellerSku).ToList();
        if (known.ExternalId is not { Length: > 0 } id)
        {
            var row = ofCode.LastOrDefault(r => PostmartStatus.ToCanonical(r.Status) != SeenStatus.Removed) ?? ofCode.LastOrDefault();
            return row is null ? null : ToSeen(row);
        }

        var own = ofCode.FirstOrDefault(r => r.ProductId == id);
        return (own, complete) switch
        {
            ({ } row, _) => ToSeen(row),
            (null, true) => new()
            {
                ExternalId = id,
                SellerSku = known.SellerSku,
                Status = SeenStatus.Removed,
                StatusRaw = PostmartErrors.ItemNotFound,
                Absent = true,
            },
            _ => null,
        };
    }

    private static SeenItem ToSeen(PostmartListed row) => new()
    {
        ExternalId = row.ProductId!,
        SellerSku = row.ItemCode!,
        Status = PostmartStatus.ToCanonical(row.Status),
        StatusRaw = PostmartStatus.Raw(row.Status, row.StatusName),
        ChangePending = row.PendingReview ?? false,
        Reasons = [.. (row.RejectReasons ?? []).Where(r => r is not null).Select(ToReason)],
        Title = row.Name,
        PriceVnd = row.Price,
        SalePriceVnd = row.SalePrice,
        StockUnits = row.Quantity is { } quantity ? (int)quantity : null,
        Url = row.Url,
        ChangedAt = PostmartClock.Read(row.UpdatedDate),
    };

    private static PlatformReason ToReason(PostmartReason reason) =>
        new(reason.Code ?? ErrorDictionary.Other, PostmartErrors.FieldOf(reason.Field), reason.Message ?? "");
}
