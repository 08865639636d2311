using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Sandbox.Tests;

internal sealed record Heard(int Http, string Text, HttpResponseHeaders Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
}

/// <summary>A plain HTTP caller of one platform, with one token.</summary>
internal sealed class SandboxClient(string baseUrl) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(baseUrl), Timeout = TimeSpan.FromSeconds(30) };

    public string? Token { get; set; }
    public string BaseUrl => baseUrl;

    public Task<Heard> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Heard> Post(string path, string body) => SendText(HttpMethod.Post, path, body);

    public Task<Heard> Post(string path, JsonNode body) => SendText(HttpMethod.Post, path, body.ToJsonString());

    public Task<Heard> SendText(HttpMethod method, string path, string body) =>
        Send(new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    public Task<Heard> Upload(byte[] file, string part = "file")
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(file), part, "anh.jpg" } };
        return Send(new HttpRequestMessage(HttpMethod.Post, "/media") { Content = form });
    }

    public async Task<JsonNode> State() => (await Get("/_sandbox/state")).Json;

    public async Task<JsonArray> Log(long after = 0) => (await Get($"/_sandbox/log?after={after}")).Json.AsArray();

    public async Task Set(string json) => Assert.Equal((int)HttpStatusCode.OK, (await Post("/_sandbox/settings", json)).Http);

    public async Task Fault(string json) => Assert.Equal((int)HttpStatusCode.OK, (await Post("/_sandbox/faults", json)).Http);

    public void Dispose() => _http.Dispose();

    private async Task<Heard> Send(HttpRequestMessage request)
    {
        using (request)
        {
            if (Token is not null)
            {
                request.Headers.Add("Token", Token);
            }

            using var response = await _http.SendAsync(request);
            return new Heard((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
        }
    }
}
