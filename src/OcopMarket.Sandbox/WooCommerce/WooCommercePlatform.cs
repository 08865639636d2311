using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>Shops on WooCommerce, REST API <c>wc/v3</c>, each in a folder of this server: which call is which, whose shop it is, who may
/// call. A shop has no number, its address is its name.</summary>
internal sealed class WooCommercePlatform : Platform
{
    public const string Uncategorized = "uncategorized";
    private const string Api = "/wp-json/wc/v3";

    public WooCommercePlatform(PlatformContext context)
        : base(context)
    {
        State = new WooCommerceState(Store);
        Listing = new WooCommerceListing(this);
        Products = new WooCommerceProducts(this);
        Pictures = new WooCommercePictures(this);
        Hooks = new WooCommerceHooks(this);
    }

    public override string Key => "woocommerce";
    public override string Name => "WooCommerce";

    /// <summary>Keys are made by each shop's owner; there is no partner.</summary>
    public override SandboxApplication Application { get; } = new("", "");
    public WooCommerceState State { get; }
    public WooCommerceListing Listing { get; }
    public WooCommerceProducts Products { get; }
    public WooCommercePictures Pictures { get; }
    public WooCommerceHooks Hooks { get; }

    public override IEnumerable<ShopView> Shops => State.Shops.All.Select(ViewOf);

    public override IEnumerable<ItemView> Items => State.Products.All.Select(p => new ItemView(
        WooCommerceState.IdText(p.Id), IdOf(p.Shop), p.Sku, WebUtility.HtmlDecode(p.Name), p.Gone ? "deleted" : p.Status)
    {
        Live = !p.Gone && p.Status == WooCommerceStatus.Publish,
        Deleted = p.Gone || p.Status == WooCommerceStatus.Trash,
        Price = Dong(p.RegularPrice) ?? 0,
        SalePrice = Dong(p.SalePrice),
        Quantity = p.StockQuantity ?? 0,
        Images = [.. p.Images.Select(i => State.Images.Find(WooCommerceState.IdText(i))!.Source)],
        Url = !p.Gone && p.Status == WooCommerceStatus.Publish ? Listing.UrlOf(p) : null,
        Raw = p
    });

    public override Task WorkAsync(CancellationToken cancellationToken) => Hooks.SendDueAsync(cancellationToken);

    public override async Task<CallRequest> ReceiveAsync(CallRequest request, CancellationToken cancellationToken) =>
        Settings.FetchImages && request.Method is "POST" or "PUT" && Match(request) is { Writes: true }
            ? request with { Fetched = await Pictures.FetchAsync(request.Json, cancellationToken) }
            : request;

    /// <summary>Active: a key that its owner took back is made anew. New: the key may only read. Locked: the hoster has shut the shop.
    /// Closed: nothing is left of it.</summary>
    public override ShopView OpenShop(SandboxShopSeed shop, string state)
    {
        var row = State.ShopByPhone(shop.Phone) ?? Begun(shop);
        if (row.KeyEnded && state == "active")
        {
            row = WithKey(row with { KeyEnded = false }, $"{shop.Phone}/{Store.Calls.Count}");
        }

        return ViewOf(State.Shops.Put(row with
        {
            Status = state switch
            {
                "active" => "active",
                "new" => "read-only",
                "locked" => "suspended",
                "closed" => "gone",
                _ => throw new ArgumentException($"'{state}' is not new, active, locked or closed.", nameof(state))
            }
        }));
    }

    /// <summary>What the shop's owner does at his own screen: publish, back to a draft, private, or a status of some extension.</summary>
    public override bool Moderate(string item, string verdict, string? reason)
    {
        if (State.Products.Find(item) is not { Gone: false } product)
        {
            return false;
        }

        Products.SetStatus(product, verdict switch
        {
            "approve" => WooCommerceStatus.Publish,
            "reject" => WooCommerceStatus.Draft,
            "lock" => WooCommerceStatus.Private,
            "unknown" => WooCommerceStatus.Unknown,
            _ => throw new ArgumentException($"'{verdict}' is not approve, reject, lock or unknown.", nameof(verdict))
        });
        return true;
    }

    /// <summary>A key may travel in the query.</summary>
    protected override string Logged(CallRequest request)
    {
        var rest = request.Parameters.Where(p => !p.Key.StartsWith("oauth_", StringComparison.Ordinal)).Select(p => $"{p.Key}={p.Value}").ToList();
        return rest.Count == 0 ? request.Path : $"{request.Path}?{string.Join('&', rest)}";
    }

    protected override Call? Match(CallRequest request) => Route(request) is not { } route ? null : (request.Method, route.Parts) switch
    {
        ("GET", ["products"]) => new Call("list", false),
        ("POST", ["products"]) => new Call("create", true),
        ("POST", ["products", "batch"]) => new Call(BatchName(request.Json), true),
        ("GET", ["products", "categories"]) => new Call("categories", false),
        ("POST", ["products", "categories"]) => new Call("category-create", false),
        ("GET", ["products", var id]) when IsId(id) => new Call("get", false),
        ("PUT", ["products", var id]) when IsId(id) => new Call("update", true),
        ("DELETE", ["products", var id]) when IsId(id) => new Call("delete", true),
        ("POST", ["webhooks"]) => new Call("webhook-create", false),
        ("GET", ["webhooks"]) => new Call("webhooks", false),
        _ => null
    };

    protected override Addressee AddresseeOf(CallRequest request)
    {
        if (Route(request) is not { } route)
        {
            return Addressee.None;
        }

        var body = request.Json;
        var skus = Peek.Texts(body, "create", "sku").Concat(Peek.Text(body, "sku") is { } sku ? [sku] : []);
        var ids = Peek.List(body, "update").Select(u => Peek.Number(u, "id")).OfType<long>()
            .Concat(Peek.List(body, "delete").Where(d => d.ValueKind == JsonValueKind.Number).Select(d => d.GetInt64()))
            .Concat(route.Parts is ["products", var id] && IsId(id) ? [IdOfText(id)] : []);
        var named = ids.Select(i => State.Product(route.Shop, i)?.Sku).OfType<string>();
        return new Addressee(State.Shops.Find(route.Shop) is null ? null : IdOf(route.Shop), [.. skus.Concat(named)]);
    }

    protected override Answer Handle(Call call, CallRequest request)
    {
        if (Route(request) is not { } route || State.Shops.Find(route.Shop) is not { Status: not "gone" } shop)
        {
            return Answer.Html(404, "Not Found");
        }

        if (shop.Status == "suspended")
        {
            return Answer.Html(503, "Service Unavailable");
        }

        if (!request.Late && !Buckets.Take(Now, ($"shop:{shop.Slug}", Settings.ShopCallsPerSecond)))
        {
            return WooCommerceAnswers.TooMany(null, breach: true);
        }

        return call.Name == "unknown"
            ? new WooError(404, "rest_no_route", "No route was found matching the URL and request method.").ToAnswer()
            : WooCommerceKeys.Refusal(shop, request, request.Method != "GET", BaseUrl, Now) ?? Act(call, shop, route.Parts, request);
    }

    protected override Answer TooMany(int? retryAfter, bool breach) => WooCommerceAnswers.TooMany(retryAfter, breach);

    protected override Answer ServerError(int? http) => Answer.Html(http ?? 500, http is null ? "Internal Server Error" : "Service Unavailable");

    protected override void EndToken(string token)
    {
        if (WooCommerceKeys.KeyOf(token) is { } key && State.Shops.All.FirstOrDefault(s => s.Key == key) is { } shop)
        {
            State.Shops.Put(shop with { KeyEnded = true });
        }
    }

    protected override void AdvanceReviews()
    {
        // Nobody reviews what an owner puts into his own shop.
    }

    protected override void Close()
    {
        Pictures.Dispose();
        Hooks.Dispose();
    }

    private Answer Act(Call call, WooShop shop, string[] parts, CallRequest request) => (request.Method, parts) switch
    {
        _ when request.UnknownError && !call.Writes => WooCommerceAnswers.UnknownError().ToAnswer(),
        ("GET", ["products"]) => Listing.List(shop, request),
        ("POST", ["products"]) => Products.Create(shop, request),
        ("POST", ["products", "batch"]) => Products.Batch(shop, request),
        ("GET", ["products", "categories"]) => Listing.Categories(shop, request),
        ("POST", ["products", "categories"]) => CreateCategory(shop, request),
        ("GET", ["products", var id]) => Listing.Get(shop, IdOfText(id), request),
        ("PUT", ["products", var id]) => Products.Update(shop, IdOfText(id), request),
        ("DELETE", ["products", var id]) => Products.Delete(shop, IdOfText(id), request),
        ("POST", ["webhooks"]) => Hooks.Create(shop, request),
        ("GET", ["webhooks"]) => Hooks.List(shop),
        _ => throw new InvalidOperationException($"The call '{call.Name}' has no answer.")
    };

    private Answer CreateCategory(WooShop shop, CallRequest request)
    {
        var (name, parent) = (Peek.Text(request.Json, "name"), Peek.Number(request.Json, "parent") ?? 0);
        if (string.IsNullOrWhiteSpace(name))
        {
            return WooError.InvalidParameter("name", "rest_missing_callback_param", "name is a required property.").ToAnswer();
        }

        var kept = WooCommerceText.Name(name);
        if (State.CategoriesOf(shop.Slug).FirstOrDefault(c => c.Parent == parent && string.Equals(c.Name, kept, StringComparison.OrdinalIgnoreCase)) is { } standing)
        {
            return new WooError(
                400, "term_exists", "A term with the name provided already exists with this parent.",
                new JsonObject { ["resource_id"] = standing.Id }).ToAnswer();
        }

        var category = State.Categories.Put(new WooCategory(State.NextTerm, shop.Slug, kept, Peek.Text(request.Json, "slug") ?? Slug.Of(name), parent));
        return WooCommerceAnswers.Json(201, WooCommerceListing.Row(category));
    }

    /// <summary>The shop's folder and what follows the API's own path.</summary>
    private static (string Shop, string[] Parts)? Route(CallRequest request)
    {
        var at = request.Path.IndexOf(Api, StringComparison.Ordinal);
        return at > 1 && request.Path.IndexOf('/', 1) == at
            ? (request.Path[1..at], request.Path[(at + Api.Length)..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            : null;
    }

    /// <summary>A batch that does one thing is called after it.</summary>
    private static string BatchName(JsonElement body) =>
        (Peek.List(body, "create").Count > 0, Peek.List(body, "update").Count > 0, Peek.List(body, "delete").Count > 0) switch
        {
            (true, false, false) => "create",
            (false, true, false) => "update",
            (false, false, true) => "delete",
            _ => "batch"
        };

    private static bool IsId(string text) => text.Length is > 0 and < 19 && text.All(char.IsAsciiDigit);

    private static long IdOfText(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static long? Dong(string price) =>
        decimal.TryParse(price, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dong) ? (long)dong : null;

    private WooShop Begun(SandboxShopSeed shop)
    {
        var slug = shop.Id ?? Slug.Of(shop.Name);
        for (var i = 2; State.Shops.Find(slug) is not null; i++)
        {
            slug = $"{Slug.Of(shop.Name)}-{i}";
        }

        State.Categories.Put(new WooCategory(State.NextTerm, slug, "Uncategorized", Uncategorized, 0));
        return WithKey(new WooShop(slug, shop.Name, shop.OwnerName, shop.Phone, "active", "", ""), shop.Phone);
    }

    private static WooShop WithKey(WooShop shop, string made) => shop with
    {
        Key = $"ck_{Chance.Fingerprint("key", made)[..40]}",
        Secret = $"cs_{Chance.Fingerprint("secret", made)[..40]}"
    };

    private string UrlOf(string slug) => $"{BaseUrl}/{slug}";

    private string IdOf(string slug) => UrlOf(slug).Replace("http://", "", StringComparison.Ordinal);

    private ShopView ViewOf(WooShop shop) => new(
        IdOf(shop.Slug), shop.Name, shop.Phone, shop.Status, shop.Key, shop.Secret, shop with { Key = "***", Secret = "***" }, UrlOf(shop.Slug));
}
