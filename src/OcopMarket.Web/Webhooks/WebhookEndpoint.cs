using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;
using OcopMarket.Web.Api;

namespace OcopMarket.Web.Webhooks;

/// <summary>Where platforms tell us that something changed. The body is verified on its raw bytes, kept once, and only makes us read again:
/// nothing it says is believed. 200 means that a durable row stands behind it; 429 that this shop, or this marketplace, told more than it may, and
/// that nothing was kept.</summary>
internal static class WebhookEndpoint
{
    /// <summary>Read before anything is verified: a platform's message has a few hundred bytes.</summary>
    private const int MaxBytes = 64 * 1024;

    public static void MapWebhooks(this WebApplication app) => app.MapPost("/webhooks/{marketplace}", ReceiveAsync).DisableAntiforgery().AllowAnonymous();

    private static async Task<IResult> ReceiveAsync(
        string marketplace, HttpContext http, MarketplaceRegistry marketplaces, WebhookReceipts receipts, WebhookLimits limits, TimeProvider time)
    {
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false; // a machine asks
        }

        var key = new MarketplaceKey(marketplace);
        if (!marketplaces.Keys.Contains(key) || marketplaces.Ability<IWebhookVerifier>(key) is not { } verifier)
        {
            return Results.NotFound();
        }

        if (await ReadAsync(http) is not { } body)
        {
            limits.Count(marketplace, "huge");
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var hints = verifier.Verify(body, headers, time.GetUtcNow());
            if (hints.Count == 0)
            {
                limits.Count(marketplace, "ping");
                return Results.Ok(); // a ping: unsigned, so it may not make us keep anything
            }

            return await KeepAsync(http, WebhookReceipt.Of(marketplace, body, verifier.SignedPart(body), [.. hints]), receipts, limits);
        }
        catch (MarketplaceException e)
        {
            limits.Count(marketplace, e.Kind switch
            {
                FailureKind.Unauthorized => "forged",
                FailureKind.Misconfigured => "closed",
                _ => "broken",
            });
            return Results.StatusCode(e.Kind switch
            {
                FailureKind.Unauthorized => StatusCodes.Status401Unauthorized,
                FailureKind.Misconfigured => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            });
        }
    }

    /// <summary>Counted only now, when it is known who speaks: nobody uses up another's share.</summary>
    private static async Task<IResult> KeepAsync(HttpContext http, WebhookReceipt receipt, WebhookReceipts receipts, WebhookLimits limits)
    {
        if (limits.Take(receipt) is { } early)
        {
            return Refuse(early);
        }

        var kept = await receipts.KeepAsync(receipt, limits.Room, limits.Today, http.RequestAborted);
        if (limits.Of(kept) is { } full)
        {
            return Refuse(full);
        }

        limits.Count(receipt.Marketplace, kept == WebhookKept.Kept ? "kept" : "repeated");
        return Results.Ok();

        IResult Refuse(WebhookRefusal refusal)
        {
            limits.Count(receipt.Marketplace, refusal.Code);
            http.Response.Headers.RetryAfter = ApiProblem.Seconds(refusal.Wait);
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }

        return body.ToArray();
    }
}
