using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Postmart after its provisional contract: which call is which, who may call, and how often.</summary>
internal sealed class PostmartPlatform : Platform
{
    private const int MaxContentBatch = 50;
    private const int MaxSmallBatch = 100;
    private readonly PostmartShops _shops;
    private readonly PostmartProducts _products;
    private readonly PostmartListing _listing;
    private readonly PostmartReviews _reviews;
    private readonly PostmartMediaStore _media;

    public PostmartPlatform(PlatformContext context)
        : base(context)
    {
        State = new PostmartState(Store);
        Callbacks = new PostmartCallbacks(this, context.Folder);
        _shops = new PostmartShops(this);
        _products = new PostmartProducts(this);
        _listing = new PostmartListing(this);
        _reviews = new PostmartReviews(this);
        _media = new PostmartMediaStore(this, context.Folder);
    }

    public override string Key => "postmart";
    public override string Name => "Postmart";
    public override SandboxApplication Application { get; } = new("ocop-partner", "mat-khau-thu", "C0001");
    public override string? PublicKeyPem => Callbacks.PublicKeyPem;
    public PostmartState State { get; }
    public PostmartCallbacks Callbacks { get; }

    public override IEnumerable<ShopView> Shops => State.Shops.All.Select(ViewOf);

    public override IEnumerable<ItemView> Items => State.Items.All.Select(i => new ItemView(
        i.ProductId, i.ShopCode, i.Content.ItemCode, i.Content.Name, $"{i.Status}")
    {
        Live = i.Status is PostmartStatus.OnSale,
        Deleted = i.Status == PostmartStatus.Deleted,
        Price = i.Price,
        SalePrice = i.SalePrice,
        Quantity = i.Quantity,
        Weight = i.Content.Weight,
        Stars = i.Content.Ocop?.Star,
        CertificateNo = i.Content.Ocop?.CertificateNo,
        Reasons = [.. i.RejectReasons.Select(r => r.Message)],
        Images = [.. i.Content.Images.Select(State.Media.Find).OfType<PostmartMedia>().Select(_media.UrlOf)],
        Url = _listing.UrlOf(i),
        Raw = i
    });

    public override Task WorkAsync(CancellationToken cancellationToken) => Callbacks.SendDueAsync(cancellationToken);

    public override ShopView OpenShop(SandboxShopSeed shop, string state) => ViewOf(_shops.Open(shop, state));

    public override bool Moderate(string item, string verdict, string? reason)
    {
        var parts = item.Split('/', 2);
        var found = State.Items.Find(item) ?? (parts.Length == 2 ? State.ItemBySku(parts[0], parts[1]) : null);
        return found is not null && _reviews.Moderate(found, verdict, reason);
    }

    public override (byte[] Bytes, string ContentType)? File(string path) => _media.Read(path);

    protected override void AdvanceReviews() => _reviews.Advance();

    protected override Call? Match(CallRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/GetAccessToken") => new Call("login", false),
        ("POST", "/shops") => new Call("shop-register", true),
        ("GET", "/shops") => new Call("shop-list", false),
        ("GET", "/categories") => new Call("categories", false),
        ("POST", "/media") => new Call("media", true),
        ("POST", "/products") => new Call("create", true),
        ("PUT", "/products") => new Call("update", true),
        ("GET", "/products") => new Call("list", false),
        ("POST", "/products/price-stock") => new Call("price-stock", true),
        ("POST", "/products/status") => new Call("status", true),
        ("GET", var path) when path.StartsWith("/shops/", StringComparison.Ordinal) => new Call("shop-get", false),
        ("GET", var path) when path.StartsWith("/categories/", StringComparison.Ordinal)
            && path.EndsWith("/attributes", StringComparison.Ordinal) => new Call("attributes", false),
        _ => null
    };

    protected override Addressee AddresseeOf(CallRequest request)
    {
        if (request.Path.StartsWith("/shops/", StringComparison.Ordinal))
        {
            return new Addressee(request.Path["/shops/".Length..], []);
        }

        if (request.Path == "/products" && request.Method == "GET")
        {
            var codes = request.Parameters.GetValueOrDefault("itemCodes") ?? "";
            return new Addressee(request.Parameters.GetValueOrDefault("shopCode"), codes.Split(',', StringSplitOptions.RemoveEmptyEntries));
        }

        return request.Path.StartsWith("/products", StringComparison.Ordinal)
            ? new Addressee(Peek.Text(request.Json, "shopCode"), Peek.Texts(request.Json, "items", "itemCode"))
            : Addressee.None;
    }

    protected override Answer Handle(Call call, CallRequest request)
    {
        if (call.Name == "unknown")
        {
            return PostmartAnswers.Refuse("BAD_REQUEST", "Không có đường dẫn này.", http: 404);
        }

        if (call.Name != "login" && !TokenHolds(request))
        {
            return PostmartAnswers.Refuse("TOKEN_EXPIRED", "Phiên đăng nhập đã hết hạn.", http: 401);
        }

        var shop = AddresseeOf(request).Shop;
        var passes = request.Late || Buckets.Take(
            Now, ("login", Settings.LoginCallsPerSecond), ($"shop:{shop}", shop is null ? 0 : Settings.ShopCallsPerSecond));
        return passes ? Act(call, request) : TooMany(Store.RateBreaches % 3 == 2 ? null : 1, breach: true);
    }

    protected override Answer TooMany(int? retryAfter, bool breach) =>
        PostmartAnswers.Refuse("LIMIT_EXCEEDED", "Quá nhiều yêu cầu, vui lòng thử lại sau.", http: 429)
            with
        { RetryAfter = retryAfter, Breach = breach };

    protected override Answer ServerError(int? http) =>
        PostmartAnswers.Refuse("SYSTEM_BUSY", "Hệ thống đang bận, vui lòng thử lại sau.", http: http ?? 503);

    protected override void EndToken(string token)
    {
        if (State.Tokens.Find(token) is { } row)
        {
            State.Tokens.Put(row with { Ended = true });
        }
    }

    protected override void Close() => Callbacks.Dispose();

    private ShopView ViewOf(PostmartShop shop) => new(
        shop.Code, shop.Name, shop.Phone, shop.StatusName, Application.Id, Application.Secret, shop);

    private bool TokenHolds(CallRequest request) =>
        request.Late || (request.Token is { } token && State.Tokens.Find(token) is { Ended: false } row && row.ExpiresAt > Now);

    private Answer Act(Call call, CallRequest request)
    {
        try
        {
            return call.Name switch
            {
                "login" => Login(Body<LoginBody>(request)),
                _ when request.UnknownError && !request.Path.StartsWith("/products", StringComparison.Ordinal) => PostmartAnswers.UnknownError(),
                "shop-get" => _shops.Get(request.Path["/shops/".Length..]),
                "shop-list" => _shops.List(request),
                "shop-register" => _shops.Register(Body<RegisterBody>(request)),
                "categories" => Categories(request),
                "attributes" => Attributes(request.Path.Split('/')[2]),
                "media" => _media.Upload(request),
                "list" => _listing.List(request),
                "create" => Content(Body<ItemsBody>(request), request, create: true),
                "update" => Content(Body<ItemsBody>(request), request, create: false),
                "price-stock" => PriceStock(Body<PriceStockBody>(request), request),
                "status" => Status(Body<StatusBody>(request), request),
                _ => throw new InvalidOperationException($"The call '{call.Name}' has no answer.")
            };
        }
        catch (JsonException e)
        {
            return PostmartAnswers.BadRequest($"Dữ liệu không đúng quy định tại {e.Path ?? "$"}.");
        }
    }

    private static T Body<T>(CallRequest request) =>
        JsonSerializer.Deserialize<T>(request.Body, Wire.CamelCase) ?? throw new JsonException("The body is null.");

    private Answer Login(LoginBody body)
    {
        if ((body.Username, body.Password, body.CustomerCode) != (Application.Id, Application.Secret, Application.CustomerCode))
        {
            var refused = new { success = false, errorCode = "AUTH_FAILED", message = "Tên đăng nhập hoặc mật khẩu không đúng." };
            return Answer.Json(200, refused, Wire.CamelCase, "AUTH_FAILED");
        }

        var lifetime = Settings.TokenLifetimeSeconds;
        var random = Context.Options.Random;
        var token = $"pmt-{random.NextInt64():x16}{random.NextInt64():x16}";
        var row = State.Tokens.Put(new PostmartToken(token, Now.AddSeconds(lifetime)));
        return Answer.Json(200, new { success = true, token = row.Token, expiresIn = (int)lifetime }, Wire.CamelCase);
    }

    private Answer Categories(CallRequest request)
    {
        if (request.Parameters.Count != 1 || !request.Parameters.TryGetValue("parentId", out var parent))
        {
            return PostmartAnswers.BadRequest("Cần tham số parentId.");
        }

        return parent == "0" || PostmartCategories.Find(Settings, parent) is not null
            ? PostmartAnswers.Ok(PostmartCategories.Offered(Settings).Where(c => c.ParentId == parent))
            : PostmartAnswers.Refuse("CATEGORY_INVALID", $"Không có danh mục {parent}.");
    }

    private Answer Attributes(string category) => PostmartCategories.Find(Settings, category) switch
    {
        null => PostmartAnswers.Refuse("CATEGORY_INVALID", $"Không có danh mục {category}."),
        { IsLeaf: false } => PostmartAnswers.Refuse("CATEGORY_NOT_LEAF", $"Danh mục {category} còn danh mục con."),
        _ => PostmartAnswers.Ok(PostmartCategories.AttributesOf(category))
    };

    private Answer Content(ItemsBody body, CallRequest request, bool create)
    {
        if (create && body.Items.Any(i => i is null || i.Price is null || i.Quantity is null))
        {
            return PostmartAnswers.BadRequest("Thiếu trường price hoặc quantity.");
        }

        return CheckBatch(body.ShopCode, body.Items, MaxContentBatch)
            ?? PostmartAnswers.Batch(create ? _products.Create(body, request) : _products.Update(body, request));
    }

    private Answer PriceStock(PriceStockBody body, CallRequest request)
    {
        if (body.Items.Any(i => i is not null && i.SalePrice.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(i.SalePrice.ValueKind == JsonValueKind.Number && i.SalePrice.TryGetInt64(out _))))
        {
            return PostmartAnswers.BadRequest("Trường salePrice phải là số nguyên hoặc null.");
        }

        return CheckBatch(body.ShopCode, body.Items, MaxSmallBatch) ?? PostmartAnswers.Batch(_products.PriceStock(body, request));
    }

    private Answer Status(StatusBody body, CallRequest request) =>
        body.Items.Any(i => i?.Action is not ("HIDE" or "SHOW" or "DELETE"))
            ? PostmartAnswers.BadRequest("Trường action phải là HIDE, SHOW hoặc DELETE.")
            : CheckBatch(body.ShopCode, body.Items, MaxSmallBatch) ?? PostmartAnswers.Batch(_products.Status(body, request));

    private Answer? CheckBatch<T>(string shop, IReadOnlyList<T> items, int limit) =>
        items.Count == 0 || items.Count > limit || items.Any(i => i is null)
            ? PostmartAnswers.BadRequest($"Mỗi lần gửi từ 1 đến {limit} mặt hàng.")
            : _shops.CheckMayWrite(shop);
}
