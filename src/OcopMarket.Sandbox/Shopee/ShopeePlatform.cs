using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>Shopee as far as shop owners consent: page, codes, tokens, and one call in a shop's name. It takes no listings.</summary>
internal sealed class ShopeePlatform : Platform
{
    private const int ClockSeconds = 300;
    private readonly ShopeeConsents _consents;

    public ShopeePlatform(PlatformContext context)
        : base(context)
    {
        State = new ShopeeState(Store);
        _consents = new ShopeeConsents(this, context.Options.Random);
    }

    public override string Key => "shopee";
    public override string Name => "Shopee";
    public override SandboxApplication Application { get; } = new("2001887", "ocop-test-partner-key-0001");
    public long PartnerId { get; } = 2001887;
    public ShopeeState State { get; }
    public override IEnumerable<ShopView> Shops => State.Shops.All.Select(ViewOf);
    public override IEnumerable<ItemView> Items => [];

    public override Task WorkAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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

    public override bool Moderate(string item, string verdict, string? reason) => false;

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
        _ => null
    };

    protected override Addressee AddresseeOf(CallRequest request)
    {
        var shop = request.Parameters.GetValueOrDefault("shop_id") ?? (Peek.Number(request.Json, "shop_id") is { } id ? ShopeeState.IdText(id) : null);
        return new Addressee(shop, []);
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

            if (!request.Late && !Buckets.Take(Now, ("partner", Settings.LoginCallsPerSecond)))
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
                _ => throw new InvalidOperationException($"The call '{call.Name}' has no answer.")
            };
        }
        catch (JsonException e)
        {
            return ShopeeAnswers.Refused("error_param", $"Wrong field: {e.Path}");
        }
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

    protected override void AdvanceReviews()
    {
    }

    protected override void Close()
    {
    }

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
