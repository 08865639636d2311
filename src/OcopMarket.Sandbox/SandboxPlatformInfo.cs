namespace OcopMarket.Sandbox;

/// <summary>All that an outside client needs to log in to one simulated platform.</summary>
public sealed record SandboxPlatformInfo(
    string Key, string Name, string BaseUrl, SandboxApplication Application, IReadOnlyList<SandboxShopInfo> Shops);

/// <summary>The partner's own login. <paramref name="CustomerCode"/> only where the platform has one.</summary>
public sealed record SandboxApplication(string Id, string Secret, string? CustomerCode = null);

/// <summary><paramref name="Username"/> and <paramref name="Password"/> are what the platform's login call takes for this
/// shop.</summary>
/// <param name="Url">Where its calls go, on platforms on which every shop has an address of its own.</param>
public sealed record SandboxShopInfo(
    string Id, string Name, string Phone, string Username, string Password, string Status, string? Url = null);
