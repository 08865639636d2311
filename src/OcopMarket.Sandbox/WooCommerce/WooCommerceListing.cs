using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>What a shop tells about its products and categories.</summary>
internal sealed class WooCommerceListing(WooCommercePlatform platform)
{
    private static readonly string[] Orders = ["date", "id", "modified", "title"];
    private static readonly TimeSpan SiteOffset = TimeSpan.FromHours(7);

    private WooCommerceState State => platform.State;

    public Answer Get(WooShop shop, long id, CallRequest request) => State.Product(shop.Slug, id) is { } product
        ? WooCommerceAnswers.Json(200, Fields(Row(product, request.UnknownStatus), request))
        : WooError.NoSuchProduct.ToAnswer();

    public Answer List(WooShop shop, CallRequest request)
    {
        var given = request.Parameters;
        if (Page(given, out var page, out var size) is { } fault)
        {
            return fault.ToAnswer();
        }

        if (given.TryGetValue("orderby", out var order) && !Orders.Contains(order))
        {
            return WooError.InvalidParameter("orderby", "rest_not_in_enum", $"orderby is not one of {string.Join(", ", Orders)}.").ToAnswer();
        }

        var since = default(DateTimeOffset?);
        if (given.TryGetValue("modified_after", out var text))
        {
            if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            {
                return WooError.InvalidParameter("modified_after", "rest_invalid_date", "Invalid date.").ToAnswer();
            }

            // By the site's own clock, unless the caller says otherwise.
            since = new DateTimeOffset(DateTime.SpecifyKind(clock, DateTimeKind.Unspecified), given.GetValueOrDefault("dates_are_gmt") == "true" ? TimeSpan.Zero : SiteOffset);
        }

        var found = Ordered(State.ProductsOf(shop.Slug).Where(p => Fits(p, given, since)), order ?? "date", given.GetValueOrDefault("order") == "asc").ToList();
        var rows = found.Skip((page - 1) * size).Take(size).Select(p => Fields(Row(p, request.UnknownStatus), request));
        return Paged(new JsonArray([.. rows]), found.Count, page, size, request);
    }

    public Answer Categories(WooShop shop, CallRequest request)
    {
        var given = request.Parameters;
        if (Page(given, out var page, out var size) is { } fault)
        {
            return fault.ToAnswer();
        }

        var found = State.CategoriesOf(shop.Slug)
            .Where(c => !given.TryGetValue("parent", out var parent) || WooCommerceState.IdText(c.Parent) == parent)
            .OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        return Paged(new JsonArray([.. found.Skip((page - 1) * size).Take(size).Select(Row)]), found.Count, page, size, request);
    }

    public static JsonObject Row(WooCategory category) => new()
    {
        ["id"] = category.Id,
        ["name"] = category.Name,
        ["slug"] = category.Slug,
        ["parent"] = category.Parent
    };

    /// <summary>The whole product.</summary>
    public JsonObject Row(WooProduct product, bool unknownStatus = false) => new()
    {
        ["id"] = product.Id,
        ["name"] = product.Name,
        ["slug"] = product.Status == WooCommerceStatus.Draft ? "" : SlugOf(product),
        ["permalink"] = UrlOf(product),
        ["date_modified_gmt"] = product.ModifiedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        ["type"] = product.Type,
        ["status"] = unknownStatus ? WooCommerceStatus.Unknown : product.Status,
        ["description"] = product.Description,
        ["sku"] = product.Sku,
        ["price"] = product.Price,
        ["regular_price"] = product.RegularPrice,
        ["sale_price"] = product.SalePrice,
        ["manage_stock"] = product.ManageStock,
        ["stock_quantity"] = product.StockQuantity,
        ["stock_status"] = product.InStock ? "instock" : "outofstock",
        ["categories"] = new JsonArray([.. product.Categories.Select(c => State.Categories.Find(WooCommerceState.IdText(c))!).Select(c => new JsonObject
        {
            ["id"] = c.Id,
            ["name"] = c.Name,
            ["slug"] = c.Slug
        })]),
        ["images"] = new JsonArray([.. product.Images.Select(i => State.Images.Find(WooCommerceState.IdText(i))!).Select(i => new JsonObject
        {
            ["id"] = i.Id,
            ["src"] = $"{platform.BaseUrl}/{i.Shop}/wp-content/uploads/{i.Id}.jpg",
            ["alt"] = i.Alt
        })])
    };

    public string UrlOf(WooProduct product) => $"{platform.BaseUrl}/{product.Shop}/{SlugOf(product)}-{product.Id}.html";

    private static string SlugOf(WooProduct product) => Slug.Of(WebUtility.HtmlDecode(product.Name));

    private static bool Fits(WooProduct product, IReadOnlyDictionary<string, string> given, DateTimeOffset? since) =>
        (given.GetValueOrDefault("status", "any") is var status && status == "any" ? product.Status != WooCommerceStatus.Trash : product.Status == status)
        && (!given.TryGetValue("sku", out var sku) || sku.Split(',').Contains(product.Sku))
        && (!given.TryGetValue("include", out var ids) || ids.Split(',').Contains(WooCommerceState.IdText(product.Id)))
        && (since is null || Second(product.ModifiedAt) > since);

    /// <summary>The software keeps whole seconds.</summary>
    private static DateTimeOffset Second(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static IEnumerable<WooProduct> Ordered(IEnumerable<WooProduct> products, string by, bool ascending)
    {
        var rising = by switch
        {
            "modified" => products.OrderBy(p => p.ModifiedAt.ToUnixTimeSeconds()).ThenBy(p => p.Id),
            "title" => products.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Id),
            "id" => products.OrderBy(p => p.Id),
            _ => products.OrderBy(p => p.CreatedAt.ToUnixTimeSeconds()).ThenBy(p => p.Id)
        };
        return ascending ? rising : rising.Reverse();
    }

    private static WooError? Page(IReadOnlyDictionary<string, string> given, out int page, out int size)
    {
        page = Number(given, "page", 1);
        size = Number(given, "per_page", 10);
        return size is < 1 or > 100
            ? WooError.InvalidParameter("per_page", "rest_out_of_bounds", "per_page must be between 1 (inclusive) and 100 (inclusive)")
            : page < 1 ? WooError.InvalidParameter("page", "rest_out_of_bounds", "page must be greater than or equal to 1") : null;
    }

    private static int Number(IReadOnlyDictionary<string, string> given, string name, int usual) =>
        !given.TryGetValue(name, out var text) ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static JsonObject Fields(JsonObject row, CallRequest request)
    {
        if (request.Parameters.TryGetValue("_fields", out var wanted))
        {
            var names = wanted.Split(',').Append("id").ToHashSet(StringComparer.Ordinal);
            foreach (var name in row.Select(p => p.Key).Where(k => !names.Contains(k)).ToList())
            {
                row.Remove(name);
            }
        }

        return row;
    }

    private Answer Paged(JsonArray rows, int total, int page, int size, CallRequest request)
    {
        var pages = (total + size - 1) / size;
        var headers = new Dictionary<string, string>
        {
            ["X-WP-Total"] = total.ToString(CultureInfo.InvariantCulture),
            ["X-WP-TotalPages"] = pages.ToString(CultureInfo.InvariantCulture)
        };
        if (page < pages)
        {
            var rest = request.Parameters.Where(p => p.Key != "page" && !p.Key.StartsWith("oauth_", StringComparison.Ordinal))
                .Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}").Append($"page={page + 1}");
            headers["Link"] = $"<{platform.BaseUrl}{request.Path}?{string.Join('&', rest)}>; rel=\"next\"";
        }

        return WooCommerceAnswers.Json(200, rows) with { Headers = headers };
    }
}
