using System.Globalization;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>Voso after its provisional contract: which call is which, who may call, and how often.</summary>
internal sealed class VosoPlatform : Platform
{
    private readonly VosoLogins _logins;
    private readonly VosoListing _listing;
    private readonly VosoReviews _reviews;
    private readonly VosoPictures _pictures;

    public VosoPlatform(PlatformContext context)
        : base(context)
    {
        State = new VosoState(Store);
        Products = new VosoProducts(this);
        _logins = new VosoLogins(this, context.Options.Random);
        _listing = new VosoListing(this);
        _reviews = new VosoReviews(this);
        _pictures = new VosoPictures(this);
    }

    public override string Key => "voso";
    public override string Name => "Voso";

    /// <summary>The platform knows shops' logins only.</summary>
    public override SandboxApplication Application { get; } = new("", "");
    public VosoState State { get; }
    public VosoProducts Products { get; }

    public override IEnumerable<ShopView> Shops => State.Merchants.All.Select(ViewOf);

    public override IEnumerable<ItemView> Items => State.Products.All.Select(p => new ItemView(
        VosoState.IdText(p.ProductId), VosoState.IdText(p.MerchantId), p.Content.MerchantSku, p.Content.ProductName, p.State)
    {
        Live = p.State == VosoStates.Approved,
        Deleted = p.State == VosoStates.Deleted,
        Price = p.Price,
        SalePrice = p.DiscountPrice,
        Quantity = p.Quantity,
        Weight = p.Content.ProductWeight,
        Stars = p.Content.IsOcop ? p.Content.OcopStar : null,
        CertificateNo = p.Content.IsOcop ? p.Content.OcopCertNo : null,
        Reasons = p.Reason is null ? [] : [p.Reason],
        Images = p.Content.ImageUrls,
        Url = _listing.UrlOf(p, p.State, p.Content.ProductName),
        Raw = p
    });

    public override Task WorkAsync(CancellationToken cancellationToken) => _pictures.FetchDueAsync(cancellationToken);

    public override ShopView OpenShop(SandboxShopSeed shop, string state)
    {
        var standing = State.MerchantByPhone(shop.Phone);
        if (standing is not null && state == "active")
        {
            return ViewOf(standing); // a phone that has a shop gets that shop, as it stands
        }

        var merchant = standing ?? new VosoMerchant(
            IdFor(shop), shop.Name, shop.OwnerName, shop.Phone, $"voso-{Chance.Fingerprint(shop.Phone)[..10]}", "NEW",
            State.Merchants.Count + 1, Now);
        var meetsLock = standing is null
            && (Settings.LockedShopPhone is { } phone ? phone == shop.Phone : Settings.LockedShopNumber == merchant.Number);
        var word = state switch
        {
            "active" when meetsLock => "SUSPENDED",
            "active" => "ACTIVE",
            "new" => "NEW",
            "locked" => "SUSPENDED",
            "closed" => "CLOSED",
            _ => throw new ArgumentException($"'{state}' is not new, active, locked or closed.", nameof(state))
        };
        return ViewOf(State.Merchants.Put(merchant with { State = word }));
    }

    public override bool Moderate(string item, string verdict, string? reason)
    {
        var parts = item.Split('/', 2);
        var product = State.Products.Find(item) ?? (parts.Length == 2
            ? State.Products.All.FirstOrDefault(p => VosoState.IdText(p.MerchantId) == parts[0] && p.Content.MerchantSku == parts[1]
                && p.State != VosoStates.Deleted)
            : null);
        if (product is not null)
        {
            _reviews.Moderate(product, verdict, reason);
        }

        return product is not null;
    }

    protected override void AdvanceReviews() => _reviews.Advance();

    protected override Call? Match(CallRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/v2/user/Login") => new Call("login", false),
        ("POST", "/v2/user/ownerconnect") => new Call("connect", false),
        ("GET", "/v2/categories/listProductCategory") => new Call("categories", false),
        ("GET", "/v2/categories/listAttribute") => new Call("attributes", false),
        ("GET", "/v2/merchant/info") => new Call("merchant", false),
        ("POST", "/v2/product/create") => new Call("create", true),
        ("POST", "/v2/product/update") => new Call("update", true),
        ("POST", "/v2/product/updateInventory") => new Call("update-inventory", true),
        ("POST", "/v2/product/changeState") => new Call("change-state", true),
        ("POST", "/v2/product/list") => new Call("list", false),
        ("GET", "/v2/product/detail") => new Call("detail", false),
        _ => null
    };

    protected override Addressee AddresseeOf(CallRequest request)
    {
        var isLogin = request.Path.StartsWith("/v2/user/", StringComparison.Ordinal);
        var merchant = isLogin ? State.MerchantByPhone(Peek.Text(request.Json, "USERNAME") ?? "") : _logins.Owner(request.Token);
        var ids = Peek.List(request.Json, "LIST").Append(request.Json).Select(b => Peek.Number(b, "PRODUCT_ID")).OfType<long>();
        var sku = Peek.Text(request.Json, "MERCHANT_SKU");
        IEnumerable<string> skus = sku is not null ? [sku] : ids.Select(State.Product).OfType<VosoProduct>().Select(p => p.Content.MerchantSku);
        return new Addressee(merchant is null ? null : VosoState.IdText(merchant.Id), [.. skus]);
    }

    protected override Answer Handle(Call call, CallRequest request)
    {
        if (call.Name == "unknown")
        {
            return Answer.Html(404, "Not Found");
        }

        var login = AddresseeOf(request).Shop ?? Peek.Text(request.Json, "USERNAME") ?? "nobody";
        if (!request.Late && !Buckets.Take(
            Now, ($"login:{login}", Settings.LoginCallsPerSecond), ($"create:{login}", call.Name == "create" ? Settings.CreatesPerSecond : 0)))
        {
            return VosoAnswers.TooMany(breach: true);
        }

        try
        {
            return call.Name switch
            {
                "login" => _logins.Login(request),
                "connect" => _logins.Connect(request),
                _ when _logins.Find(request, isLong: true) is { } merchant => Act(call, merchant, request),
                _ => VosoAnswers.BadToken()
            };
        }
        catch (JsonException e)
        {
            return VosoAnswers.Invalid(new FieldError(e.Path ?? "$", "Sai kiểu dữ liệu"));
        }
    }

    protected override Answer TooMany(int? retryAfter, bool breach) => VosoAnswers.TooMany(breach);

    protected override Answer ServerError(int? http) =>
        http is { } status ? Answer.Html(status, "Service Unavailable") : VosoAnswers.SystemError();

    protected override void EndToken(string token)
    {
        if (State.Tokens.Find(token) is { } row)
        {
            State.Tokens.Put(row with { Ended = true });
        }
    }

    protected override void Close() => _pictures.Dispose();

    private Answer Act(Call call, VosoMerchant merchant, CallRequest request) => call.Name switch
    {
        _ when request.UnknownError => VosoAnswers.UnknownError(),
        _ when call.Writes && merchant.State == "NEW" => VosoAnswers.NotAllowed("Gian hàng chưa được kích hoạt"),
        _ when call.Writes && merchant.State != "ACTIVE" => VosoAnswers.Locked("Gian hàng đang bị khóa"),
        "categories" => Categories(request),
        "attributes" => Attributes(request),
        "merchant" => VosoAnswers.Ok(new
        {
            MerchantId = merchant.Id,
            MerchantName = merchant.Name,
            merchant.State,
            IdentityVerified = merchant.State != "NEW",
            TotalProduct = State.ProductsOf(merchant.Id).Count(p => p.State != VosoStates.Deleted)
        }),
        "create" => Products.Create(merchant, request),
        "update" => Products.Update(merchant, request),
        "update-inventory" => Products.UpdateInventory(merchant, request),
        "change-state" => Products.ChangeState(merchant, request),
        "list" => _listing.List(merchant, request),
        "detail" => _listing.Detail(merchant, request),
        _ => throw new InvalidOperationException($"The call '{call.Name}' has no answer.")
    };

    private Answer Categories(CallRequest request) => TryId(request, "parentId", out var parent)
        ? VosoAnswers.Ok(VosoCategories.Offered(Settings).Where(c => c.ParentId == parent))
        : VosoAnswers.Invalid(new FieldError("parentId", "Cần mã danh mục cha, -1 là gốc"));

    private Answer Attributes(CallRequest request) =>
        TryId(request, "categoryId", out var id) && VosoCategories.Find(Settings, id) is { IsLeaf: true }
            ? VosoAnswers.Ok(VosoCategories.AttributesOf(id))
            : VosoAnswers.Invalid(new FieldError("categoryId", "Không có danh mục cấp cuối này"));

    private static bool TryId(CallRequest request, string name, out long id)
    {
        id = 0;
        return request.Parameters.Count == 1 && long.TryParse(
            request.Parameters.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id);
    }

    private static ShopView ViewOf(VosoMerchant merchant) => new(
        VosoState.IdText(merchant.Id), merchant.Name, merchant.Phone, merchant.State, merchant.Phone, merchant.Password, merchant);

    /// <summary>From the phone number, so that it does not depend on who comes first.</summary>
    private long IdFor(SandboxShopSeed shop)
    {
        var id = shop.Id is { } given ? long.Parse(given, CultureInfo.InvariantCulture) : Chance.Digits(6, shop.Phone);
        for (var i = 1; State.Merchant(id) is not null; i++)
        {
            id = Chance.Digits(6, $"{shop.Phone}/{i}");
        }

        return id;
    }
}
