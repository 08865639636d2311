using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OcopMarket.Web.Tests.Api;

/// <param name="Body">Undefined where the answer has none.</param>
public sealed record ApiAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string? Type, string Text, JsonElement Body)
{
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    public IReadOnlyList<JsonElement> Items => [.. Body.GetProperty("items").EnumerateArray()];

    public string? Next => Body.GetProperty("next").GetString();
}

/// <summary>A program with a key, or without one; keeps no cookie and follows no redirect.</summary>
public sealed class ApiCaller : IDisposable
{
    private readonly HttpClient _client;

    public ApiCaller(Uri address, string? key)
    {
        _client = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
        if (key is not null)
        {
            _client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }
    }

    public async Task<ApiAnswer> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, headers);
    }

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var type = answer.Content.Headers.ContentType?.MediaType;
        var body = type?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0 ? JsonDocument.Parse(text).RootElement : default;
        return new(answer.StatusCode, answer.Headers, type, text, body);
    }

    /// <summary>A whole list in parts, as a program reads it.</summary>
    public async Task<List<JsonElement>> AllAsync(string path, int size)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var sign = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var part = await GetAsync($"{path}{sign}limit={size}{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.True(part.Status == HttpStatusCode.OK, part.Text);
            all.AddRange(part.Items);
            cursor = part.Next;
        }
        while (cursor is not null);
        return all;
    }

    public void Dispose() => _client.Dispose();
}
