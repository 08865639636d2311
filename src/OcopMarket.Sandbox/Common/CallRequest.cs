using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace OcopMarket.Sandbox.Common;

/// <summary>A call as it came in, read to its end. It can be kept and played later.</summary>
internal sealed record CallRequest(
    string Method, string Path, string Query, string? Token, byte[] Body, byte[]? File, bool Unreadable = false)
{
    private Dictionary<string, string>? _parameters;
    private JsonElement? _json;

    /// <summary>A fault's wish: what this call touches shows a status that no sheet knows.</summary>
    public bool UnknownStatus { get; init; }

    /// <summary>A fault's wish: this call, or one item of it, fails with a code that no sheet knows.</summary>
    public bool UnknownError { get; init; }

    /// <summary>The item that <see cref="UnknownError"/> or <see cref="UnknownStatus"/> is for; null: the first item, or all.</summary>
    public string? FaultSku { get; init; }

    /// <summary>The caller came by TLS, or a proxy in front says so.</summary>
    public bool IsTls { get; init; }

    /// <summary>What was found at the addresses of pictures, by address: a hash of the bytes, or null. Null itself: nobody looked.</summary>
    public IReadOnlyDictionary<string, string?>? Fetched { get; init; }

    /// <summary>A call that lands long after it was sent passes no limiter again.</summary>
    public bool Late { get; init; }

    [JsonIgnore]
    public string PathAndQuery => Path + Query;

    /// <summary>The same for the same content, whatever token or multipart boundary carried it.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(File ?? Body)) + PathAndQuery;

    /// <summary>The body as JSON; undefined when it is none.</summary>
    [JsonIgnore]
    public JsonElement Json => _json ??= Parse();

    /// <summary>Query parameters; one that comes twice keeps its last value.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Parameters => _parameters ??=
        QueryHelpers.ParseQuery(Query).ToDictionary(p => p.Key, p => p.Value.LastOrDefault() ?? "", StringComparer.Ordinal);

    public static async Task<CallRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var token = request.Headers.TryGetValue("token", out var header) ? header.ToString()
            : request.Query.TryGetValue("access_token", out var parameter) ? parameter.ToString()
            : request.Headers.TryGetValue("Authorization", out var authorization) ? authorization.ToString()
            : request.Query.TryGetValue("oauth_consumer_key", out var consumer) ? consumer.ToString() : null;
        byte[]? file = null;
        var unreadable = false;
        var body = new MemoryStream();
        if (request.HasFormContentType)
        {
            (file, unreadable) = await ReadFileAsync(request, cancellationToken);
        }
        else
        {
            await request.Body.CopyToAsync(body, cancellationToken);
        }

        return new CallRequest(
            request.Method, request.Path.Value ?? "/", request.QueryString.Value ?? "", token, body.ToArray(), file, unreadable)
        {
            IsTls = request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https"
        };
    }

    /// <summary>Exactly one file in a part named <c>file</c>, on Shopee <c>image</c> with fields beside it; anything else is unreadable.</summary>
    private static async Task<(byte[]?, bool)> ReadFileAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var form = await request.ReadFormAsync(cancellationToken);
            var isShopee = request.Path.StartsWithSegments("/api/v2/media_space", StringComparison.Ordinal);
            if (form.Files.Count != 1 || (form.Count != 0 && !isShopee) || form.Files[0].Name != (isShopee ? "image" : "file"))
            {
                return (null, true);
            }

            var bytes = new MemoryStream();
            await form.Files[0].CopyToAsync(bytes, cancellationToken);
            return (bytes.ToArray(), false);
        }
        catch (InvalidDataException)
        {
            return (null, true);
        }
    }

    private JsonElement Parse()
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Body, Wire.CamelCase);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
