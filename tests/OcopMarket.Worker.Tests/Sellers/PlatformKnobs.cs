using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>What a test tells a simulated platform beside its API.</summary>
internal static class PlatformKnobs
{
    public static async Task<JsonNode> TellAsync(this HttpClient platform, string path, JsonObject body)
    {
        using var answer = await platform.PostAsJsonAsync(new Uri($"/_sandbox/{path}", UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public static async Task MendAsync(this HttpClient platform)
    {
        using var answer = await platform.DeleteAsync(new Uri("/_sandbox/faults", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }
}
