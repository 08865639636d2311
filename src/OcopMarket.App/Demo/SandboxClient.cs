using System.Text.Json;
using OcopMarket.Sandbox;

namespace OcopMarket.App.Demo;

/// <summary>The demo's hand on one simulated platform: its script before, its judgement after. Not an adapter: nothing is listed by it.</summary>
internal sealed class SandboxClient(HttpClient http, SandboxPlatformInfo platform)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public string Key => platform.Key;
    public SandboxPlatformInfo Platform => platform;

    public async Task<SandboxState> StateAsync(CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<SandboxState>(At("state"), _json, cancellationToken))!;

    /// <summary>Calls after a number of the log that changed something, sign-in not counted.</summary>
    public async Task<IReadOnlyList<SandboxCall>> CallsAsync(long after, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<List<SandboxCall>>(At($"log?after={after}"), _json, cancellationToken))!;

    /// <summary>The key that callbacks are signed with; null for a platform without callbacks.</summary>
    public async Task<string?> PublicKeyAsync(CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(At("public-key.pem"), cancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : null;
    }

    public Task SettingsAsync(object settings, CancellationToken cancellationToken) => PostAsync("settings", settings, cancellationToken);

    public Task FaultAsync(object fault, CancellationToken cancellationToken) => PostAsync("faults", fault, cancellationToken);

    /// <summary>As post staff would open it; the same phone gets the same shop.</summary>
    public async Task<OpenedShop> OpenShopAsync(string name, string phone, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(At("shops"), new { name, phone, ownerName = name }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<OpenedShop>(_json, cancellationToken))!;
    }

    private async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(At(path), body, _json, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private Uri At(string path) => new($"{platform.BaseUrl.TrimEnd('/')}/_sandbox/{path}");
}

internal sealed record OpenedShop(string Id, string Name, string Username, string Password);

internal sealed record SandboxState(SandboxStateCounts Counts, long DuplicateItems, long RateBreaches);

internal sealed record SandboxStateCounts(long Items, long Undeleted, long Live);

internal sealed record SandboxCall(long Seq, string Call, bool Landed, IReadOnlyList<string> Skus);
