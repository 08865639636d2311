using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>Section 3: the page on which an owner consents, codes, and tokens that rotate.</summary>
internal sealed class ShopeeConsents(ShopeePlatform platform, Random random)
{
    private const int CodeSeconds = 600;
    private const int GraceSeconds = 300;

    private ShopeeState State => platform.State;

    /// <summary>Whose consent is asked for; in life the owner signs in here, so that each sees one shop.</summary>
    public Answer Page(CallRequest request)
    {
        var (redirect, state) = (request.Parameters.GetValueOrDefault("redirect_uri") ?? request.Parameters.GetValueOrDefault("redirect"), request.Parameters.GetValueOrDefault("state"));
        if (request.Parameters.GetValueOrDefault("partner_id") != platform.Application.Id || !IsHere(redirect))
        {
            return Answer.Html(400, "Wrong partner_id or redirect");
        }

        var html = new StringBuilder("<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Shopee (mô phỏng)</title></head><body><h1>Shopee (mô phỏng): đồng ý cho kết nối</h1><ul>");
        foreach (var shop in State.Shops.All)
        {
            var link = QueryHelpers.AddQueryString("/auth/agree", new Dictionary<string, string?>
            {
                ["shop_id"] = ShopeeState.IdText(shop.Id),
                ["redirect_uri"] = redirect,
                ["state"] = state,
            });
            html.Append(CultureInfo.InvariantCulture, $"<li><a id=\"shop-{shop.Id}\" href=\"{WebUtility.HtmlEncode(link)}\">Đồng ý: {WebUtility.HtmlEncode(shop.Name)}</a></li>");
        }

        return new Answer(200, Encoding.UTF8.GetBytes(html.Append("</ul></body></html>").ToString())) { ContentType = "text/html; charset=utf-8" };
    }

    public Answer Agree(CallRequest request)
    {
        var redirect = request.Parameters.GetValueOrDefault("redirect_uri");
        if (!IsHere(redirect) || Number(request, "shop_id") is not { } id || State.Shop(id) is not { } shop)
        {
            return Answer.Html(400, "No such shop or redirect");
        }

        var code = State.Codes.Put(new(Random("code"), shop.Id, platform.Now.AddSeconds(CodeSeconds)));
        var query = new Dictionary<string, string?> { ["code"] = code.Code, ["shop_id"] = ShopeeState.IdText(shop.Id) };
        if (request.Parameters.GetValueOrDefault("state") is { Length: > 0 } state)
        {
            query["state"] = state;
        }

        return new Answer(302, []) { Location = QueryHelpers.AddQueryString(redirect!, query) };
    }

    /// <summary>A new consent replaces both tokens.</summary>
    public Answer Exchange(CallRequest request)
    {
        var body = Read<CodeBody>(request);
        if (body.PartnerId != platform.PartnerId)
        {
            return ShopeeAnswers.Forbidden("error_param", "Wrong partner_id.");
        }

        if (State.Codes.Find(body.Code) is not { Used: false } code || code.ExpiresAt <= platform.Now)
        {
            return ShopeeAnswers.Refused("invalid_code", "Invalid code");
        }

        if (code.ShopId != body.ShopId || State.Shop(body.ShopId) is not { } shop)
        {
            return ShopeeAnswers.Refused("invalid_shop_id", "Invalid shop_id");
        }

        State.Codes.Put(code with { Used = true });
        EndAll(shop.Id);
        shop = State.Shops.Put(shop with { ConsentAt = platform.Now, ConsentUntil = platform.Now.AddDays(platform.Settings.ConsentDays) });
        return Issue(shop, isRefresh: false);
    }

    /// <summary>A refresh token dies with its first use; the access token before works five minutes more.</summary>
    public Answer Refresh(CallRequest request)
    {
        var body = Read<RefreshBody>(request);
        if (body.PartnerId != platform.PartnerId)
        {
            return ShopeeAnswers.Forbidden("error_param", "Wrong partner_id.");
        }

        if (State.Shop(body.ShopId) is not { ConsentUntil: { } until } shop)
        {
            return ShopeeAnswers.Refused("shop_no_linked", "The shop is not linked to the partner");
        }

        if (until <= platform.Now)
        {
            return ShopeeAnswers.Refused("shop_access_expired", "The authorization has expired");
        }

        if (State.Tokens.Find(body.RefreshToken) is not { Kind: "refresh", Ended: false } token || token.ShopId != shop.Id)
        {
            return ShopeeAnswers.Refused("error_shop_refresh_token", "Invalid refresh_token");
        }

        if (token.ExpiresAt <= platform.Now)
        {
            return ShopeeAnswers.Refused("refresh_token_expired", "Your refresh_token expired");
        }

        foreach (var former in State.TokensOf(shop.Id))
        {
            var last = platform.Now.AddSeconds(GraceSeconds);
            State.Tokens.Put(former.Kind == "refresh" ? former with { Ended = true } : former with { ExpiresAt = last < former.ExpiresAt ? last : former.ExpiresAt });
        }

        return Issue(shop, isRefresh: true);
    }

    public Answer ShopInfo(CallRequest request)
    {
        if (Number(request, "shop_id") is not { } id || State.Shop(id) is not { } shop)
        {
            return ShopeeAnswers.Forbidden("error_param", "Invalid shop_id");
        }

        return IsHolding(request, id)
            ? ShopeeAnswers.Ok(new
            {
                Error = "",
                Message = "",
                RequestId = "",
                ShopName = shop.Name,
                Region = "VN",
                shop.Status,
                AuthTime = shop.ConsentAt?.ToUnixTimeSeconds(),
                ExpireTime = shop.ConsentUntil?.ToUnixTimeSeconds(),
            })
            : ShopeeAnswers.Forbidden("invalid_acceess_token", "Invalid access_token");
    }

    /// <summary>Whether the call carries a token of this shop that works.</summary>
    public bool IsHolding(CallRequest request, long shop) =>
        request.Token is { } text && State.Tokens.Find(text) is { Kind: "access", Ended: false } token && token.ShopId == shop && token.ExpiresAt > platform.Now;

    public void EndAll(long shop)
    {
        foreach (var token in State.TokensOf(shop))
        {
            State.Tokens.Put(token with { Ended = true });
        }
    }

    private Answer Issue(ShopeeShopRow shop, bool isRefresh)
    {
        var settings = platform.Settings;
        var access = State.Tokens.Put(new(Random("access"), "access", shop.Id, platform.Now.AddSeconds(settings.TokenLifetimeSeconds)));
        var refresh = State.Tokens.Put(new(Random("refresh"), "refresh", shop.Id, platform.Now.AddSeconds(settings.LongTokenLifetimeSeconds)));
        return ShopeeAnswers.Ok(new
        {
            Error = "",
            Message = "",
            RequestId = "",
            PartnerId = isRefresh ? platform.PartnerId : (long?)null,
            ShopId = isRefresh ? shop.Id : (long?)null,
            ShopIdList = isRefresh ? null : new[] { shop.Id },
            AccessToken = access.Token,
            RefreshToken = refresh.Token,
            ExpireIn = (long)settings.TokenLifetimeSeconds,
        });
    }

    private string Random(string kind) => $"{kind}-{random.NextInt64():x16}{random.NextInt64():x16}";

    private static bool IsHere(string? redirect) => Uri.TryCreate(redirect, UriKind.Absolute, out var to) && to.IsLoopback && to.Scheme is "http" or "https";

    private static long? Number(CallRequest request, string name) =>
        long.TryParse(request.Parameters.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static T Read<T>(CallRequest request) =>
        JsonSerializer.Deserialize<T>(request.Body, ShopeeAnswers.Wire) ?? throw new JsonException("The body is empty.");

    private sealed record CodeBody
    {
        public required string Code { get; init; }
        public required long PartnerId { get; init; }
        public required long ShopId { get; init; }
    }

    private sealed record RefreshBody
    {
        public required string RefreshToken { get; init; }
        public required long PartnerId { get; init; }
        public required long ShopId { get; init; }
    }
}
