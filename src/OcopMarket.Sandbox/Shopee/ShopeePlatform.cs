using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>Shopee after its published Open Platform v2: who may call, which call is which, and how often.</summary>
internal sealed class ShopeePlatform : Platform
{
    private const int ClockSeconds = 300;
    private readonly ShopeeConsents _consents;
    private readonly ShopeeItems _items;
    private readonly ShopeeListing _listing;
    private readonly ShopeeReviews _reviews;
    private readonly ShopeeImages _images;

    public ShopeePlatform(PlatformContext context)
        : base(context)
    {
        State = new ShopeeState(Store);
        Pushes = new ShopeePushes(this);
        _consents = new ShopeeConsents(this, context.Options.Random);
        _items = new ShopeeItems(this);
        _listing = new ShopeeListing(this);
        _reviews = new ShopeeReviews(this);
        _images = new ShopeeImages(this, context.Folder);
    }

    public override string Key => "shopee";
    public override string Name => "Shopee";
    public override SandboxApplication Application { get; } = new("2001887", "ocop-test-partner-key-0001");
    public long PartnerId { get; } = 2001887;
    public ShopeeState State { get; }
    public ShopeePushes Pushes { get; }
    public override IEnumerable<ShopView> Shops => State.Shops.All.Select(ViewOf);

    public override IEnumerable<ItemView> Items => State.Items.All.Select(i => new ItemView(
        ShopeeState.IdText(i.ItemId), ShopeeState.IdText(i.ShopId), i.Sku, i.Content.ItemName, i.Status)
    {
        Live = i.Status == ShopeeStatus.Normal && i.Stock > 0,
        Deleted = ShopeeStatus.IsGone(i.Status),
        Price = i.Price,
        Quantity = i.Stock,
        Weight = (int)(i.Content.Weight * 1000),
        Reasons = [.. i.Violations.Select(v => v.ViolationReason)],
        Images = [.. i.Content.Images.Select(ImageUrlOf)],
        Url = i.Status == ShopeeStatus.Normal ? $"{BaseUrl}/product/{i.ShopId}/{i.ItemId}" : null,
        Raw = i
    });

    public override Task WorkAsync(CancellationToken cancellationToken) => Pushes.SendDueAsync(cancellationToken);

    public string ImageUrlOf(string imageId) => State.Images.Find(imageId) is { } image ? _images.UrlOf(image) : "";

    public override (byte[] Bytes, string ContentType)? File(string path) => _images.Read(path);

    /// <summary>Closed: its owner takes the consent back.</summary>
    public override ShopView OpenShop(SandboxShopSeed shop, string state)
    {
        var standing = State.Shops.All.FirstOrDefault(s => s.Phone == shop.Phone);
        var row = standing ?? new ShopeeShopRow(
            shop.Id is { } given ? long.Parse(given, CultureInfo.InvariantCulture) : Chance.Digits(8, shop.Phone), shop.Name, shop.OwnerName, shop.Phone, "NORMAL");
        row = State.Shops.Put(state switch
        {
            "active" => row with { Status = "NORMAL" },
            "new" => row with { Status = "FROZEN" },
            "locked" => row with { Status = "BANNED" },
            "closed" => row with { ConsentAt = null, ConsentUntil = null },
            _ => throw new ArgumentException($"'{state}' is not new, active, locked or closed.", nameof(state))
        });
        if (state == "closed")
        {
            _consents.EndAll(row.Id);
        }

        return ViewOf(row);
    }

    /// <param name="item">Its id, or <c>shop/code</c>.</param>
    public override bool Moderate(string item, string verdict, string? reason)
    {
        var parts = item.Split('/', 2);
        var found = State.Items.Find(item)
            ?? (parts.Length == 2 ? State.Items.All.LastOrDefault(i => ShopeeState.IdText(i.ShopId) == parts[0] && i.Sku == parts[1]) : null);
        return found is not null && _reviews.Moderate(found, verdict, reason);
    }

    /// <summary>Tokens, codes and signatures travel in the query.</summary>
    protected override string Logged(CallRequest request) => request.Path;

    protected override Call? Match(CallRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/auth") => new Call("page", false),
        ("GET", "/auth/agree") => new Call("agree", false),
        ("GET", "/api/v2/shop/auth_partner") => new Call("auth-partner", false),
        ("POST", "/api/v2/auth/token/get") => new Call("token", true),
        ("POST", "/api/v2/auth/access_token/get") => new Call("refresh", true),
        ("GET", "/api/v2/shop/get_shop_info") => new Call("shop", false),
        ("GET", "/api/v2/product/get_category") => new Call("categories", false),
        ("GET", "/api/v2/product/get_attribute_tree") => new Call("attributes", false),
        ("GET", "/api/v2/product/get_brand_list") => new Call("brands", false),
        ("GET", "/api/v2/product/get_item_limit") => new Call("limits", false),
        ("GET", "/api/v2/logistics/get_channel_list") => new Call("channels", false),
        ("POST", "/api/v2/media_space/upload_image") => new Call("media", true),
        ("POST", "/api/v2/product/add_item") => new Call("create", true),
        ("POST", "/api/v2/product/update_item") => new Call("update", true),
        ("POST", "/api/v2/product/update_price") => new Call("price", true),
        ("POST", "/api/v2/product/update_stock") => new Call("stock", true),
        ("POST", "/api/v2/product/unlist_item") => new Call("unlist", true),
        ("POST", "/api/v2/product/delete_item") => new Call("delete", true),
        ("GET", "/api/v2/product/get_item_list") => new Call("list", false),
        ("GET", "/api/v2/product/search_item") => new Call("search", false),
        ("GET", "/api/v2/product/get_item_base_info") => new Call("detail", false),
        ("GET", "/api/v2/product/get_item_violation_info") => new Call("violations", false),
        _ => null
    };

    protected override Addressee AddresseeOf(CallRequest request)
    {
        var shop = request.Parameters.GetValueOrDefault("shop_id") ?? (Peek.Number(request.Json, "shop_id") is { } id ? ShopeeState.IdText(id) : null);
        if ((Peek.Text(request.Json, "item_sku") ?? request.Parameters.GetValueOrDefault("item_sku")) is { } sku)
        {
            return new Addressee(shop, [sku]);
        }

        var one = Peek.Number(request.Json, "item_id");
        IEnumerable<string> ids = one is not null ? [ShopeeState.IdText(one.Value)]
            : request.Method == "GET" ? ShopeeListing.Texts(request, "item_id_list")
            : Peek.List(request.Json, "item_list").Select(i => Peek.Number(i, "item_id")).OfType<long>().Select(ShopeeState.IdText);
        return new Addressee(shop, [.. ids.Select(State.Items.Find).OfType<ShopeeItemRow>().Select(i => i.Sku)]);
    }

    protected override Answer Handle(Call call, CallRequest request)
    {
        if (call.Name == "unknown")
        {
            return Answer.Html(404, "Not Found");
        }

        if (call.Name is not ("page" or "agree"))
        {
            if (Unsigned(request) is { } refused)
            {
                return refused;
            }

            var shop = request.Parameters.GetValueOrDefault("shop_id");
            if (!request.Late && !Buckets.Take(
                Now, ("partner", Settings.LoginCallsPerSecond), ($"shop:{shop}", shop is null ? 0 : Settings.ShopCallsPerSecond)))
            {
                return ShopeeAnswers.TooMany(null, breach: true);
            }
        }

        try
        {
            return call.Name switch
            {
                _ when request.UnknownError => ShopeeAnswers.Refused("error_never_heard_of", "Never heard of"),
                "page" or "auth-partner" => _consents.Page(request),
                "agree" => _consents.Agree(request),
                "token" => _consents.Exchange(request),
                "refresh" => _consents.Refresh(request),
                "shop" => _consents.ShopInfo(request),
                "media" when !request.Parameters.ContainsKey("shop_id") => _images.Upload(request), // documented as the operator's call
                _ => OfShop(call, request)
            };
        }
        catch (JsonException e)
        {
            return ShopeeAnswers.Refused("error_param", $"Wrong field: {e.Path}");
        }
    }

    /// <summary>Calls in a shop's name: its token first, then whether it may.</summary>
    private Answer OfShop(Call call, CallRequest request)
    {
        if (!long.TryParse(request.Parameters.GetValueOrDefault("shop_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || State.Shop(id) is not { } shop)
        {
            return ShopeeAnswers.Forbidden("error_param", "Invalid shop_id.");
        }

        if (!request.Late && !_consents.IsHolding(request, id))
        {
            return ShopeeAnswers.Forbidden("invalid_acceess_token", "Invalid access_token.");
        }

        if (shop.Status == "BANNED" || (shop.Status != "NORMAL" && call.Writes))
        {
            return ShopeeAnswers.Refused(
                shop.Status == "BANNED" ? "shop_banned" : "error_busi_invalid_shop_status", $"The shop is {shop.Status}.");
        }

        return call.Name switch
        {
            "media" => _images.Upload(request),
            "categories" => _listing.Categories(request),
            "attributes" => ShopeeListing.Attributes(request),
            "brands" => ShopeeListing.Brands(),
            "limits" => ShopeeListing.Limits(),
            "channels" => ShopeeListing.Channels(),
            "create" => _items.Add(id, ShopeeConsents.Read<ItemBody>(request), request),
            "update" => _items.Update(id, ShopeeConsents.Read<ItemBody>(request)),
            "price" => _items.Price(id, ShopeeConsents.Read<PriceBody>(request)),
            "stock" => _items.Stock(id, ShopeeConsents.Read<StockChangeBody>(request)),
            "unlist" => _items.Unlist(id, ShopeeConsents.Read<UnlistBody>(request)),
            "delete" => _items.Delete(id, ShopeeConsents.Read<DeleteBody>(request)),
            "list" => _listing.List(id, request),
            "search" => _listing.Search(id, request),
            "detail" => _listing.BaseInfo(id, request),
            "violations" => _listing.Violations(id, request),
            _ => throw new InvalidOperationException($"The call '{call.Name}' has no answer.")
        };
    }

    protected override Answer TooMany(int? retryAfter, bool breach) => ShopeeAnswers.TooMany(retryAfter, breach);

    protected override Answer ServerError(int? http) =>
        http is { } status ? Answer.Html(status, "Service Unavailable") : ShopeeAnswers.Refused("error_server", "Something wrong. Please try later.");

    protected override void EndToken(string token)
    {
        if (State.Tokens.Find(token) is { } row)
        {
            State.Tokens.Put(row with { Ended = true });
        }
    }

    protected override void AdvanceReviews() => _reviews.Advance();

    protected override void Close() => Pushes.Dispose();

    /// <summary>The base string follows from the parameters that came: with token and shop, or without.</summary>
    private Answer? Unsigned(CallRequest request)
    {
        var given = request.Parameters;
        if (given.GetValueOrDefault("partner_id") != Application.Id)
        {
            return ShopeeAnswers.Forbidden("error_param", "Invalid partner_id.");
        }

        if (!long.TryParse(given.GetValueOrDefault("timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
            || Math.Abs(Now.ToUnixTimeSeconds() - timestamp) > ClockSeconds)
        {
            return request.Late ? null : ShopeeAnswers.Forbidden("error_param", "Timestamp is expired.");
        }

        var text = $"{Application.Id}{request.Path}{timestamp}{given.GetValueOrDefault("access_token")}"
            + (given.ContainsKey("access_token") ? given.GetValueOrDefault("shop_id") : "");
        var sign = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Application.Secret), Encoding.UTF8.GetBytes(text)));
        return given.GetValueOrDefault("sign") == sign ? null : ShopeeAnswers.Forbidden("error_sign", "Wrong sign.");
    }

    private static ShopView ViewOf(ShopeeShopRow shop) => new(ShopeeState.IdText(shop.Id), shop.Name, shop.Phone, shop.Status, "", "", shop);
}
