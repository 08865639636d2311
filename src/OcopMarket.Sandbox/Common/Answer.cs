using System.Text.Json;

namespace OcopMarket.Sandbox.Common;

/// <summary>What the platform decided to say.</summary>
/// <param name="Error">The platform's own code for the call log; null when it was content.</param>
/// <param name="Breach">The caller was over a rate limit.</param>
internal sealed record Answer(int Http, byte[] Body, string? Error = null, bool Breach = false, int? RetryAfter = null)
{
    /// <summary>Where a browser is sent on.</summary>
    public string? Location { get; init; }

    /// <summary>What the platform says beside the body, totals for example.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public static Answer Json(int http, object body, JsonSerializerOptions options, string? error = null) =>
        new(http, JsonSerializer.SerializeToUtf8Bytes(body, options), error);

    public static Answer Html(int http, string title) => new(
        http,
        System.Text.Encoding.UTF8.GetBytes($"<html><head><title>{http} {title}</title></head><body><center><h1>{http} {title}</h1></center></body></html>"),
        $"HTTP_{http}")
    { ContentType = "text/html; charset=utf-8" };
}

/// <param name="Name">Word for faults and the call log.</param>
/// <param name="Writes">Whether the call can change what the platform keeps.</param>
internal sealed record Call(string Name, bool Writes);
