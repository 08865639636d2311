using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.WooCommerce;

/// <summary>What the shop holds after a write beside what was sent.</summary>
internal static class WooCommerceReadBack
{
    /// <summary>The first difference, the worst first; null: the product is as it was sent.</summary>
    public static PlatformReason? Difference(WooCommerceItem sent, WooCommerceProduct row)
    {
        if (sent.RegularPrice is { } price && WooCommerceText.Price(row.RegularPrice) != WooCommerceText.Price(price))
        {
            return Of("price", $"regular_price: {price} -> {row.RegularPrice}");
        }

        if (sent.SalePrice is { } sale && WooCommerceText.Price(row.SalePrice) != WooCommerceText.Price(sale))
        {
            return Of("salePrice", $"sale_price: {sale} -> {row.SalePrice}");
        }

        if (sent.StockQuantity is { } stock && (row.ManageStock != true || row.StockQuantity != stock))
        {
            return Of("stock", $"stock_quantity: {stock} -> {row.StockQuantity}");
        }

        if (sent.Status is { } status && row.Status != status)
        {
            return Of("state", $"status: {status} -> {row.Status}");
        }

        return Content(sent, row);
    }

    private static PlatformReason? Content(WooCommerceItem sent, WooCommerceProduct row)
    {
        if (sent.Categories is [var category, ..] && row.Categories?.Any(c => c?.Id == category.Id) != true)
        {
            return Of("category", $"categories: {category.Id} -> {string.Join(", ", (row.Categories ?? []).Select(c => WooCommerceText.Name(c?.Name)))}");
        }

        if (sent.Name is { } name && WooCommerceText.Name(row.Name) != WooCommerceText.Name(name))
        {
            return Of("title", $"name: {row.Name}");
        }

        if (sent.Description is { } text && WooCommerceText.Words(row.Description) != WooCommerceText.Words(text))
        {
            return Of("description", "description: the text was changed by the shop");
        }

        return sent.Images is { } images && row.Images?.Count != images.Count
            ? Of("images", $"images: {images.Count} -> {row.Images?.Count ?? 0}")
            : null;
    }

    private static PlatformReason Of(string field, string message) => new($"{WooCommerceErrors.Differs}_{field}", field, message);
}
