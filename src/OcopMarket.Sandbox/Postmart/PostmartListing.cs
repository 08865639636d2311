using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary><c>GET /products</c>: what the platform tells about a shop's items.</summary>
internal sealed class PostmartListing(PostmartPlatform platform)
{
    private const int PageLimit = 100;

    public Answer List(CallRequest request)
    {
        if (!PostmartQuery.TryRead(request, PageLimit, ["shopCode", "itemCodes", "updatedFrom"], out var query)
            || !request.Parameters.TryGetValue("shopCode", out var shop))
        {
            return PostmartAnswers.BadRequest("Tham số truy vấn không hợp lệ.");
        }

        if (platform.State.Shops.Find(shop) is null)
        {
            return PostmartShops.NotFound(shop);
        }

        var codes = request.Parameters.TryGetValue("itemCodes", out var text) && text.Length > 0 ? text.Split(',').ToHashSet() : null;
        var found = platform.State.ItemsOf(shop)
            .Where(i => i.VisibleAt <= platform.Now)
            .Where(i => codes is null || codes.Contains(i.Content.ItemCode))
            .Where(i => query.UpdatedFrom is null || i.UpdatedAt >= query.UpdatedFrom)
            .OrderBy(i => i.UpdatedAt).ThenBy(i => i.ProductId, StringComparer.Ordinal)
            .ToList();
        return PostmartAnswers.Ok(new { total = found.Count, items = query.Page(found).Select(i => Row(i, request.UnknownStatus)) });
    }

    public string? UrlOf(PostmartItem item) => item.Status is PostmartStatus.OnSale or PostmartStatus.SoldOut
        ? $"{platform.BaseUrl}/p/{Slug.Of(item.Content.Name)}-{item.ProductId}.html"
        : null;

    private object Row(PostmartItem item, bool unknown)
    {
        var status = unknown ? PostmartStatus.Unknown : item.Status;
        return new
        {
            itemCode = item.Content.ItemCode,
            productId = item.ProductId,
            status,
            statusName = PostmartStatus.Name(status),
            pendingReview = item.Pending is not null,
            rejectReasons = item.RejectReasons,
            price = item.Price,
            salePrice = item.SalePrice,
            quantity = item.Quantity,
            name = item.Content.Name,
            updatedDate = Hanoi.Text(item.UpdatedAt),
            url = UrlOf(item)
        };
    }
}
