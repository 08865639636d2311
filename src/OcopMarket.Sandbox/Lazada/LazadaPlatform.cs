using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>Lazada after its published Open Platform: who may call, which call is which, and how often. The hosts of Vietnam's API and of the
/// tokens, which are two in life, are one here.</summary>
internal sealed class LazadaPlatform : Platform
{
    private const string Rest = "/rest";
    private const int ClockSeconds = 7200;
    private static readonly string[] SystemParameters = ["app_key", "timestamp", "sign_method", "sign"];
    private static readonly string[] OfStock = ["price-quantity"];
    private readonly LazadaConsents _consents;
    private readonly LazadaProducts _products;
    private readonly LazadaListing _listing;
    private readonly LazadaReviews _reviews;

    public LazadaPlatform(PlatformContext context)
        : base(context)
    {
        State = new LazadaState(Store);
        Pushes = new LazadaPushes(this);
        Images = new LazadaImages(this, context.Folder);
        _consents = new LazadaConsents(this, context.Options.Random);
        _products = new LazadaProducts(this);
        _listing = new LazadaListing(this);
        _reviews = new LazadaReviews(this);
    }

    public override string Key => "lazada";
    public override string Name => "Lazada";
    public override SandboxApplication Application { get; } = new("100123", "ocop-test-app-secret");
    public LazadaState State { get; }
    public LazadaPushes Pushes { get; }
    public LazadaImages Images { get; }
    public override IEnumerable<ShopView> Shops => State.Sellers.All.Select(ViewOf);

    public override IEnumerable<ItemView> Items => State.Products.All.Select(p => new ItemView(
        LazadaState.IdText(p.ItemId), LazadaState.IdText(p.SellerId), p.SellerSku, p.Content.Name, p.SubStatus is null ? p.Status : $"{p.Status} {p.SubStatus}")
    {
        Live = p.Status == LazadaStatus.Active && p.Quantity > 0,
        Deleted = p.Status == LazadaStatus.Deleted,
        Price = (long)p.Price,
        Quantity = p.Quantity,
        Weight = (int)(p.Content.Weight * 1000),
        Reasons = [.. p.Reasons.Select(r => r.ViolationDetail)],
        Images = p.Content.Images,
        Url = p.Status == LazadaStatus.Active ? UrlOf(p) : null,
        Raw = p
    });

    public override Task WorkAsync(CancellationToken cancellationToken) => Pushes.SendDueAsync(cancellationToken);

    public string UrlOf(LazadaProductRow product) => $"{BaseUrl}/products/-i{product.ItemId}-s{product.SkuId}.html";

    public override (byte[] Bytes, string ContentType)? File(string path) => Images.Read(path);

    /// <summary>Closed: its owner takes the consent back.</summary>
    public override ShopView OpenShop(SandboxShopSeed shop, string state)
    {
        var standing = State.Sellers.All.FirstOrDefault(s => s.Phone == shop.Phone);
        var row = standing ?? new LazadaSellerRow(
            shop.Id is { } given ? long.Parse(given, CultureInfo.InvariantCulture) : Chance.Digits(9, shop.Phone), shop.Name, shop.OwnerName, shop.Phone, "ACTIVE", true);
        row = State.Sellers.Put(state switch
        {
            "active" => row with { Status = "ACTIVE", Verified = true },
            "new" => row with { Status = "ACTIVE", Verified = false },
            "locked" => row with { Status = "INACTIVE" },
            "closed" => row with { IsLinked = false },
            _ => throw new ArgumentException($"'{state}' is not new, active, locked or closed.", nameof(state))
        });
        if (state == "closed")
        {
            _consents.EndAll(row.Id);
        }

        return ViewOf(row);
    }

    /// <param name="item">Its id, whatever follows a hyphen, or <c>shop/code</c>.</param>
    public override bool Moderate(string item, string verdict, string? reason)
    {
        var parts = item.Split('/', 2);
        var found = State.Products.Find(item.Split('-')[0])
            ?? (parts.Length == 2 ? State.Products.All.LastOrDefault(p => LazadaState.IdText(p.SellerId) == parts[0] && p.SellerSku == parts[1]) : null);
        return found is not null && _reviews.Moderate(found, verdict, reason);
    }

    /// <summary>Tokens, codes and signatures travel in the query.</summary>
    protected override string Logged(CallRequest request) => request.Path;

    protected override Call? Match(CallRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/oauth/authorize") => new Call("page", false),
        ("GET", "/oauth/agree") => new Call("agree", false),
        ("GET" or "POST", "/rest/auth/token/create") => new Call("token", true),
        ("GET" or "POST", "/rest/auth/token/refresh") => new Call("refresh", true),
        ("GET", "/rest/seller/get") => new Call("seller", false),
        ("GET", "/rest/category/tree/get") => new Call("categories", false),
        ("GET", "/rest/category/attributes/get") => new Call("attributes", false),
        ("GET", "/rest/category/brands/query") => new Call("brands", false),
        ("POST", "/rest/image/upload") => new Call("media", true),
        ("POST", "/rest/product/create") => new Call("create", true),
        ("POST", "/rest/product/update") => new Call("update", true),
        ("POST", "/rest/product/price_quantity/update") => new Call("price-quantity", true),
        ("POST", "/rest/product/deactivate") => new Call("deactivate", true),
        ("POST", "/rest/product/remove") => new Call("remove", true),
        ("GET", "/rest/products/get") => new Call("list", false),
        ("GET", "/rest/product/item/get") => new Call("item", false),
        _ => null
    };

    protected override Addressee AddresseeOf(CallRequest request)
    {
        var given = Given(request);
        var seller = (request.Token ?? given.GetValueOrDefault("refresh_token")) is { } text && State.Tokens.Find(text) is { } token
            ? LazadaState.IdText(token.SellerId)
            : null;
        if (given.GetValueOrDefault("sku_seller_list") is { } list)
        {
            return new Addressee(seller, CodesIn(list));
        }

        var document = given.GetValueOrDefault("payload") ?? given.GetValueOrDefault("apiRequestBody");
        try
        {
            var product = document is null ? null : LazadaPayload.Product(document);
            var skus = product is null || product["Skus"]?["Sku"] is null ? [] : LazadaPayload.Skus(product);
            var named = skus.Select(s => LazadaPayload.Text(s, "SellerSku")).OfType<string>().ToList();
            List<string?> ids = [given.GetValueOrDefault("item_id"), product is null ? null : LazadaPayload.Text(product, "ItemId"), .. skus.Select(s => LazadaPayload.Text(s, "ItemId"))];
            ids.AddRange(CodesIn(given.GetValueOrDefault("sku_id_list") ?? "[]").Select(n => n.Split('_').ElementAtOrDefault(1)));
            return new Addressee(seller, [.. named.Concat(ids.OfType<string>().Select(State.Products.Find).OfType<LazadaProductRow>().Select(p => p.SellerSku)).Distinct()]);
        }
        catch (FormatException)
        {
            return new Addressee(seller, []);
        }
    }

    protected override Answer Handle(Call call, CallRequest request)
    {
        switch (call.Name)
        {
            case "unknown":
                return Answer.Html(404, "Not Found");
            case "page":
                return _consents.Page(request);
            case "agree":
                return _consents.Agree(request);
        }

        var given = Given(request);
        if (Unsigned(request, given) is { } refused)
        {
            return refused;
        }

        var seller = call.Name is "token" or "refresh" ? null : _consents.Holder(request);
        var ofShop = seller is null ? 0 : OfStock.Contains(call.Name) ? Settings.StockCallsPerSecond : Settings.ShopCallsPerSecond;
        if (!request.Late && !Buckets.Take(Now, ("app", Settings.LoginCallsPerSecond), ($"{(OfStock.Contains(call.Name) ? "stock" : "shop")}:{seller?.Id}", ofShop)))
        {
            return LazadaAnswers.TooMany(null, breach: true);
        }

        try
        {
            return call.Name switch
            {
                _ when request.UnknownError => LazadaAnswers.Refused("E9999_NEVER_HEARD_OF", "Never heard of"),
                "token" => _consents.Create(given),
                "refresh" => _consents.Refresh(given),
                _ when seller is null => LazadaAnswers.Refused("IllegalAccessToken", "The specified access token is invalid or expired"),
                _ => OfSeller(call, seller, given, request)
            };
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return LazadaAnswers.Refused("5", $"E005: Invalid Request Format. {e.Message}");
        }
    }

    private Answer OfSeller(Call call, LazadaSellerRow seller, IReadOnlyDictionary<string, string> given, CallRequest request)
    {
        if (call.Name == "seller")
        {
            return LazadaAnswers.Data(new
            {
                SellerId = seller.Id,
                seller.Name,
                NameCompany = seller.OwnerName,
                ShortCode = $"VN{seller.Id}",
                Cb = false,
                Location = "Vietnam",
                seller.Status,
                seller.Verified,
            });
        }

        if (seller.Status != "ACTIVE" || !seller.Verified)
        {
            return seller.Status != "ACTIVE"
                ? LazadaAnswers.Refused("SellerNotActive", "Seller not active,please check seller status")
                : LazadaAnswers.Refused("SellerNotVerified", "Seller not verified,please check seller status");
        }

        return call.Name switch
        {
            "media" => Images.Upload(request),
            "categories" => _listing.Categories(),
            "attributes" => LazadaListing.Attributes(given),
            "brands" => LazadaListing.Brands(given),
            "create" => _products.Create(seller.Id, given.GetValueOrDefault("payload"), request),
            "update" => _products.Update(seller.Id, given.GetValueOrDefault("payload")),
            "price-quantity" => _products.PriceQuantity(seller.Id, given.GetValueOrDefault("payload")),
            "deactivate" => _products.Deactivate(seller.Id, given.GetValueOrDefault("apiRequestBody")),
            "remove" => _products.Remove(seller.Id, given.GetValueOrDefault("sku_id_list")),
            "list" => _listing.List(seller.Id, given, request),
            "item" => _listing.Item(seller.Id, given.GetValueOrDefault("item_id"), request),
            _ => throw new InvalidOperationException($"The call '{call.Name}' has no answer.")
        };
    }

    protected override Answer TooMany(int? retryAfter, bool breach) => LazadaAnswers.TooMany(retryAfter, breach);

    protected override Answer ServerError(int? http) =>
        http is { } status ? Answer.Html(status, "Service Unavailable") : LazadaAnswers.Refused("1000", "Internal Application Error", "SYSTEM");

    protected override void EndToken(string token)
    {
        if (State.Tokens.Find(token) is { } row)
        {
            State.Tokens.Put(row with { Ended = true });
        }
    }

    protected override void AdvanceReviews() => _reviews.Advance();

    protected override void Close() => Pushes.Dispose();

    /// <summary>Section 2: over every text parameter that came, sorted, without empty ones, in upper-case hex.</summary>
    private Answer? Unsigned(CallRequest request, Dictionary<string, string> given)
    {
        if (SystemParameters.FirstOrDefault(p => string.IsNullOrEmpty(given.GetValueOrDefault(p))) is { } missing)
        {
            return LazadaAnswers.Refused("MissingParameter", $"The input parameter \"{missing}\" that is mandatory for processing this request is not supplied");
        }

        if (!long.TryParse(given["timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var millis)
            || (!request.Late && Math.Abs(Now.ToUnixTimeMilliseconds() - millis) > ClockSeconds * 1000L))
        {
            return LazadaAnswers.Refused("InvalidParameter", "The specified timestamp is invalid or differs more than 7200 s");
        }

        var text = new StringBuilder(request.Path[Rest.Length..]);
        foreach (var (name, value) in given.Where(p => p.Key != "sign" && p.Value.Length > 0).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(value);
        }

        text.Append(Encoding.UTF8.GetString(request.Body)); // a raw body comes last
        var sign = Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Application.Secret), Encoding.UTF8.GetBytes(text.ToString())));
        return given["app_key"] == Application.Id && given["sign_method"] == "sha256" && given["sign"] == sign
            ? null
            : LazadaAnswers.Refused("IncompleteSignature", "The request signature does not conform to platform standards");
    }

    private static Dictionary<string, string> Given(CallRequest request)
    {
        var given = new Dictionary<string, string>(request.Parameters, StringComparer.Ordinal);
        foreach (var (name, value) in request.Form ?? new Dictionary<string, string>())
        {
            given[name] = value;
        }

        return given;
    }

    private static IReadOnlyList<string> CodesIn(string list)
    {
        try
        {
            return JsonSerializer.Deserialize<List<string>>(list) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static ShopView ViewOf(LazadaSellerRow seller) => new(LazadaState.IdText(seller.Id), seller.Name, seller.Phone, seller.Status, "", "", seller);
}
