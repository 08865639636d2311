using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace OcopMarket.Web.Hosting;

/// <summary>Stylesheet, icons and script: they lie in the assembly and are kept by browsers until they change.</summary>
public static class SiteAssets
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["ocop.css"] = "text/css; charset=utf-8",
        ["icons.svg"] = "image/svg+xml",
        ["mark.svg"] = "image/svg+xml",
        ["live.js"] = "text/javascript; charset=utf-8",
        ["passkey.js"] = "text/javascript; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Asset> All = Types.ToFrozenDictionary(t => t.Key, t => Load(t.Key, t.Value));

    /// <summary>Its address with the version in it.</summary>
    public static string Url(string name) => $"/assets/{name}?v={All[name].Version}";

    internal static void MapAssets(this IEndpointRouteBuilder app) => app.MapGet("/assets/{name}", (string name, HttpContext http) =>
    {
        if (!All.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = http.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(asset.Bytes, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Version}\""));
    }).AllowAnonymous();

    private static Asset Load(string name, string type)
    {
        using var stream = typeof(SiteAssets).Assembly.GetManifestResourceStream($"assets/{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new(bytes, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
    }

    private sealed record Asset(byte[] Bytes, string Type, string Version);
}
