using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>Section 3: the page on which an owner consents, codes, and tokens. A refresh is taken to replace both tokens at once: the sheet does not say
/// what becomes of the former ones.</summary>
internal sealed class LazadaConsents(LazadaPlatform platform, Random random)
{
    private const int CodeSeconds = 1800;

    private LazadaState State => platform.State;

    /// <summary>Whose consent is asked for; in life the owner signs in here. What is sent back names no shop.</summary>
    public Answer Page(CallRequest request)
    {
        var (redirect, state) = (request.Parameters.GetValueOrDefault("redirect_uri"), request.Parameters.GetValueOrDefault("state"));
        if (request.Parameters.GetValueOrDefault("client_id") != platform.Application.Id || request.Parameters.GetValueOrDefault("response_type") != "code" || !IsHere(redirect))
        {
            return Answer.Html(400, "Wrong client_id, response_type or redirect_uri");
        }

        var html = new StringBuilder("<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Lazada (mô phỏng)</title></head><body><h1>Lazada (mô phỏng): đồng ý cho kết nối</h1><ul>");
        foreach (var seller in State.Sellers.All)
        {
            var link = QueryHelpers.AddQueryString("/oauth/agree", new Dictionary<string, string?>
            {
                ["seller_id"] = LazadaState.IdText(seller.Id),
                ["redirect_uri"] = redirect,
                ["state"] = state,
            });
            html.Append(CultureInfo.InvariantCulture, $"<li><a id=\"shop-{seller.Id}\" href=\"{WebUtility.HtmlEncode(link)}\">Đồng ý: {WebUtility.HtmlEncode(seller.Name)}</a></li>");
        }

        return new Answer(200, Encoding.UTF8.GetBytes(html.Append("</ul></body></html>").ToString())) { ContentType = "text/html; charset=utf-8" };
    }

    public Answer Agree(CallRequest request)
    {
        var redirect = request.Parameters.GetValueOrDefault("redirect_uri");
        if (!IsHere(redirect) || !long.TryParse(request.Parameters.GetValueOrDefault("seller_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || State.Seller(id) is not { } seller)
        {
            return Answer.Html(400, "No such seller or redirect_uri");
        }

        var code = State.Codes.Put(new($"0_{platform.Application.Id}_{Random()}", seller.Id, platform.Now.AddSeconds(CodeSeconds)));
        var query = new Dictionary<string, string?> { ["code"] = code.Code };
        if (request.Parameters.GetValueOrDefault("state") is { Length: > 0 } state)
        {
            query["state"] = state;
        }

        return new Answer(302, []) { Location = QueryHelpers.AddQueryString(redirect!, query) };
    }

    /// <summary>A new consent replaces both tokens.</summary>
    public Answer Create(IReadOnlyDictionary<string, string> given)
    {
        if (given.GetValueOrDefault("code") is not { Length: > 0 } text)
        {
            return LazadaAnswers.Refused("MissingParameter", "The input parameter \"code\" that is mandatory for processing this request is not supplied");
        }

        if (State.Codes.Find(text) is not { Used: false } code || code.ExpiresAt <= platform.Now || State.Seller(code.SellerId) is not { } seller)
        {
            return LazadaAnswers.Refused("InvalidCode", "Invalid authorization code");
        }

        State.Codes.Put(code with { Used = true });
        return Issue(State.Sellers.Put(seller with { IsLinked = true }), isRefresh: false);
    }

    public Answer Refresh(IReadOnlyDictionary<string, string> given)
    {
        if (given.GetValueOrDefault("refresh_token") is not { Length: > 0 } text)
        {
            return LazadaAnswers.Refused("MissingParameter", "The input parameter \"refresh_token\" that is mandatory for processing this request is not supplied");
        }

        return State.Tokens.Find(text) is { Kind: "refresh", Ended: false } token && token.ExpiresAt > platform.Now
            && State.Seller(token.SellerId) is { IsLinked: true } seller
            ? Issue(seller, isRefresh: true)
            : LazadaAnswers.Refused("IllegalRefreshToken", "The specified refresh token is invalid or expired");
    }

    /// <summary>Whose call it is; null: no token that works.</summary>
    public LazadaSellerRow? Holder(CallRequest request) =>
        request.Token is { } text && State.Tokens.Find(text) is { Kind: "access" } token && (request.Late || (!token.Ended && token.ExpiresAt > platform.Now))
            ? State.Seller(token.SellerId)
            : null;

    public void EndAll(long seller)
    {
        foreach (var token in State.TokensOf(seller))
        {
            State.Tokens.Put(token with { Ended = true });
        }
    }

    private Answer Issue(LazadaSellerRow seller, bool isRefresh)
    {
        EndAll(seller.Id);
        var settings = platform.Settings;
        var access = State.Tokens.Put(new($"50000{Random()}", "access", seller.Id, platform.Now.AddSeconds(settings.TokenLifetimeSeconds)));
        var refresh = State.Tokens.Put(new($"50001{Random()}", "refresh", seller.Id, platform.Now.AddSeconds(settings.LongTokenLifetimeSeconds)));
        var id = LazadaState.IdText(seller.Id);
        return LazadaAnswers.Top(new Dictionary<string, object?>
        {
            ["access_token"] = access.Token,
            ["refresh_token"] = refresh.Token,
            ["expires_in"] = (long)settings.TokenLifetimeSeconds,
            ["refresh_expires_in"] = (long)settings.LongTokenLifetimeSeconds,
            ["country"] = "vn",
            ["account"] = $"{id}@example.vn",
            ["account_id"] = null,
            ["account_platform"] = "seller_center",
            [isRefresh ? "country_user_info_list" : "country_user_info"] = new[] { new { Country = "vn", SellerId = id, UserId = id, ShortCode = $"VN{id}" } },
            ["code"] = "0",
            ["request_id"] = "0ba2887315172940728551014",
        });
    }

    private string Random() => $"{random.NextInt64():x16}{random.NextInt64():x16}";

    private static bool IsHere(string? redirect) => Uri.TryCreate(redirect, UriKind.Absolute, out var to) && to.IsLoopback && to.Scheme is "http" or "https";
}
