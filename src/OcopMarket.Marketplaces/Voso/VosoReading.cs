using System.Globalization;
using OcopMarket.Core.Marketplaces;
using RestSharp;

namespace OcopMarket.Marketplaces.Voso;

/// <summary>The shop and its products as the platform reports them. The list lags up to 45 s; the detail does not.</summary>
internal sealed class VosoReading(VosoClient client, ErrorDictionary dictionary)
{
    private const int PageSize = 50;

    public async Task<AccountCheck> CheckAccountAsync(SellerSession shop, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.ReadAsync<VosoMerchant>(new RestRequest("/v2/merchant/info"), shop.AccessToken, cancellationToken);
            return new(
                VosoStatus.ShopToCanonical(answer.State), answer.State ?? "", answer.MerchantName, null, answer.IdentityVerified,
                answer.TotalProduct,
                answer.MerchantId is { } id && id != shop.ExternalShopId
                    ? new(VosoErrors.ShopDiffers, "account", $"The login is of shop {id}, the account is {shop.ExternalShopId}.")
                    : null);
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected)
        {
            return new(VosoStatus.ShopOf(e.PlatformCode), e.PlatformCode, null, null, null, null, new(e.PlatformCode, "account", e.Detail));
        }
    }

    /// <summary>The list reaches every state but DELETED, which frees the SKU for us.</summary>
    public async Task<IReadOnlyList<SeenItem>> LookUpAsync(
        SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken)
    {
        if (sellerSkus.Count == 0)
        {
            return [];
        }

        var sku = sellerSkus.Count == 1 ? sellerSkus[0] : throw OneOnly();
        var page = await ListAsync(shop, new() { Page = 0, PageSize = PageSize, MerchantSku = sku }, cancellationToken);
        return [.. page.Items!.Where(i => i.MerchantSku == sku).Select(ToSeen)];
    }

    public async Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(
        SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var item = items.Count == 1 ? items[0] : throw OneOnly();
        return item.ExternalId is { Length: > 0 } id
            ? [await DetailAsync(shop, item, id, cancellationToken)]
            : await LookUpAsync(shop, [item.SellerSku], cancellationToken);
    }

    public async Task<SeenPage> ReadChangedAsync(
        SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        var number = page is null ? 0 : int.Parse(page, NumberStyles.None, CultureInfo.InvariantCulture);
        var query = new VosoListQuery { Page = number, PageSize = PageSize, UpdatedFrom = since.ToUnixTimeMilliseconds() };
        var answer = await ListAsync(shop, query, cancellationToken);
        var last = answer.Items!.Count == 0 || (number + 1L) * PageSize >= answer.Total;
        return new([.. answer.Items.Select(ToSeen)], last ? null : (number + 1).ToString(CultureInfo.InvariantCulture));
    }

    private async Task<SeenItem> DetailAsync(SellerSession shop, KnownItem item, string id, CancellationToken cancellationToken)
    {
        var request = new RestRequest("/v2/product/detail").AddQueryParameter("PRODUCT_ID", id);
        try
        {
            var row = await client.ReadAsync<VosoListed>(request, shop.AccessToken, cancellationToken);
            return row.ProductId == id ? ToSeen(row) : throw Unreadable();
        }
        catch (MarketplaceException e) when (e.PlatformCode == VosoErrors.Code(VosoErrors.NotFound))
        {
            return new() { ExternalId = id, SellerSku = item.SellerSku, Status = SeenStatus.Removed, StatusRaw = e.PlatformCode, Absent = true };
        }
    }

    private async Task<VosoListPage> ListAsync(SellerSession shop, VosoListQuery query, CancellationToken cancellationToken)
    {
        var page = await client.ReadAsync<VosoListPage>(VosoClient.Json("/v2/product/list", query), shop.AccessToken, cancellationToken);
        return page is { Items: { } items, Total: not null } && items.All(i => i?.ProductId is not null) ? page : throw Unreadable();
    }

    private SeenItem ToSeen(VosoListed row) => new()
    {
        ExternalId = row.ProductId!,
        SellerSku = row.MerchantSku ?? "",
        Status = VosoStatus.ToCanonical(row.State, row.Quantity),
        StatusRaw = row.State ?? "",
        Reasons = Reasons(row.Reason),
        Title = row.ProductName,
        PriceVnd = row.Price,
        SalePriceVnd = row.DiscountPrice is > 0 ? row.DiscountPrice : null,
        StockUnits = row.Quantity is { } quantity ? (int)quantity : null,
        Url = row.Url,
        ChangedAt = row.UpdatedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
    };

    /// <summary>Free text, several reasons separated by semicolons, each known by how it begins.</summary>
    private IReadOnlyList<PlatformReason> Reasons(string? text)
    {
        var parts = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. parts.Select(part => (Part: part, Match: dictionary.Find(null, part)))
            .Select(r => new PlatformReason(r.Match.Key, r.Match.Known ? r.Match.Entry.Field : null, r.Part))];
    }

    private static MarketplaceException OneOnly() =>
        new(VosoAdapter.VosoKey, FailureKind.Misconfigured, "batch_size", "Voso answers for one product a call.");

    private static MarketplaceException Unreadable() =>
        new(VosoAdapter.VosoKey, FailureKind.Transient, "unreadable", "The answer lacks TOTAL, ITEMS or PRODUCT_ID.");
}
