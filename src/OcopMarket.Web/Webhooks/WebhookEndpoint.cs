using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sync;
using OcopMarket.Marketplaces;

namespace OcopMarket.Web.Webhooks;

/// <summary>Where platforms tell us that something changed. The body is verified on its raw bytes, kept once, and only makes us read again:
/// nothing it says is believed. 200 means that a durable row stands behind it.</summary>
internal static class WebhookEndpoint
{
    /// <summary>Read before anything is verified: a platform's message has a few hundred bytes.</summary>
    private const int MaxBytes = 64 * 1024;

    public static void MapWebhooks(this WebApplication app) => app.MapPost("/webhooks/{marketplace}", ReceiveAsync).DisableAntiforgery().AllowAnonymous();

    private static async Task<IResult> ReceiveAsync(
        string marketplace, HttpContext http, MarketplaceRegistry marketplaces, WebhookReceipts receipts, TimeProvider time)
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
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var hints = verifier.Verify(body, headers, time.GetUtcNow());
            if (hints.Count == 0)
            {
                return Results.Ok(); // a ping: unsigned, so it may not make us keep anything
            }

            var hash = Convert.ToHexStringLower(SHA256.HashData(body));
            await receipts.KeepAsync(marketplace, hash, [.. hints], http.RequestAborted);
            return Results.Ok();
        }
        catch (MarketplaceException e)
        {
            return Results.StatusCode(e.Kind switch
            {
                FailureKind.Unauthorized => StatusCodes.Status401Unauthorized,
                FailureKind.Misconfigured => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            });
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
