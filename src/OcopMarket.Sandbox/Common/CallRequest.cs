using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Text fields of a form; null: the body is none. One that comes twice keeps its last value.</summary>
    public IReadOnlyDictionary<string, string>? Form { get; init; }

    /// <summary>A call that lands long after it was sent passes no limiter again.</summary>
    public bool Late { get; init; }

    [JsonIgnore]
    public string PathAndQuery => Path + Query;

    /// <summary>The same for the same content, whatever token or multipart boundary carried it.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(File ?? (Form is null ? Body : Encoding.UTF8.GetBytes(FormText)))) + PathAndQuery;

    /// <summary>What a form says, without what every try says anew.</summary>
    private string FormText => string.Join('\u001f', Form!.Where(f => f.Key is not ("sign" or "timestamp" or "access_token"))
        .OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}"));

    /// <summary>The body as JSON; undefined when it is none.</summary>
    [JsonIgnore]
    public JsonElement Json => _json ??= Parse();

    /// <summary>Query parameters; one that comes twice keeps its last value.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Parameters => _parameters ??=
        QueryHelpers.ParseQuery(Query).ToDictionary(p => p.Key, p => p.Value.LastOrDefault() ?? "", StringComparer.Ordinal);

    public static async Task<CallRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        byte[]? file = null;
        IReadOnlyDictionary<string, string>? fields = null;
        var unreadable = false;
        var body = new MemoryStream();
        if (request.HasFormContentType)
        {
            (file, fields, unreadable) = await ReadFormAsync(request, cancellationToken);
        }
        else
        {
            await request.Body.CopyToAsync(body, cancellationToken);
        }

        var token = request.Headers.TryGetValue("token", out var header) ? header.ToString()
            : request.Query.TryGetValue("access_token", out var parameter) ? parameter.ToString()
            : fields?.GetValueOrDefault("access_token") is { } field ? field
            : request.Headers.TryGetValue("Authorization", out var authorization) ? authorization.ToString()
            : request.Query.TryGetValue("oauth_consumer_key", out var consumer) ? consumer.ToString() : null;
        return new CallRequest(
            request.Method, request.Path.Value ?? "/", request.QueryString.Value ?? "", token, body.ToArray(), file, unreadable)
        {
            Form = fields,
            IsTls = request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https"
        };
    }

    /// <summary>A form of fields alone, or exactly one file in a part named <c>file</c>, on Shopee and Lazada <c>image</c> with fields beside it;
    /// anything else is unreadable.</summary>
    private static async Task<(byte[]? File, IReadOnlyDictionary<string, string>? Fields, bool Unreadable)> ReadFormAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var form = await request.ReadFormAsync(cancellationToken);
            var fields = form.ToDictionary(f => f.Key, f => f.Value.LastOrDefault() ?? "", StringComparer.Ordinal);
            if (request.ContentType!.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            {
                return (null, fields, !request.Path.StartsWithSegments("/rest", StringComparison.Ordinal)); // only Lazada takes such bodies
            }

            var isImage = request.Path.StartsWithSegments("/api/v2/media_space", StringComparison.Ordinal)
                || request.Path.StartsWithSegments("/rest/image", StringComparison.Ordinal);
            if (form.Files.Count != 1 || (form.Count != 0 && !isImage) || form.Files[0].Name != (isImage ? "image" : "file"))
            {
                return (null, fields, true);
            }

            var bytes = new MemoryStream();
            await form.Files[0].CopyToAsync(bytes, cancellationToken);
            return (bytes.ToArray(), fields, false);
        }
        catch (InvalidDataException)
        {
            return (null, null, true);
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
