using System.Globalization;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>An item's and its SKU's id as we keep them: <c>ITEM-SKU</c>. The platform asks for both with every change.</summary>
internal sealed record LazadaId(string Item, string? Sku)
{
    public static LazadaId? Of(string? text) => text?.Split('-') switch
    {
        [{ } item] when IsNumber(item) => new(item, null),
        [{ } item, { } sku] when IsNumber(item) && IsNumber(sku) => new(item, sku),
        _ => null,
    };

    public override string ToString() => Sku is null ? Item : $"{Item}-{Sku}";

    private static bool IsNumber(string text) => text.Length is > 0 and <= 20 && text.All(char.IsAsciiDigit);
}

/// <summary>The shop and its items as the platform reports them. One product may hold several SKUs, each an item of ours.</summary>
internal sealed class LazadaReading(LazadaClient client, ErrorDictionary dictionary)
{
    /// <summary>Most products of one page.</summary>
    public const int PageSize = 50;

    /// <summary>Codes of one look-up: fewer than the page holds, for one code may have several products.</summary>
    public const int MostCodes = 20;

    private const int LastOffset = 10_000;

    public static async Task<ConsentedShop> LookAsync(LazadaClient client, SellerLogin? app, SellerSession shop, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await client.ReadAsync(shop, "/seller/get", [], cancellationToken, app);
            var status = LazadaJson.Text(seen, "status");
            bool? verified = LazadaJson.Field(seen, "verified") switch
            {
                { ValueKind: JsonValueKind.True } => true,
                { ValueKind: JsonValueKind.False } => false,
                { ValueKind: JsonValueKind.String } text when bool.TryParse(text.GetString(), out var said) => said,
                _ => null,
            };
            return new(
                new(LazadaStatus.ShopToCanonical(status, verified), verified == false ? $"{status} unverified" : status ?? "", LazadaJson.Text(seen, "name"), null, verified, null, null),
                null);
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected)
        {
            return new(new(LazadaStatus.ShopOf(e.PlatformCode), e.PlatformCode, null, null, null, null, new(e.PlatformCode, "account", e.Detail)), null);
        }
    }

    /// <summary>In the list of all states; what was deleted is not in it.</summary>
    public async Task<IReadOnlyList<SeenItem>> LookUpAsync(SellerSession shop, IReadOnlyList<string> sellerSkus, CancellationToken cancellationToken)
    {
        if (sellerSkus.Count == 0)
        {
            return [];
        }

        if (sellerSkus.Count > MostCodes)
        {
            throw Broken("batch_size", $"A look-up takes at most {MostCodes} codes, not {sellerSkus.Count}.");
        }

        var (rows, total) = await ListAsync(
            shop, [("sku_seller_list", JsonSerializer.Serialize(sellerSkus, LazadaJson.Options)), ("limit", Text(PageSize))], cancellationToken);
        return total > rows.Count
            ? throw new MarketplaceException(
                LazadaAdapter.LazadaKey, FailureKind.Rejected, "incomplete", "One page does not hold all items of these codes, so absence cannot be told.")
            : [.. rows.SelectMany(ToSeen).Where(i => sellerSkus.Contains(i.SellerSku, StringComparer.Ordinal))];
    }

    /// <summary>By its id: the platform tells of a deleted one too, and of one whose code was changed over there.</summary>
    public async Task<IReadOnlyList<SeenItem>> ReadStatusesAsync(SellerSession shop, IReadOnlyList<KnownItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var item = items.Count == 1 ? items[0] : throw Broken("batch_size", "Lazada is asked for one item a call.");
        if (LazadaId.Of(item.ExternalId) is not { } id)
        {
            return item.ExternalId is null ? await LookUpAsync(shop, [item.SellerSku], cancellationToken) : [Gone(item, "", absent: true)];
        }

        try
        {
            var product = await client.ReadAsync(shop, "/product/item/get", [("item_id", id.Item)], cancellationToken);
            var seen = ToSeen(product).ToList();
            var found = seen.FirstOrDefault(s => id.Sku is null ? s.SellerSku == item.SellerSku : s.ExternalId == id.ToString())
                ?? (id.Sku is null && seen.Count == 1 ? seen[0] : null);
            return LazadaJson.Text(product, "item_id") == id.Item
                ? [found ?? Gone(item, LazadaJson.Text(product, "status") ?? "", absent: false)] // the product stands without this SKU
                : throw Unreadable();
        }
        catch (MarketplaceException e) when (e.Kind == FailureKind.Rejected && LazadaErrors.IsAbsent(e.PlatformCode))
        {
            return [Gone(item, e.PlatformCode, absent: true)];
        }
    }

    /// <summary>The documents do not say in which order a list comes. So no item tells when it changed: whoever reads on goes by the page, and never
    /// past an item that he has not seen.</summary>
    public async Task<SeenPage> ReadChangedAsync(SellerSession shop, DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        var offset = int.Parse(page ?? "0", NumberStyles.None, CultureInfo.InvariantCulture);
        if (offset > LastOffset)
        {
            throw new MarketplaceException(
                LazadaAdapter.LazadaKey, FailureKind.Rejected, "incomplete", $"The platform lists no more than {LastOffset} changed items in one go.");
        }

        List<(string, string)> given = [("offset", Text(offset)), ("limit", Text(PageSize))];
        if (since > DateTimeOffset.UnixEpoch)
        {
            given.Add(("update_after", since.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss'+0000'", CultureInfo.InvariantCulture)));
        }

        var (rows, total) = await ListAsync(shop, given, cancellationToken);
        return new([.. rows.SelectMany(ToSeen)], rows.Count > 0 && offset + rows.Count < total ? Text(offset + rows.Count) : null);
    }

    private async Task<(IReadOnlyList<JsonElement> Rows, decimal Total)> ListAsync(
        SellerSession shop, IReadOnlyList<(string, string)> given, CancellationToken cancellationToken)
    {
        var answer = await client.ReadAsync(shop, "/products/get", [("filter", "all"), .. given], cancellationToken);
        var total = LazadaJson.Number(answer, "total_products");
        var rows = LazadaJson.List(answer, "products") ?? (total == 0 ? [] : throw Unreadable());
        return rows.All(r => LazadaId.Of(LazadaJson.Text(r, "item_id")) is not null) && total is not null ? (rows, total.Value) : throw Unreadable();
    }

    private IEnumerable<SeenItem> ToSeen(JsonElement product)
    {
        var (item, status, subStatus) = (LazadaJson.Text(product, "item_id"), LazadaJson.Text(product, "status"), LazadaJson.Text(product, "sub_status"));
        var attributes = LazadaJson.Field(product, "attributes");
        var reasons = (LazadaJson.List(product, "reject_reason") ?? []).Select(Reason).ToList();
        foreach (var sku in LazadaJson.List(product, "skus") ?? [])
        {
            var stock = LazadaJson.Number(sku, "quantity") ?? LazadaJson.Number(sku, "available");
            var seen = LazadaStatus.OfSku(LazadaStatus.ToCanonical(status, subStatus, stock), LazadaJson.Text(sku, "status"));
            var (price, special) = (LazadaJson.Number(sku, "price"), LazadaJson.Number(sku, "special_price"));
            yield return new()
            {
                ExternalId = new LazadaId(item ?? "", LazadaJson.Text(sku, "sku_id")).ToString(),
                SellerSku = LazadaJson.Text(sku, "seller_sku") ?? "",
                Status = seen,
                StatusRaw = LazadaStatus.Raw(status, subStatus),
                Reasons = reasons,
                Title = LazadaJson.Text(attributes, "name"),
                PriceVnd = price,
                SalePriceVnd = special > 0 && special < price ? special : null, // 0 where there is none
                StockUnits = stock is { } units ? (int)Math.Clamp(units, int.MinValue, int.MaxValue) : null,
                Url = seen is SeenStatus.Live or SeenStatus.OutOfStock ? LazadaJson.Text(sku, "url") : null,
            };
        }
    }

    private PlatformReason Reason(JsonElement reason)
    {
        var (detail, suggestion) = (LazadaJson.Text(reason, "violation_detail"), LazadaJson.Text(reason, "suggestion"));
        var match = dictionary.Find(null, detail);
        return new(
            match.Known ? match.Key : LazadaAdapter.ReviewRefused, match.Known ? match.Entry.Field : null,
            string.Join(". ", new[] { detail?.TrimEnd('.'), suggestion }.Where(t => !string.IsNullOrWhiteSpace(t))));
    }

    private static SeenItem Gone(KnownItem item, string raw, bool absent) => new()
    {
        ExternalId = item.ExternalId!,
        SellerSku = item.SellerSku,
        Status = SeenStatus.Removed,
        StatusRaw = raw,
        Absent = absent,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static MarketplaceException Broken(string code, string detail) => new(LazadaAdapter.LazadaKey, FailureKind.Misconfigured, code, detail);

    private static MarketplaceException Unreadable() =>
        new(LazadaAdapter.LazadaKey, FailureKind.Transient, "unreadable", "The answer lacks its list, its count or an item's id.");
}
