using System.Globalization;
using System.Net;
using System.Text;

namespace OcopMarket.Sandbox.Common;

/// <summary>Shops and items as a buyer would see them: what is on sale, and nothing else but counts.</summary>
internal static class BuyerPage
{
    private static readonly CultureInfo Vietnamese = CultureInfo.GetCultureInfo("vi-VN");

    /// <summary>The public page behind an item's address; null when nothing is on sale there.</summary>
    public static (byte[] Bytes, string ContentType)? Of(Platform platform, string path)
    {
        if ((!path.EndsWith(".html", StringComparison.Ordinal) && !path.StartsWith("/product/", StringComparison.Ordinal))
            || platform.Items.FirstOrDefault(i => i.Url == platform.BaseUrl + path) is not { } item)
        {
            return null;
        }

        var page = Head(platform).Append("<ul>");
        Item(page, item);
        return (Encoding.UTF8.GetBytes(page.Append("</ul></body></html>\n").ToString()), "text/html; charset=utf-8");
    }

    public static string Render(Platform platform)
    {
        var items = platform.Items.ToLookup(i => i.Shop);
        var page = Head(platform);
        foreach (var shop in platform.Shops)
        {
            Shop(page, shop, [.. items[shop.Id]]);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static StringBuilder Head(Platform platform)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{{Text(platform.Name)}} (mô phỏng)</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #222 }
            .note { background: #fff6d6; padding: .5rem 1rem; border-left: 4px solid #d9a400 }
            ul { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)) }
            li { border: 1px solid #ccc; border-radius: 6px; padding: .75rem } img { width: 100%; height: 9rem; object-fit: cover }
            .price { font-weight: 600 } .was { text-decoration: line-through; color: #666 } .quiet { color: #555 }
            </style></head><body>
            <h1>{{Text(platform.Name)}}</h1>
            <p class="note">Đây là sàn mô phỏng để thử nghiệm, không phải sàn thật.</p>

            """);
        return page;
    }

    private static void Shop(StringBuilder page, ShopView shop, IReadOnlyList<ItemView> items)
    {
        var live = items.Where(i => i.Live).ToList();
        page.Append(CultureInfo.InvariantCulture, $"<section><h2>{Text(shop.Name)}</h2>\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p class=\"quiet\">Mã {Text(shop.Id)}, tình trạng: {Text(shop.Status)}, đang bán {live.Count} trên {items.Count} mặt hàng.</p>\n<ul>");
        live.ForEach(i => Item(page, i));
        page.Append("</ul></section>\n");
    }

    private static void Item(StringBuilder page, ItemView item)
    {
        page.Append("<li>");
        if (item.Images.Count > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<img src=\"{Text(item.Images[0])}\" alt=\"\" loading=\"lazy\">");
        }

        page.Append(CultureInfo.InvariantCulture, $"<div>{Text(item.Name)}</div><div class=\"price\">{Dong(item.SalePrice ?? item.Price)}");
        if (item.SalePrice is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $" <span class=\"was\">{Dong(item.Price)}</span>");
        }

        page.Append("</div>");
        if (item.Stars is { } stars)
        {
            page.Append(CultureInfo.InvariantCulture, $"<div>OCOP {stars} sao</div>");
        }

        page.Append(item.Quantity > 0 ? $"<div class=\"quiet\">Còn {item.Quantity.ToString("N0", Vietnamese)}</div></li>" : "<div>Hết hàng</div></li>");
    }

    private static string Dong(long price) => price.ToString("N0", Vietnamese) + " ₫";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
